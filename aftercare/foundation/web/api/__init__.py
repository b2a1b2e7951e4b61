"""The API's own rooms: the log of events, and who is told of them."""

from ninja import Router

from aftercare.foundation.web.api import events, webhooks

router = Router()
router.add_router("", events.router)
router.add_router("", webhooks.router)
