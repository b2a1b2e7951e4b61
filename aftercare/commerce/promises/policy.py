"""What is decided about promises: which parcels are alike, how wide a history one rests on, whose word is told."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from aftercare.foundation.stores.policy import BusinessHours

COVERAGE: Final = 0.8
ENOUGH: Final = 30  # deliveries before anything is promised, and of a kind before it is spoken of by itself
# A wider range says nothing to whoever waits.
WIDEST_TOLD = timedelta(days=31)
_POSTCODE_ZONE = 2
_POSTCODE_PLACE = 3


class Basis(StrEnum):
    """How wide the history is that a promise rests on."""

    LANE = "lane"
    WIDE_LANE = "wide_lane"
    CARRIER = "carrier"
    STORE = "store"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Transit:
    """How many open days parcels are on the way, as the store says."""

    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class Rules:
    """How orders reach the carrier, as the store says: open days up to a time of day, and `days` more of handling."""

    hours: BusinessHours
    cut_off: time
    days: int
    transit: Transit | None

    def cut_offs(self, *, since: datetime, until: datetime) -> list[datetime]:
        """The moments on open days at which the carrier has what was ordered before, in UTC."""
        zone = ZoneInfo(self.hours.time_zone)
        first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        return [
            datetime.combine(day, self.cut_off, zone).astimezone(UTC) for day in days if self.hours.is_working_day(day)
        ]

    def arrival(self, ready: datetime) -> tuple[datetime, datetime, datetime] | None:
        """Earliest, likely and latest of what is handed over then; None where the store does not say."""
        if self.transit is None:
            return None
        zone = ZoneInfo(self.hours.time_zone)
        first, last = (
            self.hours.add_working_days(ready.astimezone(zone).date(), days)
            for days in (self.transit.fewest, self.transit.most)
        )
        middle = self.hours.add_working_days(
            ready.astimezone(zone).date(), (self.transit.fewest + self.transit.most) // 2
        )
        ends = (time(8), time(20), time(20))
        earliest, likely, latest = (
            max(datetime.combine(day, end, zone).astimezone(UTC), ready)
            for day, end in zip((first, middle, last), ends, strict=True)
        )
        return earliest, max(likely, earliest), max(latest, earliest)


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when something is to arrive."""

    earliest: datetime | None
    latest: datetime


def zone_of(address: dict[str, Any]) -> str:
    """Such as DE-04: the country and the beginning of the postcode, or else the region."""
    country = str(address.get("country") or "").upper()
    postcode = "".join(str(address.get("postcode") or "").split()).upper()
    part = postcode[:_POSTCODE_ZONE] or str(address.get("region") or "").upper()
    return f"{country}-{part}" if part else country


def place_of(address: dict[str, Any]) -> str:
    """Such as DE-041: the country and one more letter of the postcode, or else the city."""
    country = str(address.get("country") or "").upper()
    postcode = "".join(str(address.get("postcode") or "").split()).upper()
    part = postcode[:_POSTCODE_PLACE] or str(address.get("city") or "").casefold()
    return f"{country}-{part}" if part else country


def basis_of(*, lane: float, destination: float, carrier: float) -> Basis:
    """The narrowest of which there were enough recent deliveries."""
    for seen, basis in ((lane, Basis.LANE), (destination, Basis.WIDE_LANE), (carrier, Basis.CARRIER)):
        if seen >= ENOUGH:
            return basis
    return Basis.STORE


def tells(window: Window) -> bool:
    """Whether a range is one to tell a shopper: that of a parcel nobody has heard of for weeks is not."""
    return window.earliest is None or window.latest - window.earliest <= WIDEST_TOLD


def weighed(*, ours: Window, theirs: Window | None, handed_over: bool, now: datetime) -> Window:
    """What the shopper is told, where the carrier (or the shop for it) said something too.

    Before the hand-over theirs is read off a table, ours off what happened: ours. Afterwards the carrier knows this
    very parcel: where both can be true, the days that both name; where not, theirs, unless it has passed already.
    """
    if theirs is None or not handed_over or theirs.latest < now:
        return ours
    since = max(filter(None, (ours.earliest, theirs.earliest)), default=None)
    until = min(ours.latest, theirs.latest)
    return Window(since, until) if since is None or since <= until else theirs
