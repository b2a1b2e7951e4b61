"""One budget of attention over all programmes and channels: at most so many messages in so many days.

What is owed may count, and never waits. What is over budget waits until the window frees, the most important first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.engagement.messaging.policy.situation import Budget, Decision, Limit, Situation
from aftercare.engagement.messaging.policy.vocabulary import LegalClass, Reason, Verdict

# Whatever was let go longer ago counts in no window.
LONGEST_WINDOW = timedelta(days=90)


def keeps_the_budget(situation: Situation, now: datetime) -> Decision | None:
    """Asked last: whatever it lets pass is sent, and counts."""
    budget = situation.budget
    if budget is None:
        return None
    until, limit = frees_at(budget=budget, legal_class=situation.legal_class, now=now)
    if limit is None:
        return None
    detail = f"{limit.most} in {limit.days} days"
    if situation.expires_at is None or until < situation.expires_at:
        return Decision(Verdict.DEFER, Reason.OVER_BUDGET, until=until, detail=detail)
    return Decision(Verdict.DROP, Reason.OVER_BUDGET, detail=detail)


def frees_at(*, budget: Budget, legal_class: LegalClass, now: datetime) -> tuple[datetime, Limit | None]:
    """When there is room for one more of this class, and which limit is in the way until then."""
    until, narrowest = now, None
    for limit in budget.limits:
        if legal_class not in limit.covers:
            continue
        free = _frees_at(budget, limit, now)
        if free > until:
            until, narrowest = free, limit
    return until, narrowest


def room(*, budget: Budget, legal_class: LegalClass, now: datetime) -> int:
    """How many more of this class may go out now; many where nothing limits them."""
    left = [
        limit.most - len(_within(budget, limit, now)) for limit in budget.limits if legal_class in limit.covers
    ]  # fmt: skip
    return max(0, min(left, default=1_000_000))


def heard(*, budget: Budget, limit: Limit, now: datetime) -> int:
    """How much of a limit is used."""
    return len(_within(budget, limit, now))


def _within(budget: Budget, limit: Limit, now: datetime) -> list[datetime]:
    since = now - timedelta(days=limit.days)
    return sorted(one.at for one in budget.spent if one.at > since and one.legal_class in limit.covers)


def _frees_at(budget: Budget, limit: Limit, now: datetime) -> datetime:
    if len(budget.spent) + len(budget.ahead) < limit.most:
        return now  # whatever of it counts
    window = timedelta(days=limit.days)
    counted = _within(budget, limit, now)
    ahead = sum(waiting in limit.covers for waiting in budget.ahead)
    missing = len(counted) + ahead - limit.most + 1
    if missing <= 0:
        return now
    if limit.most <= 0 or not counted:
        return now + window
    return counted[min(missing, len(counted)) - 1] + window


@dataclass(frozen=True, slots=True)
class Ask:
    """One message that may go out now, were it not for the others: what it is, and with which it could be merged."""

    place: int
    legal_class: LegalClass
    priority: int
    asked_at: datetime
    kin: object = None

    @property
    def rank(self) -> tuple[int, datetime, int]:
        """The most important first, and of those the one that has waited longest."""
        return (-self.priority, self.asked_at, self.place)


def merge(*, asks: Sequence[Ask], free: int) -> tuple[list[Ask], list[Ask]]:
    """Of messages that could be merged, those that go out by themselves, and those that share one digest.

    `free` is how many may go out. Where it is too few, the last of the free places takes all that is left in one.
    """
    ranked = sorted(asks, key=lambda ask: ask.rank)
    if len(ranked) <= free:
        return ranked, []
    if free < 1:
        return [], []
    return ranked[: free - 1], ranked[free - 1 :]
