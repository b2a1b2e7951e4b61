"""What follows from scans. Pure: the same set of scans gives the same answer, whatever order they arrived in.

Carriers repeat themselves, deliver their messages out of order, and leave out time zones. So nothing here looks at what
was known before; a parcel's state is computed from all its scans, sorted by *truth*: when it happened, then how far
along the status is, then the words (only so that equal sets sort equally).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from aftercare.commerce.shipments.vocabulary import Status

# At the same instant the later of these is the truth. A parcel that is "delivered" at the very moment it is "returned"
# was handed to the sender, so the return comes first.
_BY_RANK = (
    Status.UNKNOWN, Status.PENDING, Status.PICKED_UP, Status.IN_TRANSIT, Status.ON_HOLD, Status.DELIVERY_DELAYED,
    Status.OUT_FOR_DELIVERY, Status.DELIVERY_FAILED, Status.READY_FOR_PICKUP, Status.CANCELLED,
    Status.RETURN_TO_SENDER, Status.DELIVERED,
)  # fmt: skip
_RANK = {status.value: rank for rank, status in enumerate(_BY_RANK)}

# What ends a journey stays, except for what undoes it. So a "delivered" whose missing zone dates it two hours before
# "out for delivery" still ends as delivered.
_UNDONE_BY: dict[str, frozenset[str]] = {
    Status.DELIVERED.value: frozenset({Status.RETURN_TO_SENDER.value}),
    Status.RETURN_TO_SENDER.value: frozenset({Status.RETURN_TO_SENDER.value}),
    Status.CANCELLED.value: frozenset({Status.DELIVERED.value, Status.RETURN_TO_SENDER.value}),
}
# Beginnings that carriers like to announce again when the parcel is long on its way.
_ONLY_AFTER: dict[str, frozenset[str]] = {
    Status.UNKNOWN.value: frozenset(),
    Status.PENDING.value: frozenset({Status.PENDING.value}),
    Status.PICKED_UP.value: frozenset(
        {Status.PENDING.value, Status.PICKED_UP.value, Status.ON_HOLD.value, Status.DELIVERY_DELAYED.value}
    ),
}


class Kind(StrEnum):
    """The milestones of a parcel, each told once."""

    HANDED_OVER = "handed_over"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    ATTEMPT_FAILED = "attempt_failed"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    HELD = "held"
    RETURNING = "returning"
    CANCELLED = "cancelled"


# Which milestones a scan of this status shows. Whoever tries to deliver a parcel has been handed it; of a parcel that
# is only known as delivered nobody knows when that was, and we do not invent it.
_SHOWS: dict[str, tuple[Kind, ...]] = {
    Status.PICKED_UP.value: (Kind.HANDED_OVER,),
    Status.IN_TRANSIT.value: (Kind.HANDED_OVER,),
    Status.OUT_FOR_DELIVERY.value: (Kind.HANDED_OVER, Kind.OUT_FOR_DELIVERY),
    Status.READY_FOR_PICKUP.value: (Kind.HANDED_OVER, Kind.READY_FOR_PICKUP),
    Status.DELIVERY_FAILED.value: (Kind.HANDED_OVER, Kind.ATTEMPT_FAILED),
    Status.RETURN_TO_SENDER.value: (Kind.HANDED_OVER, Kind.RETURNING),
    Status.DELIVERED.value: (Kind.DELIVERED,),
    Status.DELIVERY_DELAYED.value: (Kind.DELAYED,),
    Status.ON_HOLD.value: (Kind.HELD,),
    Status.CANCELLED.value: (Kind.CANCELLED,),
}
# Which milestones are still news while the parcel is in this status: the last of them, and no other. A failed attempt
# stays news when the parcel is scanned back into the depot an hour later.
_STILL_NEWS: dict[str, frozenset[Kind]] = {
    Status.PICKED_UP.value: frozenset({Kind.HANDED_OVER}),
    Status.IN_TRANSIT.value: frozenset({Kind.HANDED_OVER, Kind.ATTEMPT_FAILED}),
    Status.OUT_FOR_DELIVERY.value: frozenset({Kind.OUT_FOR_DELIVERY}),
    Status.READY_FOR_PICKUP.value: frozenset({Kind.READY_FOR_PICKUP}),
    Status.DELIVERY_FAILED.value: frozenset({Kind.ATTEMPT_FAILED}),
    Status.RETURN_TO_SENDER.value: frozenset({Kind.RETURNING}),
    Status.DELIVERED.value: frozenset({Kind.DELIVERED}),
    Status.DELIVERY_DELAYED.value: frozenset({Kind.DELAYED}),
    Status.ON_HOLD.value: frozenset({Kind.HELD}),
    Status.CANCELLED.value: frozenset({Kind.CANCELLED}),
}


class Seen(NamedTuple):
    """A scan as the policy sees it; the order of the fields is the order of truth."""

    at: datetime
    rank: int
    status: str
    reason: str
    code: str
    text: str
    place: str


class Milestone(NamedTuple):
    """A milestone and the scan that first shows it. `day` tells one failed attempt from another, and is else None.

    `current` is only set on what `milestones` answers: whether it is what there is to say of the parcel now.
    """

    kind: Kind
    day: date | None
    at: datetime
    reason: str
    text: str
    place: str
    current: bool = False

    @property
    def key(self) -> tuple[Kind, date | None]:
        return self.kind, self.day


@dataclass(frozen=True, slots=True)
class ParcelState:
    """What a set of scans says of a parcel. The words and place are those of the scan that decided the status."""

    status: str = Status.PENDING.value
    status_at: datetime | None = None
    reason: str = ""
    text: str = ""
    place: str = ""
    handed_over_at: datetime | None = None
    delivered_at: datetime | None = None
    last_scan_at: datetime | None = None
    reached: tuple[Milestone, ...] = ()


UNSEEN = ParcelState()


def seen(*, at: datetime, status: str, reason: str = "", code: str = "", text: str = "", place: str = "") -> Seen:
    """A scan, ranked."""
    return Seen(at, _RANK[status], status, reason, code, text, place)


def fold(scans: Iterable[Seen], *, zone: tzinfo = UTC) -> ParcelState:
    """The state that follows from a set of scans; `zone` says where one day of attempts ends and the next begins.

    `delivered_at` is when the recipient got it: it stays when the parcel is sent back afterwards, and is empty when the
    parcel was "delivered" to its sender.
    """
    in_truth = sorted(scans)
    if not in_truth:
        return UNSEEN
    deciding: Seen | None = None
    delivered_at = None
    for scan in in_truth:
        if _decides(scan.status, deciding.status if deciding else ""):
            deciding = scan
            if scan.status == Status.DELIVERED.value:
                delivered_at = scan.at
    reached = tuple(_first_shown(in_truth, zone))
    return ParcelState(
        status=deciding.status if deciding else Status.PENDING.value,
        status_at=deciding.at if deciding else None,
        reason=deciding.reason if deciding else "",
        text=deciding.text if deciding else "",
        place=deciding.place if deciding else "",
        handed_over_at=next((milestone.at for milestone in reached if milestone.kind is Kind.HANDED_OVER), None),
        delivered_at=delivered_at,
        last_scan_at=in_truth[-1].at,
        reached=reached,
    )


def milestones(before: ParcelState, after: ParcelState) -> list[Milestone]:
    """What `after` has reached and `before` had not, in the order of truth.

    More scans never take a milestone back, so over any sequence of growing sets each one is answered exactly once.
    """
    known = {milestone.key for milestone in before.reached}
    news = _news(after)
    return [
        milestone._replace(current=milestone.key == news) for milestone in after.reached if milestone.key not in known
    ]


def scan_digest(scan: Seen) -> bytes:
    """What a scan is known by: its content, so that the same scan from the same carrier is one scan."""
    words = f"{scan.reason}\x1f{scan.code}\x1f{scan.text}\x1f{scan.place}"
    content = f"{scan.at.isoformat()}\x1f{scan.status}\x1f{words}"
    return blake2b(content.encode(), digest_size=16).digest()


def normal_number(tracking_number: str) -> str:
    """How tracking numbers are kept and compared: people copy them with spaces and in any case."""
    return "".join(tracking_number.split()).upper()


def carrier_key(name: str) -> str:
    """How carriers are kept and compared: "DHL Express" and "dhl_express" are one."""
    return "_".join(name.lower().replace("-", " ").split())


def fulfilment_done_at(parcels: Sequence[tuple[str, datetime | None]]) -> datetime | None:
    """When a fulfilment was complete, from the status and delivery of each of its parcels; None while one is missing.

    A parcel that was cancelled will not come, and is not waited for.
    """
    waited_for = [delivered_at for status, delivered_at in parcels if delivered_at or status != Status.CANCELLED.value]
    arrived = [delivered_at for delivered_at in waited_for if delivered_at is not None]
    return max(arrived) if arrived and len(arrived) == len(waited_for) else None


def _decides(status: str, current: str) -> bool:
    """Whether a scan of `status` changes a parcel whose status so far is `current` (empty: none yet)."""
    undone_by = _UNDONE_BY.get(current)
    if undone_by is not None:
        return status in undone_by
    only_after = _ONLY_AFTER.get(status)
    return only_after is None or current in only_after or (not current and status != Status.UNKNOWN.value)


def _first_shown(in_truth: Sequence[Seen], zone: tzinfo) -> Iterator[Milestone]:
    known: set[tuple[Kind, date | None]] = set()
    for scan in in_truth:
        for kind in _SHOWS.get(scan.status, ()):
            day = scan.at.astimezone(zone).date() if kind is Kind.ATTEMPT_FAILED else None
            if (kind, day) not in known:
                known.add((kind, day))
                yield Milestone(kind, day, scan.at, scan.reason, scan.text, scan.place)


def _news(state: ParcelState) -> tuple[Kind, date | None] | None:
    still = _STILL_NEWS.get(state.status, frozenset())
    return next((milestone.key for milestone in reversed(state.reached) if milestone.kind in still), None)
