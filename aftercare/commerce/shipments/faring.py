"""How parcels fare: a capability above judges that, and the pages of parcels show it and are narrowed by it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q


class Fare(NamedTuple):
    """How one parcel fares, in the words and the colour in which it is shown, and why."""

    label: str
    tone: str
    why: str


@dataclass(frozen=True)
class Judge:
    """`of` answers by row id, in one query; `having` selects the parcels that fare so; `choices` are worth asking for."""

    choices: Sequence[tuple[str, Any]]
    of: Callable[[Collection[int]], Mapping[int, Fare]]
    having: Callable[[str], Q]


_judges: list[Judge] = []


def register_judge(judge: Judge) -> None:
    """Let pages of parcels show what it finds."""
    assert not _judges, "one capability judges how parcels fare"
    _judges.append(judge)


def fares_of(shipment_ids: Collection[int]) -> Mapping[int, Fare]:
    """How these fare, those that are judged."""
    return _judges[0].of(shipment_ids) if _judges else {}


def fare_choices() -> Sequence[tuple[str, Any]]:
    """What lists may be narrowed to."""
    return _judges[0].choices if _judges else ()


def faring(value: str) -> Q:
    """Of a query of parcels, those that fare so."""
    return _judges[0].having(value) if _judges else Q()
