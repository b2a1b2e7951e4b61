"""A policy as the editor and the pages of versions show it: rules with their conditions and effects as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from aftercare.care.return_policies.checking import Problem
from aftercare.care.return_policies.explaining import effect_in_words, rule_in_words, trace_in_words
from aftercare.care.return_policies.forms import TryForm
from aftercare.care.return_policies.phrases import amount
from aftercare.care.return_policies.policy.compiling import compile_policy
from aftercare.care.return_policies.policy.conditions import conditions
from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.policy.facts import RequestFacts
from aftercare.care.return_policies.policy.rules import Effect, Policy, Rule, kind_of
from aftercare.care.return_policies.policy.verdicts import Offer
from aftercare.care.return_policies.queries import Judged, judge_orders, line_ids_of
from aftercare.care.return_policies.vocabulary import Blame, ItemState
from aftercare.care.return_policies.wording import condition_in_words, until_in_words, why_not
from aftercare.commerce.orders.queries import OrderFilters, orders_for_list
from aftercare.engagement.segments.definition import DEEPEST, Condition, Group
from aftercare.engagement.segments.sentences import Reading, Sentence, joint_of, path_name
from aftercare.foundation.stores.models import Store


@dataclass(frozen=True)
class EffectShown:
    """One effect as a sentence, by its path."""

    path: str
    text: str
    icon: str
    is_known: bool


@dataclass(frozen=True)
class RuleShown:
    """One rule, with what is wrong with it."""

    place: int
    name: str
    when: Reading
    then: Sequence[EffectShown]
    problems: Sequence[Problem]
    is_first: bool
    is_last: bool


def rules_shown(policy: Policy, problems: Sequence[Problem] = ()) -> list[RuleShown]:
    """Every rule, in the order of their say."""
    last = len(policy.rules) - 1
    return [
        RuleShown(
            place, rule.name, _reading(rule.when, (place,)),
            [_effect(effect, (place, index)) for index, effect in enumerate(rule.then)],
            [one for one in problems if one.rule == place], place == 0, place == last,
        )
        for place, rule in enumerate(policy.rules)
    ]  # fmt: skip


def compared(before: Policy, after: Policy) -> list[dict[str, str]]:
    """What differs between two policies, rule by rule, as lines of a comparison."""
    old, new = (_lines(policy) for policy in (before, after))
    removed = [{"fate": "removed", "before": line} for line in old if line not in new]
    return [*({"fate": "same" if line in old else "added", "after": line} for line in new), *removed]


def tried(form: TryForm, *, policy: Policy, store: Store, now: datetime) -> dict[str, Any]:
    """The order that was asked for (the latest where none is), with what the policy says of each line."""
    said = form.cleaned_data if form.is_valid() else {}
    page = orders_for_list(filters=OrderFilters(words=(said.get("order") or "").lstrip("#")), limit=1)
    if not page.rows:
        return {"order": None, "lines": []}
    order = page.rows[0]
    request = RequestFacts(
        state=ItemState(said.get("state") or ItemState.UNOPENED), blame=Blame(said.get("blame") or Blame.SHOPPER)
    )
    requests = {str(pk): request for pk, _external in line_ids_of(order_id=order.pk)}
    judged = judge_orders(
        order_ids=[order.pk], store=store, now=now, requests=requests, draft=compile_policy(policy)
    ).get(order.pk, [])  # fmt: skip
    return {"order": order, "lines": [line_tried(one, ZoneInfo(store.time_zone), now) for one in judged]}


def line_tried(judged: Judged, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """One line: what can be chosen, until when and for how much, or why not; and how it came about."""
    verdict = judged.verdict
    return {
        "title": judged.gathered.title,
        "offers": [_offer(one, verdict.currency, zone, now) for one in verdict.open_offers],
        "why_not": why_not(verdict, policy=judged.policy.written, facts=judged.facts, zone=zone, now=now),
        "needs_review": verdict.needs_review, "photos": verdict.photos,
        "trace": trace_in_words(verdict.trace, zone=zone, now=now),
    }  # fmt: skip


def _offer(offer: Offer, currency: str, zone: ZoneInfo, now: datetime) -> str:
    words = [until_in_words(offer, zone=zone, now=now), amount(offer.best, currency)]
    return f"{offer.outcome.label}: {', '.join(filter(None, words))}"


def _reading(group: Group, path: tuple[int, ...]) -> Reading:
    parts: list[Reading | Sentence] = [
        _reading(part, (*path, index)) if isinstance(part, Group) else _sentence(part, (*path, index))
        for index, part in enumerate(group.parts)
    ]
    return Reading(path_name(path), group.match, joint_of(group.match), parts, may_nest=len(path) < DEEPEST)


def _sentence(condition: Condition, path: tuple[int, ...]) -> Sentence:
    if condition.kind not in conditions:
        gone = _("There is no condition “%(kind)s” any more") % {"kind": condition.kind}
        return Sentence(path_name(path), gone, "circle-alert", is_known=False)
    return Sentence(path_name(path), condition_in_words(condition), kind_of(condition).icon)


def _effect(effect: Effect, path: tuple[int, ...]) -> EffectShown:
    known = effect.kind in effects
    icon = effects[effect.kind].icon if known else "circle-alert"
    return EffectShown(path_name(path), effect_in_words(effect), icon, known)


def _lines(policy: Policy) -> list[str]:
    return [_line(rule) for rule in policy.rules]


def _line(rule: Rule) -> str:
    return f"“{rule.name}” {rule_in_words(rule)}"
