"""When a parcel can be claimed, until when, and why not. Pure, and blind to the clock: whoever asks compares with `now`.

Windows run in whole days of the store's zone, as carriers count them; from the first instant of one day to the end of
another. The trace says in steps what led to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

from aftercare.care.protection.vocabulary import ClaimKind, Exclusion
from aftercare.commerce.shipments.vocabulary import Reason, Status

# What a plan may leave uncovered, by what carriers say of such parcels.
_BAD_ADDRESS = frozenset({
    Reason.CONSIGNEE_INCORRECT_ADDRESS, Reason.CARRIER_ADDRESS_NOT_FOUND, Reason.RETAILER_INCORRECT_DATA,
})  # fmt: skip
_REFUSED = frozenset({Reason.CONSIGNEE_REFUSED, Reason.CONSIGNEE_CANCELLED})


class Why(StrEnum):
    """A step that led to a window, or to none."""

    CARRIER_SAYS_LOST = "carrier_says_lost"
    CARRIER_SAYS_DAMAGED = "carrier_says_damaged"
    SILENT_SINCE = "silent_since"
    PAST_PROMISE = "past_promise"
    DELIVERED_AT = "delivered_at"
    OPENS = "opens"
    CLOSES = "closes"
    PHOTOS = "photos"
    # and why there is none
    NOT_HANDED_OVER = "not_handed_over"
    ALREADY_DELIVERED = "already_delivered"
    NOT_DELIVERED = "not_delivered"
    CALLED_OFF = "called_off"
    EXCLUDED = "excluded"
    NOT_COVERED = "not_covered"


class Step(NamedTuple):
    """One step of a trace: what, how many days or photos, counted from when, or which exclusion."""

    why: Why
    number: int = 0
    at: datetime | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class LostTerms:
    """Days without a scan, at home and abroad, or days past the promise; filed so many days after the last scan."""

    domestic_days: int
    abroad_days: int
    past_promise_days: int
    within_days: int


@dataclass(frozen=True, slots=True)
class ArrivedTerms:
    """From so many days after the delivery to so many; with at least so many photos."""

    after_days: int
    within_days: int
    photos: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a carrier or an insurer covers. `carrier` empty: for every carrier without a plan of its own."""

    key: str
    name: str
    carrier: str
    lost: LostTerms | None
    stolen: ArrivedTerms | None
    damaged: ArrivedTerms | None
    not_covered: frozenset[Exclusion] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a parcel. `is_domestic` None: nobody knows, and the longer wait counts."""

    status: str
    status_at: datetime
    reason: str
    is_domestic: bool | None
    handed_over_at: datetime | None
    last_scan_at: datetime | None
    delivered_at: datetime | None
    promised_by: datetime | None
    called_off: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """From `opens` until before `closes`; without either, it can never be claimed as this, and the trace says why."""

    kind: ClaimKind
    opens: datetime | None
    closes: datetime | None
    photos: int
    trace: tuple[Step, ...]

    @property
    def exists(self) -> bool:
        return self.opens is not None

    def is_open(self, now: datetime) -> bool:
        """Whether it can be claimed at this moment."""
        return self.opens is not None and self.closes is not None and self.opens <= now < self.closes

    def is_ahead(self, now: datetime) -> bool:
        """Whether it can be claimed later."""
        return self.opens is not None and now < self.opens


def plan_for(plans: Sequence[Plan], carrier: str) -> Plan | None:
    """The carrier's own plan, else the one for every carrier."""
    return next((plan for plan in plans if plan.carrier and plan.carrier == carrier), None) or next(
        (plan for plan in plans if not plan.carrier), None
    )


def windows_of(*, parcel: Facts, plan: Plan | None, zone: tzinfo) -> list[Window]:
    """The window of every kind, in the order of the vocabulary."""
    return [window_of(kind, parcel=parcel, plan=plan, zone=zone) for kind in ClaimKind]


def window_of(kind: ClaimKind, *, parcel: Facts, plan: Plan | None, zone: tzinfo) -> Window:
    """When a parcel can be claimed as this kind."""
    refused = _refused(kind, parcel, plan)
    if refused is not None or plan is None:
        return Window(kind, None, None, 0, (refused or Step(Why.NOT_COVERED),))
    if kind is ClaimKind.LOST:
        assert plan.lost is not None, "what is not covered was refused above"
        return _lost(parcel, plan.lost, zone)
    terms = plan.stolen if kind is ClaimKind.STOLEN else plan.damaged
    assert terms is not None, "what is not covered was refused above"
    return _arrived(kind, parcel, terms, zone)


