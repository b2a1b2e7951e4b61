"""Rules and plans as they are kept, as the policy takes them, and those that Aftercare comes with."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from aftercare.care.protection.policy.rules import Rule
from aftercare.care.protection.policy.windows import ArrivedTerms, LostTerms, Plan
from aftercare.care.protection.schemas import ArrivedIn, PlanIn, RuleIn
from aftercare.commerce.shipments.policy import carrier_key
from aftercare.foundation.kit.money import minor_units


@dataclass(frozen=True)
class InForce:
    """A version of a store's terms, ready to be applied. Number 0: the store has none of its own."""

    number: int
    rules: tuple[Rule, ...]
    plans: tuple[Plan, ...]


def in_force(number: int, rules: Sequence[dict[str, Any]], plans: Sequence[dict[str, Any]] | None) -> InForce:
    """What is kept in a version, as the policy takes it."""
    own = tuple(plan_of(PlanIn.model_validate(plan)) for plan in plans) if plans is not None else builtin_plans()
    return InForce(number, tuple(rule_of(RuleIn.model_validate(rule)) for rule in rules), own)


@cache
def builtin_plans() -> tuple[Plan, ...]:
    """The plans every store begins with."""
    return tuple(plan_of(plan) for plan in builtin_plans_as_written())


@cache
def builtin_plans_as_written() -> tuple[PlanIn, ...]:
    """The same, as one writes them."""
    return tuple(PlanIn.model_validate(told) for told in _toml("plans.toml")["plan"])


@cache
def service_words() -> dict[str, tuple[str, ...]]:
    """What the names of carriers' services say, by what is wanted."""
    return {wanted: tuple(words) for wanted, words in _toml("service_words.toml")["included"].items()}


@cache
def left_words() -> tuple[str, ...]:
    """What carriers say of parcels that were left with somebody else, or somewhere."""
    return tuple(_toml("service_words.toml")["left"])


def rule_of(told: RuleIn) -> Rule:
    """A rule as the policy takes it."""
    return Rule(
        wants=told.wants, at_least=minor_units(told.at_least, told.currency), currency=told.currency,
        destination=told.destination, carrier=carrier_key(told.carrier) if told.carrier else "",
    )  # fmt: skip


def plan_of(told: PlanIn) -> Plan:
    """A plan as the policy takes it."""
    lost = told.lost
    return Plan(
        key=told.key, name=told.name, carrier=carrier_key(told.carrier) if told.carrier else "",
        lost=LostTerms(**lost.model_dump()) if lost else None, stolen=_arrived(told.stolen),
        damaged=_arrived(told.damaged), not_covered=frozenset(told.not_covered),
    )  # fmt: skip


def _arrived(told: ArrivedIn | None) -> ArrivedTerms | None:
    return ArrivedTerms(**told.model_dump()) if told else None


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
