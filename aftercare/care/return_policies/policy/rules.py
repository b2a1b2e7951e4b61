"""A policy as it is written: rules in their order, each with conditions and with what it decides."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from aftercare.care.return_policies.policy.conditions import ConditionKind, conditions
from aftercare.care.return_policies.policy.effects import EffectKind, effects
from aftercare.engagement.segments.definition import Condition, Group, conditions_of
from aftercare.foundation.kit.schema import Free, Text

VERSION: Literal[1] = 1
MOST_RULES, MOST_EFFECTS = 50, 30
Name = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Written(BaseModel):
    """The base: unknown fields are refused, and nothing changes after parsing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Effect(Written):
    """What a rule decides, with its settings."""

    kind: Text
    config: Free = {}


class Rule(Written):
    """A name that shoppers can read, when it applies, and what it decides then."""

    name: Name
    when: Group = Group()
    then: tuple[Effect, ...] = ()


class Policy(Written):
    """Rules in the order of their say: about each thing the first that applies decides."""

    version: Literal[1] = VERSION
    rules: tuple[Rule, ...] = ()


NO_RULES = Policy()


def known_conditions(policy: Policy) -> Iterator[Condition]:
    """Every condition of every rule whose kind is there."""
    for rule in policy.rules:
        yield from (condition for _path, condition in conditions_of(rule.when) if condition.kind in conditions)


def countries_named(policy: Policy) -> list[str]:
    """Countries that rules speak of, each once, in the order of the rules."""
    named = (kind_of(one).countries(settings_of(one)) for one in known_conditions(policy))
    return list(dict.fromkeys(code for codes in named for code in codes))


def kind_of(condition: Condition) -> ConditionKind[Any]:
    """The kind of a condition; raises NotFound where it is gone."""
    return conditions[condition.kind]


def settings_of(part: Condition | Effect) -> Any:
    """The settings as the part's kind reads them."""
    kinds: Any = effects if isinstance(part, Effect) else conditions
    return kinds[part.kind].Config.model_validate(part.config)


def effect_kind_of(effect: Effect) -> EffectKind[Any]:
    """The kind of an effect; raises NotFound where it is gone."""
    return effects[effect.kind]
