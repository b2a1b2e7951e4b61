"""Tell another system, by a signed call (Standard Webhooks)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller
from aftercare.foundation.webhooks.actions import CallRequest, queue_calls


class WebhookConfig(BaseModel):
    """Where to; only https addresses that are not private are called."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[
        str,
        Field(
            title=gettext_noop("Address"), pattern="^https?://", max_length=500,
            description=gettext_noop("Begins with https://. Private addresses are not called."),
        ),
    ]  # fmt: skip


@register
class Webhook(Step[WebhookConfig]):
    """The call is queued with the step and made outside the transaction, repeated under one id until it is taken."""

    key = "webhook"
    label = gettext_lazy("Call a webhook")
    hint = gettext_lazy("Tell another system")
    icon = "webhook"
    speaks = True
    Config = WebhookConfig

    def describe(self, config: WebhookConfig) -> str:
        return _("Call %(url)s") % {"url": config.url}

    def run(self, batch: Sequence[Traveller], config: WebhookConfig, *, now: datetime) -> list[Move]:
        queue_calls(calls=[_call(traveller, config, now) for traveller in batch], now=now)
        return [Advance("queued", detail=config.url)] * len(batch)


def _call(traveller: Traveller, config: WebhookConfig, now: datetime) -> CallRequest:
    return CallRequest(
        store_id=traveller.store_id, url=config.url, origin=f"journey:{traveller.journey_key}",
        dedupe_key=f"journey:{traveller.journey_key}:{traveller.entry_key}:{traveller.step}",
        body={
            "type": "journey.webhook",
            "timestamp": now.isoformat(),
            "data": {
                "journey": traveller.journey_key, "enrolment": traveller.public_id, "event": traveller.data,
            },
        },
    )  # fmt: skip
