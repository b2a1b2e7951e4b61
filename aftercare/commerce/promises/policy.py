"""What is decided about promises: which parcels are alike, how wide a history one rests on, whose word is told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

COVERAGE: Final = 0.8
ENOUGH: Final = 30  # deliveries before anything is promised, and of a kind before it is spoken of by itself
_POSTCODE_ZONE = 2
_POSTCODE_PLACE = 3


class Basis(StrEnum):
    """How wide the history is that a promise rests on."""

    LANE = "lane"
    WIDE_LANE = "wide_lane"
    CARRIER = "carrier"
    STORE = "store"


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
