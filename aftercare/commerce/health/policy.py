"""How a parcel fares. Pure: what is known of it and `now` in, its health and the next moment that may change it out.

Three voices are heard: what the carrier says, how long it has been silent, and what was promised. The worst of them is
the parcel's health. Silence is seconds of working time (see `worktime`); the bounds around what is usual follow what
insurers of parcels go by (a week without a scan at home, three abroad).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.commerce.health.vocabulary import ENDED, HealthReason, HealthState
from aftercare.commerce.shipments.vocabulary import Reason, Responsible, Status, responsible_for

HOUR = 3600.0
DAY = 24 * HOUR
NEVER = 1e9
# After this a parcel's fate is no longer judged by the clock; whatever was left open is for people to close.
JUDGED_FOR = timedelta(days=60)
HANDOVER_TAKES = timedelta(hours=24)
# What was promised may change without an event; so nobody is looked at more seldom than this.
LOOKED_AT_EVERY = timedelta(hours=12)
# Fewer parcels than this say nothing of what is usual.
LEAST_PARCELS = 30
_SHORTEST, _LONGEST, _LOST_FACTOR, _LONGEST_LOST = 0.5, 4.0, 2.0, 3.0


class Limits(NamedTuple):
    """For how many seconds of silence a parcel is taken to be well, and from how many to be lost."""

    stalled: float
    lost: float


class Finding(NamedTuple):
    """One voice: how bad, and why."""

    state: HealthState
    why: HealthReason


class Facts(NamedTuple):
    """What is known of a parcel. `attempted`: a delivery failed, and nothing but depots was heard of since."""

    status: str
    reason: str
    announced_at: datetime
    silence: float
    limits: Limits
    deadline: datetime | None = None
    attempted: bool = False


class Judgement(NamedTuple):
    """A parcel's health, and when the passing of time alone may change it; the moment may turn out too early."""

    state: HealthState
    why: HealthReason
    due_at: datetime | None


WELL = Finding(HealthState.ON_TIME, HealthReason.ON_SCHEDULE)
LATE = Finding(HealthState.LATE, HealthReason.PAST_DEADLINE)
SHORT = Finding(HealthState.AT_RISK, HealthReason.HANDOVER_SHORT)
LOST = Finding(HealthState.LOST_SUSPECTED, HealthReason.SILENT_FOR_LONG)
_SILENT = Finding(HealthState.STALLED, HealthReason.SILENT)

SEVERITY = {state: rank for rank, state in enumerate(HealthState)}
_RANK = {why: rank for rank, why in enumerate(HealthReason)}
USUAL: dict[str, Limits] = {
    Status.PENDING: Limits(2 * DAY, NEVER),
    Status.PICKED_UP: Limits(2 * DAY, 7 * DAY),
    Status.IN_TRANSIT: Limits(2.5 * DAY, 7 * DAY),
    Status.OUT_FOR_DELIVERY: Limits(20 * HOUR, 5 * DAY),
    Status.READY_FOR_PICKUP: Limits(3 * DAY, NEVER),
    Status.DELIVERY_FAILED: Limits(2 * DAY, 7 * DAY),
    Status.DELIVERY_DELAYED: Limits(3 * DAY, 10 * DAY),
    Status.ON_HOLD: Limits(4 * DAY, 14 * DAY),
    Status.UNKNOWN: Limits(4 * DAY, 14 * DAY),
    Status.DELIVERED: Limits(NEVER, NEVER),
    Status.CANCELLED: Limits(NEVER, NEVER),
    Status.RETURN_TO_SENDER: Limits(NEVER, NEVER),
}
# What silence means where it does not mean that a parcel stands still.
_SILENCE_MEANS: dict[str, Finding] = {
    Status.PENDING: Finding(HealthState.STALLED, HealthReason.NOT_HANDED_OVER),
    Status.READY_FOR_PICKUP: Finding(HealthState.NEEDS_CUSTOMER, HealthReason.NOT_COLLECTED),
}
_FINAL: dict[str, Finding] = {
    Status.DELIVERED: Finding(HealthState.DELIVERED, HealthReason.ARRIVED),
    Status.CANCELLED: Finding(HealthState.CANCELLED, HealthReason.CALLED_OFF),
    Status.RETURN_TO_SENDER: Finding(HealthState.NEEDS_CUSTOMER, HealthReason.RETURNING),
}
_BY_REASON: dict[str, Finding] = {
    Reason.CARRIER_PARCEL_LOST: Finding(HealthState.LOST_SUSPECTED, HealthReason.SEARCHED),
    Reason.PARCEL_BEING_RESEARCHED: Finding(HealthState.LOST_SUSPECTED, HealthReason.SEARCHED),
    Reason.CARRIER_DAMAGED_PARCEL: Finding(HealthState.AT_RISK, HealthReason.DAMAGED),
    Reason.CONSIGNEE_INCORRECT_ADDRESS: Finding(HealthState.NEEDS_CUSTOMER, HealthReason.ADDRESS),
    Reason.CARRIER_ADDRESS_NOT_FOUND: Finding(HealthState.NEEDS_CUSTOMER, HealthReason.ADDRESS),
    Reason.CUSTOMS_DOCUMENTATION: Finding(HealthState.NEEDS_CUSTOMER, HealthReason.PAPERS),
    Reason.CUSTOMS_DUTIES_UNPAID: Finding(HealthState.NEEDS_CUSTOMER, HealthReason.PAPERS),
}
_BY_STATUS: dict[str, Finding] = {
    Status.DELIVERY_DELAYED: Finding(HealthState.AT_RISK, HealthReason.DELAYED),
    Status.ON_HOLD: Finding(HealthState.AT_RISK, HealthReason.HELD),
}
# Nearer the recipient than any depot: a failed attempt lies behind it.
AFTER_ATTEMPT = (Status.OUT_FOR_DELIVERY, Status.READY_FOR_PICKUP, *_FINAL)


