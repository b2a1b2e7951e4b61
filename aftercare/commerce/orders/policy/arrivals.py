"""How one part of an order reaches the customer, in the same words for parcels, pick-ups, downloads and visits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

PACKED_KINDS = frozenset({"goods", "consumable"})  # of lines that something is to be packed for


class Stage(StrEnum):
    """How far a part has come."""

    ORDERED = "ordered"  # nobody has reported anything yet
    PREPARING = "preparing"
    BACK_ORDERED = "back_ordered"
    PACKED = "packed"
    ANNOUNCED = "announced"  # the carrier knows of it and does not have it yet
    UNDER_WAY = "under_way"
    ARRIVING = "arriving"  # on the van, or on our way to the visit
    WAITING = "waiting"  # to be picked up, to be downloaded
    MISSED = "missed"
    DELAYED = "delayed"
    HELD = "held"
    RETURNING = "returning"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"


OVER = frozenset({Stage.ARRIVED, Stage.CANCELLED})
_BEFORE_ARRIVAL = frozenset(Stage) - OVER - {Stage.RETURNING}
_BY_STATUS = {
    "open": Stage.PREPARING,
    "back_ordered": Stage.BACK_ORDERED,
    "packed": Stage.PACKED,
    "ready": Stage.WAITING,
    "under_way": Stage.UNDER_WAY,
    "completed": Stage.ARRIVED,
    "cancelled": Stage.CANCELLED,
    "missed": Stage.MISSED,
}
# What a status means where it is not what it means for pick-ups.
_BY_KIND_AND_STATUS = {
    ("shipment", "ready"): Stage.PACKED,
    ("service_visit", "packed"): Stage.PREPARING,
    ("service_visit", "ready"): Stage.PREPARING,
    ("service_visit", "under_way"): Stage.ARRIVING,
    ("digital", "packed"): Stage.PREPARING,
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """`earliest` and `latest` are when it is due; `at` is since when it is at this stage, `heard_at` the last news

    `promised` says that `latest` is the shop's promise rather than anybody's estimate. `about` is the row that a
    capability told it from, for that capability's own panels.
    """

    kind: str
    stage: Stage
    at: datetime
    fulfilment_id: int = 0
    heard_at: datetime | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    promised: bool = False
    place: str = ""
    about: object | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to come."""
        return self.stage not in OVER


def stage_of(*, kind: str, status: str) -> Stage:
    """The stage of a fulfilment that nothing finer is known of."""
    return _BY_KIND_AND_STATUS.get((kind, status), _BY_STATUS[status])


def still_ordered(*, kinds: Sequence[str], at: datetime) -> list[Arrival]:
    """One part for what no fulfilment carries yet, by the kinds of its lines.

    A download or service that nobody reports on does not hold up what can be followed.
    """
    return [Arrival(kind="shipment", stage=Stage.ORDERED, at=at)] if PACKED_KINDS & set(kinds) else []


def arrived_with(parcels: Sequence[Arrival], *, completed_at: datetime | None) -> list[Arrival]:
    """The parcels of a fulfilment; where the shop says it is complete, none of them is still expected.

    Carriers forget to scan what they hand over. What was sent back afterwards is news, however.
    """
    if completed_at is None:
        return list(parcels)
    return [
        replace(parcel, stage=Stage.ARRIVED, at=completed_at) if parcel.stage in _BEFORE_ARRIVAL else parcel
        for parcel in parcels
    ]


def with_promise(arrival: Arrival, promised_by: datetime | None) -> Arrival:
    """What was promised at check-out holds for a parcel that nobody has estimated."""
    if promised_by is None or arrival.kind != "shipment" or arrival.latest or arrival.earliest:
        return arrival
    return replace(arrival, latest=promised_by, promised=True)
