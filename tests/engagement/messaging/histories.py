"""A world of customers and messages that goes through weeks by the policy alone: what the properties are shown over.

It does what the actions do (decide, wait, decide again, merge, count), with lists in place of tables; whether that was
right is judged in `test_histories` from what happened, by other means than the policy's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.engagement.messaging.policy import (
    BestHour,
    Budget,
    Calendar,
    LegalClass,
    Limit,
    Reason,
    Situation,
    Spent,
    Suppressed,
    Verdict,
    decide,
)
from aftercare.engagement.messaging.policy.budget import Ask, merge, room


@dataclass(frozen=True)
class Person:
    """What is so of a customer all along."""

    address: str
    consents: dict[LegalClass, bool | None]
    suppressed: tuple[Suppressed, ...]
    holds: tuple[tuple[datetime, datetime], ...]
    calendar: Calendar
    in_control_group: bool
    best_hour: int | None


@dataclass
class Sent:
    """A message that went out, alone or as a digest of several."""

    at: datetime
    legal_class: LegalClass
    urgent: bool
    held_too_long: bool


@dataclass
class Asked:
    """A message and what became of it."""

    at: datetime
    legal_class: LegalClass
    priority: int = 50
    urgent: bool = False
    expires_at: datetime | None = None
    state: str = ""
    reason: Reason | None = None
    due_at: datetime | None = None


@dataclass
class History:
    """One customer through time."""

    person: Person
    limits: tuple[Limit, ...]
    digests: bool
    asked: list[Asked] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def live(self, requests: Sequence[Asked], *, until: datetime) -> None:
        """Take requests as they come, and decide again whenever something is due."""
        coming = sorted(requests, key=lambda one: one.at)
        while True:
            due = [one.due_at for one in self.asked if one.state == "waiting" and one.due_at]
            now = min([*due, *(one.at for one in coming[:1])], default=until)
            if now >= until:
                return
            if coming and coming[0].at == now:
                one = coming.pop(0)
                self.asked.append(one)
                self._decide(one, now, ahead=self._waiting_for_budget())
            else:
                self._decide_again(now)

    def _decide_again(self, now: datetime) -> None:
        due = [one for one in self.asked if one.state == "waiting" and one.due_at and one.due_at <= now]
        if any(one.reason is Reason.OVER_BUDGET for one in due):
            due += [one for one in self._waiting_for_budget() if one not in due]
        asks = [
            Ask(place, one.legal_class, one.priority, one.at)
            for place, one in enumerate(due)
            if decide(situation=self._situation(one, now, None), now=now).verdict is Verdict.SEND
        ]
        for legal_class in LegalClass:
            kin = [ask for ask in asks if ask.legal_class is legal_class]
            alone, together = kin, []
            if self.digests and len(kin) > 1 and legal_class is not LegalClass.TRANSACTIONAL:
                free = room(budget=Budget(self.limits, self._spent()), legal_class=legal_class, now=now)
                alone, together = merge(asks=kin, free=free)
            for ask in alone:
                self._decide(due[ask.place], now, ahead=[])
            if together:
                self.sent.append(Sent(now, legal_class, urgent=False, held_too_long=False))
                for ask in together:
                    due[ask.place].state, due[ask.place].reason = "merged", Reason.MERGED
        for one in due:
            if one.state == "waiting" and one.due_at and one.due_at <= now:
                self._decide(one, now, ahead=[])

    def _decide(self, one: Asked, now: datetime, *, ahead: Sequence[Asked]) -> None:
        classes = tuple(other.legal_class for other in ahead if other.priority >= one.priority and other is not one)
        budget = Budget(self.limits, self._spent(), classes)
        decision = decide(situation=self._situation(one, now, budget), now=now)
        one.reason, one.due_at = decision.reason, decision.until
        one.state = {Verdict.SEND: "sent", Verdict.DEFER: "waiting", Verdict.DROP: "dropped"}[decision.verdict]
        if decision.verdict is Verdict.DEFER:
            assert decision.until is not None
            assert decision.until > now, "what waits waits for something to come"
        if decision.verdict is Verdict.SEND:
            self.sent.append(Sent(now, one.legal_class, one.urgent, self._is_held(now)))

    def _situation(self, one: Asked, now: datetime, budget: Budget | None) -> Situation:
        held = [end for start, end in self.person.holds if start <= now < end]
        best = self.person.best_hour
        return Situation(
            one.legal_class, self.person.address, self.person.calendar, suppressed=self.person.suppressed,
            consent=self.person.consents.get(one.legal_class), in_control_group=self.person.in_control_group,
            held_until=max(held, default=None), urgent=one.urgent, asked_at=one.at, expires_at=one.expires_at,
            best_hour=None if best is None else BestHour(best, "", timedelta(hours=24)), budget=budget,
        )  # fmt: skip

    def _is_held(self, now: datetime) -> bool:
        return any(start <= now < end for start, end in self.person.holds)

    def _waiting_for_budget(self) -> list[Asked]:
        return [one for one in self.asked if one.state == "waiting" and one.reason is Reason.OVER_BUDGET]

    def _spent(self) -> tuple[Spent, ...]:
        return tuple(Spent(one.at, one.legal_class) for one in self.sent)
