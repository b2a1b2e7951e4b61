"""A policy made ready: every condition a function, every effect its rulings, once for all the lines it is asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from aftercare.care.return_policies.policy.conditions import Test, conditions
from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.care.return_policies.policy.ruled import OutcomeRules, Ruled
from aftercare.care.return_policies.policy.rules import Policy, Rule, kind_of, settings_of
from aftercare.care.return_policies.policy.rulings import Cost, Part, Permit, Ruling, Thing, Value
from aftercare.care.return_policies.policy.tracing import Overridden, RuleStep
from aftercare.care.return_policies.vocabulary import SENT_BY, WITHOUT_RETURN, Aspect, Method, Outcome, Processing
from aftercare.engagement.segments.definition import Condition, Group, conditions_of
from aftercare.engagement.segments.vocabulary import Match

_NO = Permit(is_given=False)


@dataclass(frozen=True, slots=True)
class Compiled:
    """One rule, ready."""

    place: int
    name: str
    applies: Test
    rulings: tuple[Ruling, ...]


class Decided(NamedTuple):
    """What was said of a thing, and by which rule."""

    value: Value
    by: int


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """All rules, ready; with the policy as written, so that a trace can be told in its words.

    What the rules say depends on nothing but which of them apply and on the currency: `known` keeps it for each of the few
    combinations that occur.
    """

    number: int
    written: Policy
    rules: tuple[Compiled, ...]
    known: dict[tuple[str, tuple[bool, ...]], Ruled]

    def ruled(self, facts: ReturnFacts) -> Ruled:
        """What the rules say of this, and how each fared."""
        applying = tuple([rule.applies(facts) for rule in self.rules])
        currency = facts.order.currency
        found = self.known.get((currency, applying))
        if found is None:
            found = self.known[currency, applying] = _rule(self.rules, applying, currency)
        return found


def compile_policy(policy: Policy, *, number: int = 0) -> CompiledPolicy:
    """Ready to be asked. Raises Invalid where an amount is none."""
    return CompiledPolicy(number, policy, tuple(_compiled(place, rule) for place, rule in enumerate(policy.rules)), {})


def test_of(part: Group | Condition) -> Test:
    """The function of a condition, or of a group of them."""
    if isinstance(part, Condition):
        test = kind_of(part).test(settings_of(part))
        return (lambda facts: not test(facts)) if part.opposite else test
    tests = [test_of(inner) for inner in part.parts]
    match part.match:
        case Match.ANY:
            return lambda facts: any(one(facts) for one in tests)
        case Match.NONE:
            return lambda facts: not any(one(facts) for one in tests)
        case _:
            return lambda facts: all(one(facts) for one in tests)


def _compiled(place: int, rule: Rule) -> Compiled:
    """A rule that asks for a kind of condition that is gone applies to nothing; effects that are gone decide nothing."""
    is_whole = all(condition.kind in conditions for _path, condition in conditions_of(rule.when))
    known = [effect for effect in rule.then if effect.kind in effects]
    rulings = [ruling for effect in known for ruling in effects[effect.kind].rulings(settings_of(effect))]
    return Compiled(place, rule.name, test_of(rule.when) if is_whole else _never, tuple(rulings))


def _never(_facts: ReturnFacts) -> bool:
    return False


def _rule(rules: Sequence[Compiled], applying: Sequence[bool], currency: str) -> Ruled:
    """About each thing the first rule that applies decides."""
    decided: dict[Thing, Decided] = {}
    steps = []
    for rule, applies in zip(rules, applying, strict=True):
        if not applies:
            steps.append(RuleStep(rule.place, rule.name, applies=False))
            continue
        first, overridden, passed_over = [], [], []
        for thing, value, of_currency in rule.rulings:
            if of_currency and of_currency != currency:
                passed_over.append(thing)
            elif (before := decided.get(thing)) is None:
                decided[thing] = Decided(value, rule.place)
                first.append(thing)
            elif before.by != rule.place:
                overridden.append(Overridden(thing, before.by))
        steps.append(
            RuleStep(
                rule.place, rule.name, applies=True, decided=tuple(first), overridden=tuple(overridden),
                passed_over=tuple(passed_over),
            )
        )  # fmt: skip
    return _gathered(decided, tuple(steps))


def _gathered(decided: Mapping[Thing, Decided], steps: tuple[RuleStep, ...]) -> Ruled:
    def said(aspect: Aspect, of: str = "", default: Any = None) -> Any:
        found = decided.get(Thing(aspect, of))
        return default if found is None else found.value

    def by(aspect: Aspect, of: str = "") -> int | None:
        found = decided.get(Thing(aspect, of))
        return None if found is None else found.by

    ways = tuple(
        (method, said(Aspect.POSTAGE, method, Cost(0)))
        for method in SENT_BY
        if said(Aspect.METHOD, method, _NO).is_given
    )
    outcomes = tuple(
        OutcomeRules(
            outcome=outcome, permit=said(Aspect.OUTCOME, outcome), permit_by=by(Aspect.OUTCOME, outcome),
            window=said(Aspect.WINDOW, outcome), window_by=by(Aspect.WINDOW, outcome),
            extension=said(Aspect.EXTENSION, outcome), restocking=said(Aspect.RESTOCKING, outcome, Part()),
            bonus=said(Aspect.BONUS, outcome, Part()),
            processing=said(Aspect.PROCESSING, outcome, Processing.INSPECTED),
            ways=((Method.NONE, Cost(0)),) if outcome in WITHOUT_RETURN else ways,
            worth_at_most=said(Aspect.KEEP_UNDER) if outcome is Outcome.KEEP_ITEM else None,
            worth_by=by(Aspect.KEEP_UNDER),
        )
        for outcome in Outcome
    )  # fmt: skip
    return Ruled(
        outcomes=outcomes, needs_review=said(Aspect.REVIEW, default=False), photos=said(Aspect.PHOTOS, default=0),
        destination=said(Aspect.DESTINATION, default=""), reason_group=said(Aspect.REASONS, default=""),
        refunds_shipping=said(Aspect.SHIPPING, default=False), steps=steps,
    )  # fmt: skip
