"""What is wrong with a policy before it is published: rules that never decide anything, and shoppers left with nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from aftercare.care.return_policies.phrases import country_name
from aftercare.care.return_policies.policy.compiling import Compiled, CompiledPolicy, compile_policy
from aftercare.care.return_policies.policy.evaluating import evaluate
from aftercare.care.return_policies.policy.facts import LineFacts, OrderFacts, ReturnFacts
from aftercare.care.return_policies.policy.rules import Policy, Rule
from aftercare.care.return_policies.vocabulary import Aspect
from aftercare.engagement.segments.definition import Group
from aftercare.engagement.segments.vocabulary import Match

_PROBED = ("DE", "FR", "GB", "US")
_ARRIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and with which rule, by its place; one that blocks keeps the policy from being published."""

    sentence: str
    rule: int | None = None
    blocks: bool = False


def problems_of(policy: Policy, *, country: str, currency: str) -> list[Problem]:
    """All of them; `country` and `currency` are the store's, for shoppers who live there are tried as well."""
    if not policy.rules:
        return [Problem(_("There are no rules: nothing is offered but what the law asks for."))]
    compiled = compile_policy(policy)
    return [*_empty(policy), *_never(policy, compiled.rules), *_stranded(compiled, country, currency)]


def _empty(policy: Policy) -> Iterable[Problem]:
    for place, rule in enumerate(policy.rules):
        if not rule.then:
            yield Problem(_("Rule %(n)d decides nothing.") % {"n": place + 1}, place, blocks=True)


def _never(policy: Policy, rules: Sequence[Compiled]) -> Iterable[Problem]:
    """A rule is idle where rules before it that apply whenever it does decide all that it decides."""
    for place, rule in enumerate(rules):
        left = {(ruling.thing, ruling.currency) for ruling in rule.rulings}
        by = []
        for earlier in rules[:place]:
            if not _implies(policy.rules[place], policy.rules[earlier.place]):
                continue
            taken = {(thing, currency) for thing, currency in left if _decides(earlier, thing, currency)}
            if taken:
                by.append(earlier.place + 1)
                left -= taken
        if rule.rulings and not left:
            words = _("Rule %(n)d never decides anything: %(by)s decides all it decides, before it.")
            names = _(" and ").join(_("rule %(n)d") % {"n": number} for number in by)
            yield Problem(words % {"n": place + 1, "by": names}, place, blocks=True)


def _decides(rule: Compiled, thing: object, currency: str) -> bool:
    return any(one.thing == thing and one.currency in ("", currency) for one in rule.rulings)


def _implies(later: Rule, earlier: Rule) -> bool:
    """Whether the earlier rule surely applies whenever the later one does. It may also where this says no."""
    if not earlier.when.parts:
        return earlier.when.match != Match.ANY
    if later.when == earlier.when:
        return True
    return earlier.when.match == Match.ALL and set(map(_key, earlier.when.parts)) <= _always_true(later.when)


def _always_true(group: Group) -> set[str]:
    return set(map(_key, group.parts)) if group.match == Match.ALL or len(group.parts) == 1 else set()


def _key(part: object) -> str:
    return repr(part)


def _stranded(compiled: CompiledPolicy, country: str, currency: str) -> Iterable[Problem]:
    """What somebody can do with a plain new thing that arrived yesterday, by the rules alone."""
    for code in dict.fromkeys((country, *_PROBED)):
        facts = ReturnFacts(
            OrderFacts(_ARRIVED - timedelta(days=3), currency, 5000, country=code, all_delivered_at=_ARRIVED),
            LineFacts("probe", 1, 5000, delivered_at=_ARRIVED),
        )
        verdict = evaluate(
            policy=compiled, facts=facts, zone=UTC, now=_ARRIVED + timedelta(days=1), with_law=False
        )  # fmt: skip
        if not verdict.is_returnable:
            where = {"country": country_name(code)}
            if any(rule.thing.aspect is Aspect.OUTCOME for one in compiled.rules for rule in one.rulings):
                yield Problem(_("No outcome is left for orders to %(country)s, but what the law asks for.") % where)
            else:
                yield Problem(_("No rule offers anything: add one with the effect “Offer”."))
                return