def final(status: str) -> bool:
    """Whether neither silence nor lateness means anything any more."""
    return status in _FINAL


def code_of(finding: Finding) -> int:
    """A finding as a number, the worse the higher: for statements that judge many at once."""
    return SEVERITY[finding.state] * 100 + _RANK[finding.why]


def told(status: str, reason: str, *, attempted: bool) -> Finding:
    """What the carrier's own words mean."""
    if status in _FINAL:
        return _FINAL[status]
    by_reason = _BY_REASON.get(reason)
    if by_reason:
        return by_reason
    if status == Status.DELIVERY_FAILED or (attempted and status not in AFTER_ATTEMPT):
        missed = responsible_for(reason) == Responsible.CARRIER
        return (
            Finding(HealthState.AT_RISK, HealthReason.ATTEMPT_MISSED)
            if missed
            else Finding(HealthState.NEEDS_CUSTOMER, HealthReason.ATTEMPT_FAILED)
        )
    if responsible_for(reason) == Responsible.CUSTOMS:
        return Finding(HealthState.AT_RISK, HealthReason.CUSTOMS)
    return _BY_STATUS.get(status, WELL)


def silence_means(status: str) -> Finding:
    """What it means that a parcel in this status is silent for longer than usual."""
    return _SILENCE_MEANS.get(status, _SILENT)


def judge(facts: Facts, *, now: datetime, resumes_at: datetime) -> Judgement:
    """A parcel's health. `resumes_at` is when carriers work next: now, unless today is a day of rest."""
    said = told(facts.status, facts.reason, attempted=facts.attempted)
    if final(facts.status):
        return Judgement(*said, None)
    worst = max(said, _quiet(facts), _promised(facts, now), key=code_of)
    if now >= facts.announced_at + JUDGED_FOR:
        return Judgement(*worst, None)
    return Judgement(*worst, _next(facts, now, resumes_at))


def _quiet(facts: Facts) -> Finding:
    if facts.silence >= facts.limits.lost:
        return LOST
    return silence_means(facts.status) if facts.silence >= facts.limits.stalled else WELL


def _promised(facts: Facts, now: datetime) -> Finding:
    if facts.deadline is None:
        return WELL
    if now >= facts.deadline:
        return LATE
    is_short = facts.status == Status.PENDING and now >= facts.deadline - HANDOVER_TAKES
    return SHORT if is_short else WELL


def _next(facts: Facts, now: datetime, resumes_at: datetime) -> datetime:
    moments = [facts.announced_at + JUDGED_FOR, now + LOOKED_AT_EVERY]
    if facts.deadline is not None:
        moments += [facts.deadline - HANDOVER_TAKES] if facts.status == Status.PENDING else []
        moments += [facts.deadline]
    moments += [
        resumes_at + timedelta(seconds=limit - facts.silence) for limit in facts.limits if facts.silence < limit < NEVER
    ]
    return min(moment for moment in moments if moment > now)


def limits(status: str, *, p95: float, p99: float) -> Limits:
    """The limits of a lane from how long its parcels' longest silences in a status last, kept within reason."""
    usual = USUAL[status]
    stalled = min(max(p95, usual.stalled * _SHORTEST), usual.stalled * _LONGEST)
    lost = min(max(p99 * _LOST_FACTOR, usual.lost), usual.lost * _LONGEST_LOST) if usual.lost < NEVER else NEVER
    return Limits(stalled, max(lost, stalled))


def is_news(before: str, after: str) -> bool:
    """Whether a change is worth an event: that a parcel nobody worried about has ended is told by the parcel itself."""
    return before != after and not (before == HealthState.ON_TIME and after in ENDED)
