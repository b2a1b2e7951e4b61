"""When a store's people work: weekly hours in the store's own zone, less public holidays and closures."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE_HOURS = {day: [["09:00", "17:00"]] for day in DAYS[:5]}
_HORIZON_DAYS = 60


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str, year: int) -> dict[date, str]:
    """Names of the public holidays of a country or region by date; empty where the calendar library knows none."""
    try:
        return dict(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:
        return {}


@dataclass(frozen=True)
class BusinessHours:
    """`weekly` maps mon…sun to spans of local times; empty means office hours."""

    time_zone: str
    country: str = ""
    region: str = ""
    weekly: dict[str, list[list[str]]] = field(default_factory=dict)
    closures: frozenset[str] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether anyone works on this local date."""
        spans = (self.weekly or OFFICE_HOURS).get(DAYS[day.weekday()])
        closed = day.isoformat() in self.closures or day in public_holidays(self.country, self.region, day.year)
        return bool(spans) and not closed

    def is_open(self, at: datetime) -> bool:
        """Whether someone is there at this instant."""
        return any(start <= at < end for start, end in self._spans(at.astimezone(ZoneInfo(self.time_zone)).date()))

    def next_open(self, at: datetime) -> datetime | None:
        """The first instant from `at` on (UTC) when someone is there; None if not within two months."""
        first_day = at.astimezone(ZoneInfo(self.time_zone)).date()
        for ahead in range(_HORIZON_DAYS):
            for start, end in self._spans(first_day + timedelta(days=ahead)):
                if at < end:
                    return max(at, start)
        return None

    def add_working_days(self, day: date, count: int) -> date:
        """The local date `count` working days after `day`."""
        for _ in range(count):
            day += timedelta(days=1)
            skipped = 0
            while not self.is_working_day(day) and skipped < _HORIZON_DAYS:
                day += timedelta(days=1)
                skipped += 1
        return day

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.is_working_day(day):
            return []
        zone = ZoneInfo(self.time_zone)
        return [
            (_instant(day, start, zone), _instant(day, end, zone))
            for start, end in (self.weekly or OFFICE_HOURS)[DAYS[day.weekday()]]
        ]


def _instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
