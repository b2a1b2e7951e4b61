"""Wait for an event of the same order, shipment or customer, but not for ever."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.queries import first_events
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller, WaitFor
from aftercare.foundation.events.base import catalogue


class WaitForConfig(BaseModel):
    """Any one of `events` ends the wait; after `timeout_hours` the journey goes on by the way "timeout"."""

    model_config = ConfigDict(extra="forbid")
    events: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    by: Literal["order", "shipment", "customer"] = "order"
    timeout_hours: Annotated[int, Field(ge=1, le=24 * 365)]


@register
class WaitForEvent(Step[WaitForConfig]):
    """The primitive that post-purchase lives on: "order placed, wait for *its* delivery, then ask"."""

    key = "wait_for"
    label = gettext_lazy("Wait for an event")
    icon = "bell"
    branches = ("next", "timeout")
    Config = WaitForConfig

    def describe(self, config: WaitForConfig) -> str:
        days, hours = divmod(config.timeout_hours, 24)
        span = ngettext("%(n)d day", "%(n)d days", days) if days else ngettext("%(n)d hour", "%(n)d hours", hours)
        return _("Wait until “%(event)s” for the same %(by)s, at most %(span)s") % {
            "event": _(" or ").join(catalogue.label(name) for name in config.events),
            "by": config.by,
            "span": span % {"n": days or hours},
        }

    def run(self, batch: Sequence[Traveller], config: WaitForConfig, *, now: datetime) -> list[Move]:
        happened = first_events(batch, types=config.events, by=config.by)
        return [_move(traveller, happened.get(traveller.id), config, now) for traveller in batch]


def _move(traveller: Traveller, happened: datetime | None, config: WaitForConfig, now: datetime) -> Move:
    if happened is not None:
        return Advance("happened", anchor_at=max(happened, traveller.anchor_at))
    until = traveller.anchor_at + timedelta(hours=config.timeout_hours)
    if until <= now:
        return Advance("timed_out", branch="timeout", anchor_at=until)
    return WaitFor(events=config.events, by=config.by, until=until)
