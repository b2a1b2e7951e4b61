"""Wait until a time of day where the customer is, on certain weekdays."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.choices import WEEKDAYS, weekday_choices
from aftercare.engagement.journeys.queries import time_zones
from aftercare.engagement.journeys.steps import Sort, Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller, WaitUntil
from aftercare.foundation.kit.choices import Choices

_HALF_A_DAY = timedelta(hours=12)
_DAYS = tuple(WEEKDAYS)


class WaitUntilConfig(BaseModel):
    """`time` is local; `weekdays` empty means any."""

    model_config = ConfigDict(extra="forbid")
    time: Annotated[
        time, Field(title=gettext_noop("Time of day"), description=gettext_noop("By the clocks where the customer is."))
    ]
    weekdays: Annotated[
        tuple[str, ...],
        Field(title=gettext_noop("Weekdays"), description=gettext_noop("None ticked: any day."), max_length=7),
        Choices(weekday_choices),
    ] = ()


@register
class WaitUntilLocalTime(Step[WaitUntilConfig]):
    """So that what can wait arrives when it is welcome."""

    key = "wait_until"
    label = gettext_lazy("Wait until a time of day")
    hint = gettext_lazy("Such as 10:00, where the customer is")
    icon = "clock"
    only_waits = True
    sort = Sort.WAIT
    Config = WaitUntilConfig

    def describe(self, config: WaitUntilConfig) -> str:
        return _("Wait until %(time)s their time") % {"time": f"{config.time:%H:%M}"} + (
            f" ({', '.join(str(WEEKDAYS.get(day, day)) for day in config.weekdays)})" if config.weekdays else ""
        )

    def span(self, config: WaitUntilConfig) -> timedelta:  # noqa: ARG002 -- the base's signature
        return _HALF_A_DAY

    def run(self, batch: Sequence[Traveller], config: WaitUntilConfig, *, now: datetime) -> list[Move]:
        zones = time_zones(batch)
        moments = [next_local(traveller.anchor_at, config, ZoneInfo(zones[traveller.id])) for traveller in batch]
        return [Advance("waited", anchor_at=moment) if moment <= now else WaitUntil(moment) for moment in moments]


def next_local(after: datetime, config: WaitUntilConfig, zone: ZoneInfo) -> datetime:
    """The first instant from `after` on at which local clocks show the time, on an allowed weekday."""
    day = after.astimezone(zone).date()
    for ahead in range(9):
        candidate = datetime.combine(day + timedelta(days=ahead), config.time, zone)
        allowed = not config.weekdays or _DAYS[candidate.weekday()] in config.weekdays
        if allowed and candidate >= after:
            return candidate.astimezone(after.tzinfo)
    raise AssertionError("a weekday comes within a week")
