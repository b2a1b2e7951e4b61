"""Is now a good moment? The rules in their order, and what each of them says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.policy.address import needs_an_address, respects_suppression
from aftercare.engagement.messaging.policy.best_hour import waits_for_the_best_hour
from aftercare.engagement.messaging.policy.budget import keeps_the_budget
from aftercare.engagement.messaging.policy.consent import needs_consent
from aftercare.engagement.messaging.policy.control_group import spares_the_control_group
from aftercare.engagement.messaging.policy.freshness import is_still_of_use
from aftercare.engagement.messaging.policy.holds import waits_for_holds
from aftercare.engagement.messaging.policy.quiet_hours import keeps_quiet_hours
from aftercare.engagement.messaging.policy.situation import SEND, Decision, Situation
from aftercare.engagement.messaging.policy.vocabulary import Verdict

_MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class Rule:
    """`judge` answers a decision where it objects; None where, for all it knows, the message may go out now.

    What is owed goes out whatever is said about waiting: a rule that `spares_owed` is not asked about it.
    """

    key: str
    label: Any
    judge: Callable[[Situation, datetime], Decision | None]
    spares_owed: bool = False

    def says(self, situation: Situation, now: datetime) -> Decision | None:
        """Its objection, if it is asked at all."""
        return None if self.spares_owed and situation.is_owed else self.judge(situation, now)


# Forbidding rules come before delaying ones, so that nothing waits only to be dropped. The budget comes last of all:
# what it lets pass is sent, and counts.
RULES = (
    Rule("address", _("There is an address, and a customer"), needs_an_address),
    Rule("suppression", _("The address is not blocked"), respects_suppression),
    Rule("consent", _("The customer agrees to hear this"), needs_consent),
    Rule("control_group", _("The customer is not in the control group"), spares_the_control_group, spares_owed=True),
    Rule("freshness", _("It is still of use"), is_still_of_use),
    Rule("holds", _("Nothing is open with the customer"), waits_for_holds, spares_owed=True),
    Rule("quiet_hours", _("It is a time to write"), keeps_quiet_hours),
    Rule("best_hour", _("It is the customer's hour"), waits_for_the_best_hour, spares_owed=True),
    Rule("budget", _("The customer has not heard too much"), keeps_the_budget, spares_owed=True),
)
_JUDGES = tuple((rule.judge, rule.key) for rule in RULES)
_JUDGES_OF_OWED = tuple((rule.judge, rule.key) for rule in RULES if not rule.spares_owed)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says of a situation; `objection` None where it has none."""

    rule: Rule
    objection: Decision | None


@dataclass(frozen=True, slots=True)
class Step:
    """What is decided at a moment."""

    at: datetime
    decision: Decision


def decide(*, situation: Situation, now: datetime) -> Decision:
    """The first rule that objects decides."""
    for judge, key in _JUDGES_OF_OWED if situation.is_owed else _JUDGES:
        found = judge(situation, now)
        if found is not None:
            return Decision(found.verdict, found.reason, found.until, found.detail, key)
    return SEND


def explain(*, situation: Situation, now: datetime) -> list[Answer]:
    """What every rule says, also those that `decide` would no longer ask."""
    return [Answer(rule, rule.says(situation, now)) for rule in RULES]


def forecast(*, situation: Situation, now: datetime) -> list[Step]:
    """What is decided now, and again whenever a deferral ends, if nothing else happens: the last step sends or drops."""
    steps: list[Step] = []
    at: datetime | None = now
    while at is not None and len(steps) < _MOST_STEPS:
        steps.append(Step(at, decide(situation=situation, now=at)))
        last = steps[-1].decision
        at = last.until if last.verdict == Verdict.DEFER else None
    return steps
