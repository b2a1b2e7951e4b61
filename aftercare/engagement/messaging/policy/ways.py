"""By which channels a message goes, one after the other: in whose order, and when the next one is tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aftercare.engagement.messaging.policy.address import needs_an_address, respects_suppression
from aftercare.engagement.messaging.policy.consent import needs_consent
from aftercare.engagement.messaging.policy.situation import Situation
from aftercare.engagement.messaging.policy.vocabulary import Reason

_LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Leg:
    """One channel, and how many minutes it is given to show that the message arrived before the next is tried."""

    channel: str
    minutes: int = 0


class Fate(StrEnum):
    """What is made of an attempt: wait for it, try the next channel, or end the chain: it arrived, or it is no use."""

    WAITS = "waits"
    NEXT = "next"
    ARRIVED = "arrived"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message that was sent by one channel, as it stands: its state and news by their names there."""

    state: str
    reason: str
    delivery: str
    began_at: datetime
    sent_at: datetime | None
    due_at: datetime
    minutes: int


# What says something of this channel, and nothing of the message: another one may take it.
_ABOUT_THE_CHANNEL = frozenset(
    {Reason.NO_ADDRESS, Reason.SUPPRESSED, Reason.NO_CONSENT, Reason.OPTED_OUT, Reason.REFUSED, Reason.UNREACHABLE}
)
_SENT, _UNSENT, _WAITING = "sent", frozenset({"dropped", "failed", "merged"}), "waiting"
_ARRIVED, _LOST = "delivered", frozenset({"bounced", "rejected"})


def ordered(legs: Sequence[Leg], *, preferred: str) -> list[Leg]:
    """The customer's own channel first, where it is among them; how long each is given goes by its place."""
    names = sorted((leg.channel for leg in legs), key=lambda name: name != preferred)
    return [Leg(name, leg.minutes) for name, leg in zip(names, legs, strict=True)]


def is_open_to(situation: Situation, now: datetime) -> bool:
    """Whether nothing about this channel forbids the message; whatever else there is to be said may be said later."""
    return not any(rule(situation, now) for rule in (needs_an_address, respects_suppression, needs_consent))


def is_about_the_channel(reason: str) -> bool:
    """Whether another channel may do better."""
    return reason in _ABOUT_THE_CHANNEL


def fate_of(attempt: Attempt, *, now: datetime) -> tuple[Fate, datetime]:
    """What is made of it now, and when it is to be looked at again if it is waited for."""
    if attempt.state in _UNSENT:
        return (Fate.NEXT if is_about_the_channel(attempt.reason) else Fate.OVER), now
    if attempt.state == _SENT:
        return _fate_of_sent(attempt, now)
    # What rules keep waiting is on no channel yet. What a channel cannot get rid of is given up like what does not arrive.
    given_up_at = attempt.began_at + timedelta(minutes=attempt.minutes)
    if attempt.state == _WAITING:
        return Fate.WAITS, max(attempt.due_at, now) + _LOOK_AGAIN
    return (Fate.NEXT, now) if given_up_at <= now else (Fate.WAITS, max(given_up_at, now + _LOOK_AGAIN))


def _fate_of_sent(attempt: Attempt, now: datetime) -> tuple[Fate, datetime]:
    if attempt.delivery == _ARRIVED:
        return Fate.ARRIVED, now
    if attempt.delivery in _LOST:
        return Fate.NEXT, now
    if attempt.delivery:
        return Fate.OVER, now
    patience_ends = (attempt.sent_at or attempt.began_at) + timedelta(minutes=attempt.minutes)
    return (Fate.NEXT, now) if patience_ends <= now else (Fate.WAITS, patience_ends)
