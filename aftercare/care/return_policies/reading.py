"""Reading a policy as it was sent or kept: what is wrong is named by its field, with what to do."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from pydantic import ValidationError

from aftercare.care.return_policies.errors import UnusablePolicy
from aftercare.care.return_policies.policy.conditions import conditions
from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.policy.rules import MOST_EFFECTS, MOST_RULES, Effect, Policy, Rule, settings_of
from aftercare.engagement.segments.definition import DEEPEST, Condition, conditions_of, depth_of
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.web.fields import field_path, refusal_of

_ALTERNATIVES = ("group", "condition")
_SHAPE = "A policy has a list of rules; a rule has a name, conditions in 'when' and effects in 'then'."


def read_policy(said: Mapping[str, Any], *, within: str = "") -> Policy:
    """The policy; raises UnusablePolicy naming the path of the part at fault."""
    try:
        found = Policy.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        refusal = refusal_of(first, place=_place(first["loc"]), within=within)
        raise UnusablePolicy(refusal.sentence, field=refusal.field, remedy=_SHAPE) from None
    if len(found.rules) > MOST_RULES:
        raise UnusablePolicy(
            f"There are more than {MOST_RULES} rules.", field=field_path(["rules"], within=within),
            remedy="Join rules that decide the same.",
        )  # fmt: skip
    for place, rule in enumerate(found.rules):
        _check_rule(rule, field_path(["rules", place], within=within))
    return found


@lru_cache(maxsize=256)
def parse(source: bytes) -> Policy:
    """A kept policy; the same text is read once."""
    return Policy.model_validate_json(source)


def stored(policy: Policy) -> dict[str, Any]:
    """As versions keep it."""
    kept: dict[str, Any] = policy.model_dump(mode="json")
    return kept


def kept_policy(kept: Mapping[str, Any]) -> Policy:
    """From what a version keeps."""
    return parse(orjson.dumps(kept, option=orjson.OPT_SORT_KEYS))


def _check_rule(rule: Rule, place: str) -> None:
    if len(rule.then) > MOST_EFFECTS:
        raise UnusablePolicy(
            f"A rule decides more than {MOST_EFFECTS} things.", field=f"{place}.then", remedy="Make two rules of it."
        )
    if depth_of(rule.when) > DEEPEST:
        raise UnusablePolicy(
            f"Groups stand more than {DEEPEST} deep.", field=f"{place}.when", remedy="Make two rules of it."
        )
    for path, condition in conditions_of(rule.when):
        steps = [step for part in path for step in ("parts", part)]
        _check_part(condition, conditions.keys(), field_path(steps, within=f"{place}.when"), "condition")
    for index, effect in enumerate(rule.then):
        _check_part(effect, effects.keys(), f"{place}.then[{index}]", "effect")


def _check_part(part: Condition | Effect, known: list[str], place: str, what: str) -> None:
    if part.kind not in known:
        raise UnusablePolicy(
            f"There is no {what} '{part.kind}'.", field=f"{place}.kind", remedy=f"Use one of: {', '.join(known)}."
        )
    try:
        settings = settings_of(part)
        if isinstance(part, Effect):
            effects[part.kind].rulings(settings)
        else:
            conditions[part.kind].test(settings)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        refusal = refusal_of(first, place=first["loc"], within=f"{place}.config")
        raise UnusablePolicy(refusal.sentence, field=refusal.field, remedy=_settings_of(part, what)) from None
    except Refusal as refused:
        field = field_path([refused.field], within=f"{place}.config") if refused.field else f"{place}.config"
        remedy = refused.remedy or _settings_of(part, what)
        raise UnusablePolicy(refused.sentence, field=field, remedy=remedy) from None


def _settings_of(part: Condition | Effect, what: str) -> str:
    kinds: Any = effects if isinstance(part, Effect) else conditions
    names = ", ".join(kinds[part.kind].Config.model_fields)
    return f"The settings of the {what} '{part.kind}' are: {names}." if names else f"The {what} has no settings."


def _place(location: tuple[int | str, ...]) -> list[int | str]:
    """Without the names of the alternatives that pydantic puts behind a place in a list of parts."""
    return [
        step
        for index, step in enumerate(location)
        if not (step in _ALTERNATIVES and index and isinstance(location[index - 1], int))
    ]
