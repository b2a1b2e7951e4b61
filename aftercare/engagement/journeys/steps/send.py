"""Ask messaging to say something. Whether now is a good moment is decided there."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import BaseModel, ConfigDict, Field, field_validator

from aftercare.engagement.journeys.choices import channel_choices, message_choices
from aftercare.engagement.journeys.objections import Objection, Surroundings, Weight
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller
from aftercare.engagement.messaging.actions.request import Taken
from aftercare.engagement.messaging.actions.ways import ask_best
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.requests import BEST, MessageRequest
from aftercare.engagement.messaging.types import message_type
from aftercare.foundation.kit.choices import Choices


class SendConfig(BaseModel):
    """Which message, on which channel."""

    model_config = ConfigDict(extra="forbid")
    message: Annotated[str, Field(title=gettext_noop("Message")), Choices(message_choices)]
    channel: Annotated[str, Field(title=gettext_noop("By")), Choices(channel_choices)] = "email"

    @field_validator("message")
    @classmethod
    def _is_a_type(cls, value: str) -> str:
        message_type(value)
        return value

    @field_validator("channel")
    @classmethod
    def _is_a_channel(cls, value: str) -> str:
        return value if value == BEST else str(channels[value].key)


@register
class Send(Step[SendConfig]):
    """The journey goes on whatever is decided; the decision and its reason stand in the log."""

    key = "send"
    label = gettext_lazy("Send")
    hint = gettext_lazy("A message, if now is a good moment")
    icon = "send"
    speaks = True
    Config = SendConfig

    def describe(self, config: SendConfig) -> str:
        message = message_type(config.message).label
        if config.channel == BEST:
            return _("Send “%(message)s” the best way") % {"message": message}
        return _("Send “%(message)s” by %(channel)s") % {"message": message, "channel": channels[config.channel].label}

    def check(self, config: SendConfig, around: Surroundings) -> Iterator[Objection]:
        kind = message_type(config.message)
        if kind.template not in around.written:
            yield Objection(_("“%(message)s” has no live template.") % {"message": kind.label}, field="message")
        if around.waited > kind.fresh_for:
            yield Objection(
                _("“%(message)s” is of use for %(span)s after its cause; by then %(waited)s of waiting are over.")
                % {"message": kind.label, "span": _in_words(kind.fresh_for), "waited": _in_words(around.waited)},
                Weight.ADVICE,
            )

    def run(self, batch: Sequence[Traveller], config: SendConfig, *, now: datetime) -> list[Move]:
        requests = [_request(traveller, config) for traveller in batch]
        return [_move(taken) for taken in ask_best(requests=requests, now=now)]


def _request(traveller: Traveller, config: SendConfig) -> MessageRequest:
    return MessageRequest(
        store_id=traveller.store_id, message_type=config.message, channel=config.channel,
        origin=f"journey:{traveller.journey_key}",
        dedupe_key=f"journey:{traveller.journey_key}:{traveller.entry_key}:{traveller.step}",
        customer_id=traveller.customer_id, order_id=traveller.order_id, shipment_id=traveller.shipment_id,
        # Who lets the past in by a backfill wants it said, however long ago it was.
        caused_at=None if traveller.is_backfill else traveller.anchor_at, data=traveller.data,
    )  # fmt: skip


def _move(taken: Taken) -> Move:
    if taken.message_id is None:
        return Advance("already_sent")
    return Advance(taken.decision.verdict.value, detail=str(taken.decision.reason.label), message_id=taken.message_id)


def _in_words(span: timedelta) -> str:
    if span.days >= 2:
        return ngettext("%(n)d day", "%(n)d days", span.days) % {"n": span.days}
    hours = round(span.total_seconds() / 3600)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
