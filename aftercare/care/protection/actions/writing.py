"""New versions of a store's terms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.care.protection.events import TermsChanged
from aftercare.care.protection.models import Terms
from aftercare.care.protection.schemas import PlanIn, PlansIn, RuleIn, RulesIn
from aftercare.care.protection.terms import rule_of
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.stores.models import Store


def change_rules(*, store: Store, rules: Sequence[RuleIn], by: str, now: datetime) -> int:
    """Ask this of orders placed from now on; answers the version. Raises Invalid where an amount is none."""
    told = RulesIn(rules=tuple(rules)).rules
    for rule in told:
        rule_of(rule)
    return _follow(store, {"rules": [rule.model_dump(mode="json") for rule in told]}, by, now)


def change_plans(*, store: Store, plans: Sequence[PlanIn] | None, by: str, now: datetime) -> int:
    """Let parcels be claimed by these (None: by those that come along); answers the version."""
    told = None if plans is None else PlansIn(plans=tuple(plans)).plans
    kept = None if told is None else [plan.model_dump(mode="json") for plan in told]
    return _follow(store, {"plans": kept}, by, now)


@transaction.atomic
def _follow(store: Store, changes: dict[str, Any], by: str, now: datetime) -> int:
    """What did not change makes no version."""
    lock_for_transaction("protection terms", store.pk)
    latest = Terms.objects.filter(store=store).order_by("-number").first()
    before: dict[str, Any] = {"rules": latest.rules, "plans": latest.plans} if latest else {"rules": [], "plans": None}
    after = {**before, **changes}
    if after == before:
        return latest.number if latest else 0
    terms = Terms.objects.create(
        store=store, number=latest.number + 1 if latest else 1, since=now, by=by, rules=after["rules"],
        plans=after["plans"],
    )  # fmt: skip
    told = TermsChanged(terms=terms.number, rules=len(terms.rules), plans=len(terms.plans or ()))
    record([Fact(told, store_id=store.pk, occurred_at=now, actor=by)], now=now)
    return terms.number
