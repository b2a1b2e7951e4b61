"""The life of a simulated parcel: what really happens to it, from the announcement to wherever it ends.

Deterministic: the same consignment, habits and seed give the same life. How the carrier *reports* that life (late,
twice, without a zone) is another matter: see `reporting`.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.commerce.shipments.carriers.simulated.world import country, crosses_customs, nights_between

_SUNDAY = 6


class Place(NamedTuple):
    """A city and its country's ISO code, either possibly empty."""

    city: str
    country: str


@dataclass(frozen=True)
class Consignment:
    """What the carrier is told of a parcel. `announced_at` is aware; collection follows on a working afternoon."""

    number: str
    origin: Place
    destination: Place
    announced_at: datetime
    service: str = ""


@dataclass(frozen=True)
class Habits:
    """How often things go wrong, each a share of parcels from 0 to 1: first on the road, then in reporting."""

    failed_attempt: float = 0.06
    pickup_point: float = 0.07
    return_to_sender: float = 0.012
    lost: float = 0.006
    hub_delay: float = 0.07
    silence: float = 0.02
    customs_hold: float = 0.15

    shuffled: float = 0.08
    duplicated: float = 0.08
    zone_missing: float = 0.05
    backwards: float = 0.03

    @classmethod
    def names(cls) -> list[str]:
        """The name of every habit."""
        return [habit.name for habit in fields(cls)]


class Promise(NamedTuple):
    """Between when the carrier says it will deliver."""

    since: datetime
    by: datetime


class Happening(NamedTuple):
    """One thing that happened; `at` is local time where it did."""

    at: datetime
    code: str
    place: Place
    promise: Promise | None = None


def live(consignment: Consignment, *, habits: Habits, chance: Random) -> list[Happening]:
    """Everything that happens to a parcel, in order."""
    story = _Story(consignment, habits, chance)
    story.collect()
    story.carry()
    match story.ending():
        case "lost":
            story.lose()
        case "return_to_sender":
            story.send_back()
        case "pickup_point":
            story.leave_at_shop()
        case "failed_attempt":
            story.miss()
            story.deliver()
        case _:
            story.deliver()
    return story.happenings


