"""Wait for a span, counted from the last thing that happened."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import BaseModel, ConfigDict, Field, model_validator

from aftercare.engagement.journeys.steps import Sort, Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller, WaitUntil


class WaitConfig(BaseModel):
    """Days, hours and minutes add up."""

    model_config = ConfigDict(extra="forbid")
    days: Annotated[int, Field(title=gettext_noop("Days"), ge=0, le=3650)] = 0
    hours: Annotated[int, Field(title=gettext_noop("Hours"), ge=0, le=8760)] = 0
    minutes: Annotated[int, Field(title=gettext_noop("Minutes"), ge=0, le=525600)] = 0

    @model_validator(mode="after")
    def _is_some_time(self) -> "WaitConfig":
        if not self.span:
            raise ValueError(_("A wait lasts at least a minute."))
        return self

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)


@register
class Wait(Step[WaitConfig]):
    """Nothing happens for a while."""

    key = "wait"
    label = gettext_lazy("Wait")
    hint = gettext_lazy("For some days, hours or minutes")
    icon = "hourglass"
    only_waits = True
    sort = Sort.WAIT
    Config = WaitConfig

    def describe(self, config: WaitConfig) -> str:
        parts = [
            ngettext("%(n)d day", "%(n)d days", config.days) % {"n": config.days} if config.days else "",
            ngettext("%(n)d hour", "%(n)d hours", config.hours) % {"n": config.hours} if config.hours else "",
            ngettext("%(n)d minute", "%(n)d minutes", config.minutes) % {"n": config.minutes} if config.minutes else "",
        ]
        return _("Wait %(span)s") % {"span": " ".join(part for part in parts if part)}

    def span(self, config: WaitConfig) -> timedelta:
        return config.span

    def run(self, batch: Sequence[Traveller], config: WaitConfig, *, now: datetime) -> list[Move]:
        span = config.span
        return [_move(traveller.anchor_at + span, now) for traveller in batch]


def _move(until: datetime, now: datetime) -> Move:
    """Later waits count from when this one was over, not from when a worker got round to it."""
    return Advance("waited", anchor_at=until) if until <= now else WaitUntil(until)
