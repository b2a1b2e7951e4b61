"""Changing a policy, one thing at a time. Pure: each answers the changed policy and leaves the old one alone.

A rule is named by its place. A path leads to a part of a rule's conditions, as the paths of segments do.
"""

from collections.abc import Callable

from aftercare.care.return_policies.policy.rules import Effect, Policy, Rule
from aftercare.engagement.segments import editing
from aftercare.engagement.segments.definition import Condition, Definition, Group
from aftercare.engagement.segments.vocabulary import Match

Path = tuple[int, ...]


def rule_at(policy: Policy, place: int) -> Rule:
    """The rule there; raises KeyError where none stands."""
    if not 0 <= place < len(policy.rules):
        raise KeyError(place)
    return policy.rules[place]


def add_rule(policy: Policy, rule: Rule) -> Policy:
    """Put a rule at the end."""
    return _with(policy, (*policy.rules, rule))


def rename_rule(policy: Policy, place: int, name: str) -> Policy:
    """Call it otherwise."""
    return _replaced(policy, place, rule_at(policy, place).model_copy(update={"name": name}))


def move_rule(policy: Policy, place: int, by: int) -> Policy:
    """Let it have its say earlier (by -1) or later (by 1); at the ends it stays where it is."""
    rule_at(policy, place)
    rules, target = list(policy.rules), place + by
    if 0 <= target < len(rules):
        rules[place], rules[target] = rules[target], rules[place]
    return _with(policy, tuple(rules))


def remove_rule(policy: Policy, place: int) -> Policy:
    """Take it out."""
    rule_at(policy, place)
    return _with(policy, policy.rules[:place] + policy.rules[place + 1 :])


def effect_at(policy: Policy, place: int, index: int) -> Effect:
    """What the rule decides there; raises KeyError where nothing is."""
    then = rule_at(policy, place).then
    if not 0 <= index < len(then):
        raise KeyError(index)
    return then[index]


def put_effect(policy: Policy, place: int, index: int | None, effect: Effect) -> Policy:
    """In the place of another, or at the end."""
    then = rule_at(policy, place).then
    if index is None:
        return _decides(policy, place, (*then, effect))
    effect_at(policy, place, index)
    return _decides(policy, place, (*then[:index], effect, *then[index + 1 :]))


def remove_effect(policy: Policy, place: int, index: int) -> Policy:
    """Take it out."""
    effect_at(policy, place, index)
    then = rule_at(policy, place).then
    return _decides(policy, place, then[:index] + then[index + 1 :])


def part_at(policy: Policy, place: int, path: Path) -> Group | Condition:
    """A part of a rule's conditions; raises KeyError where none is."""
    return editing.part_at(_definition(policy, place), path)


def add_part(policy: Policy, place: int, to: Path, part: Group | Condition) -> Policy:
    """Put a part at the end of a group."""
    return _asks(policy, place, lambda when: editing.add_part(when, to=to, part=part))


def replace_part(policy: Policy, place: int, at: Path, part: Group | Condition) -> Policy:
    """Put a part in the place of another."""
    return _asks(policy, place, lambda when: editing.replace_part(when, at=at, part=part))


def remove_part(policy: Policy, place: int, at: Path) -> Policy:
    """Take a part out, with all that is in it."""
    return _asks(policy, place, lambda when: editing.remove_part(when, at=at))


def set_match(policy: Policy, place: int, at: Path, match: Match) -> Policy:
    """Join the parts of a group otherwise."""
    return _asks(policy, place, lambda when: editing.set_match(when, at=at, match=match))


def _asks(policy: Policy, place: int, change: Callable[[Definition], Definition]) -> Policy:
    changed = change(_definition(policy, place))
    when = Group(match=changed.match, parts=changed.parts)
    return _replaced(policy, place, rule_at(policy, place).model_copy(update={"when": when}))


def _definition(policy: Policy, place: int) -> Definition:
    when = rule_at(policy, place).when
    return Definition(match=when.match, parts=when.parts)


def _decides(policy: Policy, place: int, then: tuple[Effect, ...]) -> Policy:
    return _replaced(policy, place, rule_at(policy, place).model_copy(update={"then": then}))


def _replaced(policy: Policy, place: int, rule: Rule) -> Policy:
    return _with(policy, (*policy.rules[:place], rule, *policy.rules[place + 1 :]))


def _with(policy: Policy, rules: tuple[Rule, ...]) -> Policy:
    return policy.model_copy(update={"rules": rules})