class _Story:
    """Tells a life step by step; `_at` is how far it has come."""

    def __init__(self, consignment: Consignment, habits: Habits, chance: Random) -> None:
        self.happenings: list[Happening] = []
        self._habits = habits
        self._chance = chance
        self._origin, self._destination = consignment.origin, consignment.destination
        self._from, self._to = country(consignment.origin.country), country(consignment.destination.country)
        least, most = nights_between(self._origin.country, self._destination.country)
        express = "express" in consignment.service.lower()
        self._planned_nights = least if express else chance.randint(least, most)
        self._at = consignment.announced_at.astimezone(self._from.zone)
        self._say("ANN", self._origin)

    def collect(self) -> None:
        """From the sender's door through the first sorting centre, with a promise."""
        hub = Place(self._chance.choice(self._from.hubs), self._origin.country)
        self._wait(hours=(1, 2))
        self._until(self._from.zone, 15, 18)
        self._say("PUP", self._origin, self._promise())
        self._wait(hours=(2, 4))
        self._say("ARR", hub)
        self._wait(hours=(0.5, 2))
        self._say("DEP", hub)

    def carry(self) -> None:
        """Across the country, or the border, to the depot near the recipient."""
        if self._happens(self._habits.silence):
            self._wait(hours=(72, 150))
        hub = Place(self._chance.choice(self._to.hubs), self._destination.country)
        self._nights(self._planned_nights - 1)
        self._until(self._to.zone, 1, 3)
        self._say("ARR", hub)
        if crosses_customs(self._origin.country, self._destination.country):
            self._clear_customs(hub)
        if self._happens(self._habits.hub_delay):
            late = timedelta(days=self._chance.randint(1, 2))
            self._wait(hours=(2, 5))
            self._say("DLH", hub, self._promise(late))
            self._at += late
        self._wait(hours=(0.2, 0.8))
        self._say("DEP", hub)
        self._until(self._to.zone, 5, 6)
        self._say("DPT", self._destination)

    def ending(self) -> str:
        """Which of the unhappy endings this parcel meets; empty for the happy one."""
        for name in ("lost", "return_to_sender", "pickup_point", "failed_attempt"):
            if self._happens(getattr(self._habits, name)):
                return name
        return ""

    def deliver(self) -> None:
        """To the door, or next door."""
        self._tour()
        self._say("NBR" if self._happens(0.15) else "DLV", self._destination)

    def miss(self) -> None:
        """Nobody at home, once or twice; the parcel spends the night in the depot."""
        for _ in range(2 if self._happens(0.2) else 1):
            self._tour()
            self._say("NAH", self._destination)
            self._wait(hours=(1, 2))
            self._say("DPT", self._destination)

    def leave_at_shop(self) -> None:
        """Nobody at home, so the parcel waits in a shop until it is fetched."""
        self._tour()
        self._say("NAH", self._destination)
        self._wait(hours=(2, 3))
        self._say("PPT", self._destination)
        self._nights(self._chance.randint(1, 4))
        self._until(self._to.zone, 10, 18)
        self._say("COL", self._destination)

    def send_back(self) -> None:
        """The address is wrong: all the way home again."""
        self._tour()
        self._say("RTS", self._destination)
        self._nights(self._planned_nights + 1)
        self._until(self._from.zone, 9, 15)
        self._say("RTD", self._origin)

    def lose(self) -> None:
        """Never heard of again, from somewhere between the first sorting centre and the depot."""
        reached = [index for index, happening in enumerate(self.happenings) if happening.code == "ARR"]
        del self.happenings[self._chance.choice(reached) + 1 :]

    def _promise(self, late: timedelta | None = None) -> Promise:
        """For the day it arrives if all goes well from here on; `late` is what a delay at the last hub costs."""
        ahead = timedelta(days=self._planned_nights) if late is None else late
        day = (self._at + ahead).astimezone(self._to.zone).date()
        if day.weekday() == _SUNDAY:
            day += timedelta(days=1)
        return Promise(datetime.combine(day, time(8), self._to.zone), datetime.combine(day, time(20), self._to.zone))

    def _clear_customs(self, hub: Place) -> None:
        self._wait(hours=(1, 3))
        self._say("CUS", hub)
        if self._happens(self._habits.customs_hold):
            self._wait(hours=(2, 6))
            self._say("CUX", hub)
            self._nights(self._chance.randint(1, 3))
            self._until(self._to.zone, 9, 15)
        else:
            self._wait(hours=(0.5, 2))
        self._say("CUC", hub)

    def _tour(self) -> None:
        self._until(self._to.zone, 7, 8)
        self._say("OFD", self._destination)
        self._wait(hours=(0.2, 0.3))
        self._say("INF", self._destination)
        self._until(self._to.zone, 10, 17)

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share

    def _say(self, code: str, place: Place, promise: Promise | None = None) -> None:
        self.happenings.append(Happening(self._at, code, place, promise))

    def _wait(self, *, hours: tuple[float, float]) -> None:
        # Through UTC: adding to a local time steps over the hour that daylight saving inserts or drops.
        later = self._at.astimezone(UTC) + timedelta(hours=self._chance.uniform(*hours))
        self._at = later.replace(second=0, microsecond=0).astimezone(self._at.tzinfo)

    def _nights(self, count: int) -> None:
        self._at += timedelta(days=count)

    def _until(self, zone: ZoneInfo, earliest: int, latest: int) -> None:
        """On to the next working day's hour between `earliest` and `latest` (inclusive) in a zone."""
        day = self._at.astimezone(zone).date()
        clock = time(self._chance.randint(earliest, latest), self._chance.randint(0, 59))
        while datetime.combine(day, clock, zone).astimezone(UTC) <= self._at or day.weekday() == _SUNDAY:
            day += timedelta(days=1)
        self._at = datetime.combine(day, clock, zone)
