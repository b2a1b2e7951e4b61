"""What the tests of return policies start from: a ring of a German order that arrived, and policies from few words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.care.return_policies.policy.compiling import CompiledPolicy, compile_policy
from aftercare.care.return_policies.policy.evaluating import Override, evaluate
from aftercare.care.return_policies.policy.facts import CustomerFacts, LineFacts, OrderFacts, RequestFacts, ReturnFacts
from aftercare.care.return_policies.policy.verdicts import Verdict
from aftercare.care.return_policies.reading import read_policy
from aftercare.care.return_policies.starters import starter

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday.
PLACED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DELIVERED = datetime(2026, 11, 5, 14, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 10, 10, 0, tzinfo=UTC)
ORDER = OrderFacts(PLACED, "EUR", 6490, country="DE", shipping=490, all_delivered_at=DELIVERED)
RING = LineFacts(
    "ring", quantity=3, paid=6000, product="prd_ring", sku="R-1", categories=frozenset({"Rings"}),
    delivered_at=DELIVERED,
)  # fmt: skip
OFFER = {"kind": "allow", "config": {"outcomes": ["refund", "store_credit"]}}
BY_LABEL = {"kind": "methods", "config": {"methods": ["prepaid_label"]}}
IN_30_DAYS = {"kind": "window", "config": {"days": 30}}


def facts(
    *,
    order: dict[str, Any] | None = None,
    line: dict[str, Any] | None = None,
    customer: dict[str, Any] | None = None,
    **request: Any,
) -> ReturnFacts:  # fmt: skip
    """One ring goes back, unless told otherwise."""
    return ReturnFacts(
        order=replace(ORDER, **(order or {})), line=replace(RING, **(line or {})),
        customer=CustomerFacts(**(customer or {})), request=RequestFacts(**request),
    )  # fmt: skip


def rule(*effects: dict[str, Any], name: str = "A rule", when: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "when": when or {}, "then": list(effects)}


def asks(kind: str, **config: Any) -> dict[str, Any]:
    """A group of one condition."""
    return {"parts": [{"kind": kind, "config": config}]}


def effect(kind: str, **config: Any) -> dict[str, Any]:
    return {"kind": kind, "config": config}


def policy_of(*rules: dict[str, Any]) -> CompiledPolicy:
    return compile_policy(read_policy({"rules": list(rules)}))


@cache
def begun_with(key: str) -> CompiledPolicy:
    """A starter, ready."""
    found = starter(key)
    assert found is not None
    return compile_policy(found.policy)


def judge(
    policy: CompiledPolicy, told: ReturnFacts, *, days: int = 0, override: Override | None = None, law: bool = True
) -> Verdict:
    """So many days from now."""
    return evaluate(
        policy=policy, facts=told, zone=BERLIN, now=NOW + timedelta(days=days), override=override, with_law=law
    )
