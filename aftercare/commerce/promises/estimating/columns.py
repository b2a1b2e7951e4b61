"""Parcels as columns. Moments are days since 1970 in UTC as floats: `inf` where it has not happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_SLOTS_A_DAY = 8
_MONDAY = 3  # the first of January 1970 was a Thursday


@dataclass(frozen=True, slots=True)
class Parcels:
    """What is known of parcels before they travel, and when they began and ended; all columns are of one length.

    `began` is when the clock started: the order, or the hand-over. `place` is a finer part of the destination,
    `freight` what was paid for shipping. Unknown words are "", unknown numbers `nan`.
    """

    began: Floats
    ended: Floats
    promised: Floats
    weight: Floats
    price: Floats
    freight: Floats
    origin: Sequence[str]
    destination: Sequence[str]
    place: Sequence[str]
    carrier: Sequence[str]
    service: Sequence[str]
    seller: Sequence[str]
    country: Sequence[str]

    def __len__(self) -> int:
        return len(self.began)


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that makes a parcel faster or slower. `pull` is how many parcels it takes to believe half of it."""

    name: str
    pull: float


FACTORS = (
    Factor("carrier", 20),
    Factor("country", 5),
    Factor("destination", 5),
    Factor("place", 10),
    Factor("origin", 5),
    Factor("lane", 20),
    Factor("seller", 12),
    Factor("slot", 30),
    Factor("weight", 30),
    Factor("price", 30),
    Factor("freight", 20),
    Factor("lead", 30),
)


def weekday(days: Any) -> Any:
    """0 on Mondays."""
    return (np.floor(days).astype(np.int64) + _MONDAY) % 7


def labels_of(parcels: Parcels) -> Mapping[str, Sequence[Any]]:
    """For each factor the value that every parcel has of it; numbers in steps that do not depend on the other parcels."""
    slot = weekday(parcels.began) * _SLOTS_A_DAY + np.floor(parcels.began % 1 * _SLOTS_A_DAY).astype(np.int64)
    ways = list(zip(parcels.carrier, parcels.service, strict=True))
    lanes = zip(ways, parcels.origin, parcels.destination, strict=True)
    return {
        "carrier": ["/".join(way) for way in ways],
        "country": parcels.country,
        "destination": parcels.destination,
        "place": parcels.place,
        "origin": parcels.origin,
        "lane": ["/".join((*way, origin, destination)) for way, origin, destination in lanes],
        "seller": parcels.seller,
        "slot": slot.tolist(),
        "weight": _steps(parcels.weight, per_doubling=1.5),
        "price": _steps(parcels.price, per_doubling=1.5),
        "freight": _steps(parcels.freight, per_doubling=3),
        "lead": _steps(parcels.promised - parcels.began, per_doubling=5),
    }


def _steps(values: Floats, *, per_doubling: float) -> list[int]:
    """Geometric steps; -1 where unknown."""
    known = np.isfinite(values)
    steps = np.round(np.log2(np.clip(np.where(known, values, 1), 1, 1e7)) * per_doubling)
    found: list[int] = np.where(known, steps, -1).astype(np.int64).tolist()
    return found
