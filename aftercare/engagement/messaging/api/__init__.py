"""The API of messaging: what was said or not and why, what came back, and who is left alone."""

from ninja import Router

from aftercare.engagement.messaging.api import (
    contact,
    holds,
    mails,
    messages,
    moment,
    providers,
    suppressions,
    templates,
    ways,
)

router = Router()
for part in (messages, contact, moment, mails, suppressions, holds, templates, providers, ways):
    router.add_router("", part.router)
