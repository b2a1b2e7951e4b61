"""What a decision is made of, and what it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from aftercare.engagement.messaging.policy.calendar import Calendar
from aftercare.engagement.messaging.policy.vocabulary import LegalClass, Reason, Suppressed, Verdict


class Decision(NamedTuple):
    """The answer; for a deferral until when. `rule` is the key of the one that objected: those before it had nothing
    to say, those after it were not asked."""

    verdict: Verdict
    reason: Reason
    until: datetime | None = None
    detail: str = ""
    rule: str = ""


SEND = Decision(Verdict.SEND, Reason.GOOD_MOMENT)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many messages of these classes within so many days, over all channels and programmes."""

    most: int
    days: int
    covers: frozenset[LegalClass]


class Spent(NamedTuple):
    """One message that was let go, and of which class it was."""

    at: datetime
    legal_class: LegalClass


class Budget(NamedTuple):
    """What a customer may hear, what they heard, and the classes of what waits before this message."""

    limits: tuple[Limit, ...] = ()
    spent: tuple[Spent, ...] = ()
    ahead: tuple[LegalClass, ...] = ()


class BestHour(NamedTuple):
    """An hour of the recipient's day (0 to 23), how it is known, and how long for it one may wait."""

    hour: int
    learned_from: str
    patience: timedelta


class Situation(NamedTuple):
    """All that the decision depends on. Times are UTC; the calendar knows the recipient's zone.

    A tuple like what it holds, because one is made for every decision: a frozen dataclass takes several times as long.
    """

    legal_class: LegalClass
    address: str
    calendar: Calendar
    is_customer: bool = True
    suppressed: tuple[Suppressed, ...] = ()
    consent: bool | None = None
    in_control_group: bool = False
    held_until: datetime | None = None
    held_because: str = ""
    urgent: bool = False
    asked_at: datetime | None = None
    expires_at: datetime | None = None
    best_hour: BestHour | None = None
    budget: Budget | None = None

    @property
    def is_owed(self) -> bool:
        """Transactional: it goes out whatever can wait is said about waiting."""
        return self.legal_class is LegalClass.TRANSACTIONAL
