"""Tell another system, by a signed call (Standard Webhooks)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.actions.calls import queue_calls
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller


class WebhookConfig(BaseModel):
    """Where to; only https addresses that are not private are called."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[str, Field(pattern="^https?://", max_length=500)]


@register
class Webhook(Step[WebhookConfig]):
    """The call is queued with the step and made outside the transaction, repeated under one id until it is taken."""

    key = "webhook"
    label = gettext_lazy("Call a webhook")
    icon = "webhook"
    speaks = True
    Config = WebhookConfig

    def describe(self, config: WebhookConfig) -> str:
        return _("Call %(url)s") % {"url": config.url}

    def run(self, batch: Sequence[Traveller], config: WebhookConfig, *, now: datetime) -> list[Move]:
        queue_calls(travellers=batch, url=config.url, now=now)
        return [Advance("queued", detail=config.url)] * len(batch)