def _refused(kind: ClaimKind, parcel: Facts, plan: Plan | None) -> Step | None:
    terms = plan and {ClaimKind.LOST: plan.lost, ClaimKind.STOLEN: plan.stolen, ClaimKind.DAMAGED: plan.damaged}[kind]
    if plan is None or terms is None:
        return Step(Why.NOT_COVERED)
    if parcel.called_off or parcel.status == Status.CANCELLED:
        return Step(Why.CALLED_OFF)
    if parcel.handed_over_at is None and parcel.delivered_at is None:
        return Step(Why.NOT_HANDED_OVER)
    excluded = _exclusions(parcel) & plan.not_covered
    return Step(Why.EXCLUDED, word=min(excluded).value) if excluded else _elsewhere(kind, parcel)


def _elsewhere(kind: ClaimKind, parcel: Facts) -> Step | None:
    """What has arrived is not lost, and what has not is neither stolen nor, unless the carrier says so, damaged."""
    if kind is ClaimKind.LOST:
        return Step(Why.ALREADY_DELIVERED, at=parcel.delivered_at) if parcel.delivered_at else None
    says_damaged = kind is ClaimKind.DAMAGED and parcel.reason == Reason.CARRIER_DAMAGED_PARCEL
    return None if parcel.delivered_at or says_damaged else Step(Why.NOT_DELIVERED)


def _exclusions(parcel: Facts) -> set[Exclusion]:
    found = {
        Exclusion.RETURN_TO_SENDER: parcel.status == Status.RETURN_TO_SENDER,
        Exclusion.BAD_ADDRESS: parcel.reason in _BAD_ADDRESS,
        Exclusion.REFUSED: parcel.reason in _REFUSED,
    }
    return {exclusion for exclusion, is_so in found.items() if is_so}


def _lost(parcel: Facts, terms: LostTerms, zone: tzinfo) -> Window:
    heard = parcel.last_scan_at or parcel.handed_over_at or parcel.status_at
    closes = start_of_day(heard, terms.within_days + 1, zone)
    if parcel.reason == Reason.CARRIER_PARCEL_LOST:
        opens, first = parcel.status_at, Step(Why.CARRIER_SAYS_LOST, at=parcel.status_at)
    else:
        days = terms.domestic_days if parcel.is_domestic else terms.abroad_days
        opens, first = start_of_day(heard, days, zone), Step(Why.SILENT_SINCE, days, heard)
        if parcel.promised_by is not None:
            # A parcel that was scanned after the day it was promised for is late, and not yet lost.
            anchor = max(parcel.promised_by, heard)
            earlier = start_of_day(anchor, terms.past_promise_days, zone)
            if earlier < opens:
                opens, first = earlier, Step(Why.PAST_PROMISE, terms.past_promise_days, anchor)
    return _window(ClaimKind.LOST, first, opens, max(closes, start_of_day(opens, 1, zone)), 0)


def _arrived(kind: ClaimKind, parcel: Facts, terms: ArrivedTerms, zone: tzinfo) -> Window:
    if parcel.delivered_at is None:
        at, first = parcel.status_at, Step(Why.CARRIER_SAYS_DAMAGED, at=parcel.status_at)
    else:
        at, first = parcel.delivered_at, Step(Why.DELIVERED_AT, at=parcel.delivered_at)
    opens = start_of_day(at, terms.after_days, zone) if terms.after_days else at
    return _window(kind, first, opens, start_of_day(at, terms.within_days + 1, zone), terms.photos)


def _window(kind: ClaimKind, first: Step, opens: datetime, closes: datetime, photos: int) -> Window:
    assert opens < closes, "terms whose window ends before it begins are refused where they come in"
    steps = [first, Step(Why.OPENS, at=opens), Step(Why.CLOSES, at=closes - timedelta(seconds=1))]
    return Window(kind, opens, closes, photos, tuple([*steps, Step(Why.PHOTOS, photos)] if photos else steps))


def start_of_day(at: datetime, days: int, zone: tzinfo) -> datetime:
    """The first instant of the local day so many days after that of `at`."""
    day = at.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time.min, zone)
