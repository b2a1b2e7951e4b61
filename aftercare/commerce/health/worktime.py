"""The time in which carriers work: all day, but for Sundays and the public holidays of the store's country. Pure.

Some carriers sort at night and some deliver on Sundays; none is worse understood by being granted a day of rest.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.foundation.stores.policy import public_holidays

_SUNDAY = 6
DAY = 86_400.0
# Nothing that is judged lies further back.
REACH = 100
_AHEAD = 30


class Calendar(NamedTuple):
    """`worked[i]` is how many seconds carriers had worked when the day `i` days after `first` began, in this zone."""

    zone: str
    first: date
    worked: tuple[float, ...]

    def until(self, at: datetime) -> float:
        """Seconds worked until an instant; what lies before the calendar counts as its beginning."""
        local = at.astimezone(ZoneInfo(self.zone))
        index = (local.date() - self.first).days
        if index < 0:
            return 0.0
        index = min(index, len(self.worked) - 2)
        into = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6
        return self.worked[index] + min(into, self.worked[index + 1] - self.worked[index])

    def resumes_at(self, at: datetime) -> datetime:
        """The instant itself on a working day, else the beginning of the next one."""
        zone = ZoneInfo(self.zone)
        day = at.astimezone(zone).date()
        index = (day - self.first).days
        if self.worked[index + 1] > self.worked[index]:
            return at
        while self.worked[index + 1] == self.worked[index]:
            index += 1
        begins = self.first + timedelta(days=index)
        return datetime(begins.year, begins.month, begins.day, tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=256)
def calendar(*, country: str, region: str, zone: str, today: date) -> Calendar:
    """A hundred days back and a month ahead."""
    first = today - timedelta(days=REACH)
    worked = [0.0]
    for ahead in range(REACH + _AHEAD):
        day = first + timedelta(days=ahead)
        rests = day.weekday() == _SUNDAY or day in public_holidays(country, region, day.year)
        worked.append(worked[-1] + (0.0 if rests else DAY))
    return Calendar(zone, first, tuple(worked))
