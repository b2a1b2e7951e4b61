"""Dates that begin journeys: one file each. A kind finds whose day it is within a window of time, page by page.

What it finds enters once for each `key`, however often it is found; so a window may be looked through again.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from aftercare.foundation.kit.registry import Registry

Settings = TypeVar("Settings", bound=BaseModel)
# No clock on earth is further from UTC.
_FURTHEST = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Window:
    """After `since`, up to and with `until`, in a store whose clocks show `zone`."""

    store_id: int
    zone: str
    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether it is one of its moments."""
        return self.since < moment <= self.until

    def local_dates(self) -> list[date]:
        """Every date that is shown within it somewhere on earth."""
        first, last = (self.since - _FURTHEST).date(), (self.until + _FURTHEST).date()
        return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]

    def moment(self, day: date, at: time, zone: str) -> datetime:
        """When it is that time of that day by the clocks of `zone`, or by the store's."""
        return datetime.combine(day, at, ZoneInfo(zone or self.zone)).astimezone(self.since.tzinfo)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day that is somebody's, and from when on it is. `data` is what the journey knows of it."""

    key: str
    at: datetime
    customer_id: int | None
    order_id: int | None = None
    shipment_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of occasions, and the row to go on after; None where the window has been looked through."""

    occasions: list[Occasion]
    last: int | None


class DateKind(ABC, Generic[Settings]):
    """The base of every kind of date. `about` is what its occasions know; `like` an event to try such a journey on.

    All of the settings have usual values: a kind is chosen first, and then described.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    about: ClassVar[frozenset[str]]
    like: ClassVar[str]
    Config: type[Settings]

    @abstractmethod
    def describe(self, config: Settings) -> str:
        """After "When", in the reader's language: "it is 3 days before …"."""

    @abstractmethod
    def find(self, config: Settings, *, window: Window, after: int, limit: int) -> Found:
        """Whose day begins within the window, among the next `limit` rows whose id is greater than `after`."""


dates: Registry[DateKind[Any]] = Registry(__name__)

Kind = TypeVar("Kind", bound=type[DateKind[Any]])


def register(kind: Kind) -> Kind:
    """Class decorator that adds a kind of date."""
    dates.register(kind.key, kind())
    return kind
