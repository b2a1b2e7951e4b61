"""When to ask a carrier about a parcel again, and when no more. Pure.

The nearer the door, the oftener; the longer nothing has changed, the more seldom; and not at all once nothing more is to
be told, or after a month of silence. Where others tell us of a parcel by themselves, the carrier is asked only when they
have been silent for long.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple


class Stopped(StrEnum):
    """Why a parcel is asked about no more."""

    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    SILENT = "silent"
    NOT_ASKED = "not_asked"


class Told(NamedTuple):
    """What is known of a parcel: `heard_at` is its last scan, `pushed_at` when anyone but us last told of it."""

    status: str
    announced_at: datetime
    heard_at: datetime | None = None
    pushed_at: datetime | None = None


class Plan(NamedTuple):
    """The next look, or why there is none."""

    due_at: datetime | None
    stopped: str = ""


# Every so often at first, and at the latest.
_EVERY = {
    "out_for_delivery": (timedelta(minutes=30), timedelta(hours=2)),
    "delivery_failed": (timedelta(hours=2), timedelta(hours=12)),
    "in_transit": (timedelta(hours=3), timedelta(hours=24)),
    "picked_up": (timedelta(hours=3), timedelta(hours=24)),
    "ready_for_pickup": (timedelta(hours=6), timedelta(hours=24)),
    "delivery_delayed": (timedelta(hours=6), timedelta(hours=24)),
    "on_hold": (timedelta(hours=6), timedelta(hours=24)),
    "pending": (timedelta(hours=6), timedelta(hours=24)),
    "unknown": (timedelta(hours=6), timedelta(hours=24)),
}
_ENDS: dict[str, str] = {
    "delivered": Stopped.DELIVERED, "return_to_sender": Stopped.RETURNED, "cancelled": Stopped.CANCELLED,
}  # fmt: skip
ENDED = frozenset(_ENDS)
# A day of silence makes the interval this much longer.
_PATIENCE_PER_DAY = 0.5
GIVEN_UP_AFTER = timedelta(days=30)
_FED_BY_OTHERS = timedelta(hours=24)
_FED_AT_THE_DOOR = timedelta(hours=4)
_JITTER = 0.1
FIRST_LOOK_AFTER = timedelta(hours=4)


def ended_as(status: str) -> str:
    """Why nothing more is to be told of a parcel in this status; empty while something is."""
    return _ENDS.get(status, "")


def stopped_of(told: Told, *, now: datetime) -> str:
    """Why a parcel needs no more looks; empty while it does."""
    ended = ended_as(told.status)
    if ended:
        return ended
    return Stopped.SILENT if now - (told.heard_at or told.announced_at) > GIVEN_UP_AFTER else ""


def after_look(told: Told, *, parcel: int, now: datetime) -> Plan:
    """When to look again, having looked `now`; a tenth sooner or later by parcel, so that they spread over the day."""
    stopped = stopped_of(told, now=now)
    if stopped:
        return Plan(None, stopped)
    shortest, longest = _EVERY.get(told.status, _EVERY["unknown"])
    silent = max(now - (told.heard_at or told.announced_at), timedelta(0)) / timedelta(days=1)
    interval = min(shortest * (1 + silent * _PATIENCE_PER_DAY), longest)
    return Plan(now + interval * (1 + _JITTER * _spread(parcel, now)))


def instead_of_look(told: Told, *, now: datetime) -> Plan | None:
    """What to do rather than look: stop, or wait until those who tell by themselves are late; None: look."""
    stopped = stopped_of(told, now=now)
    if stopped:
        return Plan(None, stopped)
    fed = _FED_AT_THE_DOOR if told.status == "out_for_delivery" else _FED_BY_OTHERS
    if told.pushed_at is not None and told.pushed_at + fed > now:
        return Plan(told.pushed_at + fed)
    return None


def _spread(parcel: int, now: datetime) -> float:
    """From -1 to 1, the same for the same parcel and moment."""
    drawn = blake2b(f"{parcel} {now.timestamp():.0f}".encode(), digest_size=4).digest()
    return int.from_bytes(drawn, "big") / 2**31 - 1
