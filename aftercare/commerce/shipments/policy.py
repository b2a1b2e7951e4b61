"""What follows from scans. Pure: the same set of scans gives the same answer, whatever order they arrived in.

Carriers repeat themselves, deliver their messages out of order, and leave out time zones. So nothing here looks at what
was known before; a parcel's state is computed from all its scans, sorted by *truth*: when it happened, then how far
along the status is, then the words (only so that equal sets sort equally).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple

from aftercare.commerce.shipments.numbers import key_of
from aftercare.commerce.shipments.vocabulary import StatusWord

# At the same instant the later of these is the truth. A parcel that is "delivered" at the very moment it is "returned"
# was handed to the sender, so the return comes first.
_BY_RANK: tuple[StatusWord, ...] = (
    "unknown", "pending", "picked_up", "in_transit", "on_hold", "delivery_delayed",
    "out_for_delivery", "delivery_failed", "ready_for_pickup", "cancelled",
    "return_to_sender", "delivered",
)  # fmt: skip
_RANK = {status: rank for rank, status in enumerate(_BY_RANK)}

# What ends a journey stays, except for what undoes it. So a "delivered" whose missing zone dates it two hours before
# "out for delivery" still ends as delivered.
_UNDONE_BY: dict[str, frozenset[StatusWord]] = {
    "delivered": frozenset({"return_to_sender"}),
    "return_to_sender": frozenset({"return_to_sender"}),
    "cancelled": frozenset({"delivered", "return_to_sender"}),
}
# Beginnings that carriers like to announce again when the parcel is long on its way.
_ONLY_AFTER: dict[StatusWord, frozenset[str]] = {
    "unknown": frozenset(),
    "pending": frozenset({"", "pending"}),
    "picked_up": frozenset({"", "pending", "picked_up", "on_hold", "delivery_delayed"}),
}


def _decides(status: str, current: str) -> bool:
    """Whether a scan of `status` changes a parcel whose status so far is `current` (empty: none yet)."""
    if current in _UNDONE_BY:
        return status in _UNDONE_BY[current]
    return status not in _ONLY_AFTER or current in _ONLY_AFTER[status]


_DECIDES = {(current, status) for current in ("", *_RANK) for status in _RANK if _decides(status, current)}

# The milestones of a parcel, each told once.
Kind = Literal[
    "handed_over", "out_for_delivery", "ready_for_pickup", "attempt_failed", "delivered", "delayed", "held",
    "returning", "cancelled",
]  # fmt: skip
# What tells one milestone of a parcel from another: its kind and, for failed attempts, the day.
Key = tuple[Kind, date | None]

# Which milestones a scan of this status shows. Whoever tries to deliver a parcel has been handed it; of a parcel that
# is only known as delivered nobody knows when that was, and we do not invent it.
_SHOWS: dict[StatusWord, tuple[Kind, ...]] = {
    "picked_up": ("handed_over",),
    "in_transit": ("handed_over",),
    "out_for_delivery": ("handed_over", "out_for_delivery"),
    "ready_for_pickup": ("handed_over", "ready_for_pickup"),
    "delivery_failed": ("handed_over", "attempt_failed"),
    "return_to_sender": ("handed_over", "returning"),
    "delivered": ("delivered",),
    "delivery_delayed": ("delayed",),
    "on_hold": ("held",),
    "cancelled": ("cancelled",),
}
# Which milestones are still news while the parcel is in this status: the last of them, and no other. A failed attempt
# stays news when the parcel is scanned back into the depot an hour later.
_STILL_NEWS: dict[StatusWord, tuple[Kind, ...]] = {
    "picked_up": ("handed_over",),
    "in_transit": ("handed_over", "attempt_failed"),
    "out_for_delivery": ("out_for_delivery",),
    "ready_for_pickup": ("ready_for_pickup",),
    "delivery_failed": ("attempt_failed",),
    "return_to_sender": ("returning",),
    "delivered": ("delivered",),
    "delivery_delayed": ("delayed",),
    "on_hold": ("held",),
    "cancelled": ("cancelled",),
}


class Seen(NamedTuple):
    """A scan as the policy sees it; the order of the fields is the order of truth."""

    at: datetime
    rank: int
    status: StatusWord
    reason: str
    code: str
    text: str
    place: str


class Milestone(NamedTuple):
    """A milestone, the scan that first shows it, and whether it is what there is to say of the parcel now."""

    kind: Kind
    day: date | None
    scan: Seen
    current: bool


@dataclass(frozen=True, slots=True)
class ParcelState:
    """What a set of scans says of a parcel. The words and place are those of the scan that decided the status.

    `reached` holds the scan that first shows each milestone, in the order of truth.
    """

    status: StatusWord = "pending"
    status_at: datetime | None = None
    reason: str = ""
    text: str = ""
    place: str = ""
    handed_over_at: datetime | None = None
    delivered_at: datetime | None = None
    last_scan_at: datetime | None = None
    reached: dict[Key, Seen] = field(default_factory=dict)


UNSEEN = ParcelState()
_UNDECIDED = Seen(datetime.min.replace(tzinfo=UTC), 0, "pending", "", "", "", "")


def seen(
    *, at: datetime, status: StatusWord, reason: str = "", code: str = "", text: str = "", place: str = ""
) -> Seen:
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
    deciding, current, delivered_at = _UNDECIDED, "", None
    reached: dict[Key, Seen] = {}
    for scan in in_truth:
        status = scan.status
        if (current, status) in _DECIDES:
            deciding, current = scan, status
            if status == "delivered":
                delivered_at = scan.at
        for kind in _SHOWS.get(status, ()):
            day = scan.at.astimezone(zone).date() if kind == "attempt_failed" else None
            reached.setdefault((kind, day), scan)
    handed_over = reached.get(("handed_over", None))
    return ParcelState(
        status=deciding.status,
        status_at=deciding.at if current else None,
        reason=deciding.reason,
        text=deciding.text,
        place=deciding.place,
        handed_over_at=handed_over.at if handed_over else None,
        delivered_at=delivered_at,
        last_scan_at=in_truth[-1].at,
        reached=reached,
    )


def milestones(before: ParcelState, after: ParcelState) -> list[Milestone]:
    """What `after` has reached and `before` had not, in the order of truth.

    More scans never take a milestone back, so over any sequence of growing sets each one is answered exactly once.
    """
    still = _STILL_NEWS.get(after.status, ())
    news = next((key for key in reversed(after.reached) if key[0] in still), None)
    known = before.reached
    return [Milestone(*key, scan, key == news) for key, scan in after.reached.items() if key not in known]


def scan_digest(scan: Seen) -> bytes:
    """What a scan is known by: its content, so that the same scan from the same carrier is one scan."""
    at, _, status, reason, code, text, place = scan
    content = f"{at.timestamp():.6f}\x1f{status}\x1f{reason}\x1f{code}\x1f{text}\x1f{place}"
    return blake2b(content.encode(), digest_size=16).digest()


def normal_number(tracking_number: str) -> str:
    """How tracking numbers are kept and compared: people copy them with spaces and in any case."""
    return "".join(tracking_number.split()).upper()


@lru_cache(maxsize=4096)
def carrier_key(name: str) -> str:
    """How carriers are kept and compared: "DHL Express" and "dhl_express" are one, as are names of those we know."""
    return key_of(name) or "_".join(name.lower().replace("-", " ").split())


def akin(carrier: str, other: str) -> bool:
    """Whether two names may be one carrier's: shops say "dhl", aggregators "dhl-germany"."""
    return carrier_key(carrier).partition("_")[0] == carrier_key(other).partition("_")[0] != ""


def fulfilment_done_at(parcels: Sequence[tuple[str, datetime | None]]) -> datetime | None:
    """When a fulfilment was complete, from the status and delivery of each of its parcels; None while one is missing.

    A parcel that was cancelled will not come, and is not waited for.
    """
    waited_for = [delivered_at for status, delivered_at in parcels if delivered_at or status != "cancelled"]
    arrived = [delivered_at for delivered_at in waited_for if delivered_at is not None]
    return max(arrived) if arrived and len(arrived) == len(waited_for) else None


def lane_of(*, origin: Mapping[str, str], destination: Mapping[str, str]) -> str:
    """From where to where, as `DE-FR`; within a country with the first figure of the postcode, `DE-DE1`.

    Takes addresses as parcels and orders keep them; empty where a country is not known.
    """
    begins, ends = origin.get("country") or "", destination.get("country") or ""
    if not (begins and ends):
        return ""
    region = (destination.get("postcode") or "")[:1] if begins == ends else ""
    return f"{begins}-{ends}{region}"
