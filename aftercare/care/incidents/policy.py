"""What health means for incidents, how urgent each is, what to suggest, and when many are one. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from aftercare.care.incidents.vocabulary import Blame, IncidentKind
from aftercare.commerce.health.vocabulary import HealthReason, HealthState

HOLD_LASTS = timedelta(days=14)
# A carrier's troubles of a day are one, if they are many, many of what it carries, and many more than on other days.
MASS_LEAST = 10
MASS_TIMES_USUAL = 3.0
MASS_SHARE = 0.15
MASS_TAKES_FOR = timedelta(days=7)
MASS_WINDOW = timedelta(hours=24)
USUAL_DAYS = 28
HUB_SHARE = 0.6
# Of the worth of an order whose delivery cost nothing.
_GOODWILL = 0.1

_BY_REASON: dict[str, IncidentKind] = {
    HealthReason.NOT_COLLECTED: IncidentKind.NOT_COLLECTED,
    HealthReason.ATTEMPT_FAILED: IncidentKind.ATTEMPT_FAILED,
    HealthReason.ADDRESS: IncidentKind.ADDRESS,
    HealthReason.PAPERS: IncidentKind.CUSTOMS,
    HealthReason.RETURNING: IncidentKind.RETURNED,
}
_BY_STATE: dict[str, IncidentKind] = {
    HealthState.LATE: IncidentKind.LATE,
    HealthState.STALLED: IncidentKind.STALLED,
    HealthState.LOST_SUSPECTED: IncidentKind.LOST,
}
_SEVERITY = {kind: rank for rank, kind in enumerate(IncidentKind)}
_BLAME: dict[str, Blame] = {
    IncidentKind.NOT_COLLECTED: Blame.CUSTOMER,
    IncidentKind.ATTEMPT_FAILED: Blame.CUSTOMER,
    IncidentKind.ADDRESS: Blame.CUSTOMER,
    IncidentKind.CUSTOMS: Blame.CUSTOMS,
    IncidentKind.RETURNED: Blame.UNKNOWN,
    IncidentKind.WRONG_ITEM: Blame.MERCHANT,
    IncidentKind.MISSING_ITEM: Blame.MERCHANT,
    IncidentKind.OUT_OF_STOCK: Blame.MERCHANT,
}
_ANSWERED_WITHIN: dict[str, timedelta] = {
    IncidentKind.LATE: timedelta(hours=48),
    IncidentKind.STALLED: timedelta(hours=48),
    IncidentKind.NOT_COLLECTED: timedelta(hours=48),
}
_ANSWERED_WITHIN_ELSE = timedelta(hours=24)
# These are told by messages of the parcel itself, with what the customer can do.
_TOLD_OTHERWISE = (IncidentKind.ATTEMPT_FAILED,)


class Turn(StrEnum):
    """What a change of a parcel's health does to its incident."""

    NOTHING = "nothing"
    TROUBLE = "trouble"
    RECOVERED = "recovered"
    ARRIVED = "arrived"
    CALLED_OFF = "called_off"


class Offer(NamedTuple):
    """What rules suggest: an amount in minor units, and whether the month's budget still allows it."""

    amount: int
    within_budget: bool


def turn_of(health: str) -> Turn:
    """A parcel that is at risk moves, but is not well yet: whatever is open stays so."""
    match health:
        case HealthState.ON_TIME:
            return Turn.RECOVERED
        case HealthState.DELIVERED:
            return Turn.ARRIVED
        case HealthState.CANCELLED:
            return Turn.CALLED_OFF
        case HealthState.AT_RISK:
            return Turn.NOTHING
    return Turn.TROUBLE


def kind_of(health: str, why: str) -> IncidentKind:
    """The incident that a troubled parcel makes."""
    return _BY_REASON.get(why) or _BY_STATE[health]


def is_worse(kind: str, before: str) -> bool:
    """Whether trouble has got worse rather than other."""
    return _SEVERITY[IncidentKind(kind)] > _SEVERITY[IncidentKind(before)]


def blame_of(kind: str, *, why: str = "", responsible: str = "") -> Blame:
    """The carrier's own word counts; without it, whoever had the parcel."""
    if responsible in Blame.values:
        return Blame(responsible)
    if why == HealthReason.NOT_HANDED_OVER:
        return Blame.MERCHANT
    return _BLAME.get(kind, Blame.CARRIER)


def answered_within(kind: str) -> timedelta:
    """How soon somebody should have looked into it."""
    return _ANSWERED_WITHIN.get(kind, _ANSWERED_WITHIN_ELSE)


def tells_customer(kind: str) -> bool:
    """Whether its opening is told to the customer."""
    return kind not in _TOLD_OTHERWISE


def suggest(*, blame: str, total: int, shipping: int, left: int | None) -> Offer:
    """What to offer: the delivery's price, or a tenth of the order where it cost nothing; nothing for the customer's own act.

    `left` is what is left of the month's budget, None where there is no limit. Fair: the same for every customer.
    """
    if blame == Blame.CUSTOMER:
        return Offer(0, within_budget=True)
    amount = shipping or round(total * _GOODWILL)
    return Offer(amount, within_budget=left is None or amount <= left)


class Crowd(NamedTuple):
    """Troubles of a carrier within a day: all of them, those heard of last at one hub, or those of one lane."""

    place: str
    lane: str
    troubles: int
    usual_per_day: float
    under_way: int


def mass_of(crowds: Sequence[Crowd]) -> Crowd | None:
    """The mass incident in a carrier's troubles, told as narrowly as it is; the first crowd is of all of them.

    Where the whole carrier is in trouble, a hub that most of it is about is named, or a lane, unless most of what the
    carrier has goes that way. Else a hub, or a lane, may be one by itself; of two the one with more.
    """
    if not crowds:
        return None
    whole, *parts = crowds
    several = sorted(parts, key=lambda part: (-part.troubles, part.place == ""))
    if _is(whole):
        return next((part for part in several if _tells_most(part, whole)), whole)
    return next((part for part in several if _is(part)), None)


def _tells_most(part: Crowd, whole: Crowd) -> bool:
    is_most = part.troubles >= whole.troubles * HUB_SHARE
    return is_most and (part.place != "" or part.under_way < whole.under_way * HUB_SHARE)


def _is(crowd: Crowd) -> bool:
    return is_mass(count=crowd.troubles, usual_per_day=crowd.usual_per_day, under_way=crowd.under_way)


def is_mass(*, count: int, usual_per_day: float, under_way: int) -> bool:
    """Whether so many troubles within a day are one; `under_way` is how many parcels of that kind there are."""
    return count >= MASS_LEAST and count >= usual_per_day * MASS_TIMES_USUAL and count >= under_way * MASS_SHARE
