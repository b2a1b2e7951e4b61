"""The editor between two clicks: the draft, and what stands open in it.

Every button says what it does in `builder_do`. A path begins with the place of its rule: `add:0` offers the kinds of
condition for the first rule, `add:0-1:country` opens the form of one in a group of it, `edit:0-1`, `remove:0-1`,
`match:0:any`, `group:0`; `effect:0` offers effects, `effect:0:window` opens one, `change:0-2` and `drop:0-2` are about the
third of them; `up:0`, `down:0`, `delete:0`, `rule`, `begin:days_30`, `keep`, `cancel`.
"""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from aftercare.care.return_policies import editing
from aftercare.care.return_policies.forms import ConditionForm, EffectForm
from aftercare.care.return_policies.policy.conditions import conditions
from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.policy.rules import MOST_RULES, Effect, Policy, Rule
from aftercare.care.return_policies.starters import starter
from aftercare.engagement.segments.definition import Condition, Group
from aftercare.engagement.segments.sentences import path_name, read_path
from aftercare.engagement.segments.vocabulary import Match

_LONGEST_NAME = 120


@dataclass(frozen=True)
class Opened:
    """What stands open at a path: a choice of kinds, or the form of one. `do` opens it again."""

    path: str
    do: str
    form: ConditionForm | EffectForm | None = None
    label: Any = ""
    is_new: bool = True
    is_effect: bool = False


@dataclass
class Working:
    """A policy that is being changed."""

    policy: Policy
    opened: Opened | None = None


def act(working: Working, do: str, said: QueryDict) -> None:
    """Do what a button says; what is no longer there is left alone."""
    verb, _colon, rest = do.partition(":")
    path, _colon, extra = rest.partition(":")
    _take_names(working, said)
    try:
        if verb in _OPENING:
            working.opened = _open(verb, path, extra, working.policy, None)
        elif verb == "keep":
            keep(working, said)
        elif verb in ("group", "match", "remove"):
            working.policy = _conditions_changed(working.policy, verb, read_path(path), extra)
        else:
            working.policy = _rules_changed(working.policy, verb, path)
    except KeyError:
        return


_OPENING = ("add", "edit", "effect", "change")


def keep(working: Working, said: QueryDict) -> bool:
    """Take the open form's settings over; where they do not fit, it stays open. Answers whether it is done."""
    do = str(said.get("builder_open", ""))
    verb, _colon, rest = do.partition(":")
    path, _colon, kind = rest.partition(":")
    if verb not in _OPENING:
        return True
    opened = _open(verb, path, kind, working.policy, said)
    form = opened.form
    if form is None:
        return True
    if not form.is_valid() or form.part is None:
        working.opened = opened
        return False
    place, *inner = read_path(path)
    part = form.part
    if isinstance(part, Effect):
        working.policy = editing.put_effect(working.policy, place, inner[0] if inner else None, part)
    else:
        change = editing.add_part if verb == "add" else editing.replace_part
        working.policy = change(working.policy, place, tuple(inner), part)
    return True


def _open(verb: str, path: str, kind: str, policy: Policy, said: QueryDict | None) -> Opened:
    place, *inner = read_path(path) or (-1,)
    editing.rule_at(policy, place)
    do = f"{verb}:{path}" + (f":{kind}" if kind else "")
    where = path_name((place, *inner))
    if verb == "edit":
        found = editing.part_at(policy, place, tuple(inner))
        if not isinstance(found, Condition) or found.kind not in conditions:
            raise KeyError(path)
        form = ConditionForm(found.kind, said, part=found)
        return Opened(where, do, form, _(conditions[found.kind].label), is_new=False)
    if verb == "change":
        effect = editing.effect_at(policy, place, *inner[:1] or (-1,))
        return Opened(
            where, do, EffectForm(effect.kind, said, part=effect), _(effects[effect.kind].label), is_new=False,
            is_effect=True,
        )  # fmt: skip
    if verb == "effect":
        known = kind in effects
        return Opened(
            where,
            do,
            EffectForm(kind, said) if known else None,
            _(effects[kind].label) if known else "",
            is_effect=True,
        )
    known = kind in conditions
    return Opened(where, do, ConditionForm(kind, said) if known else None, _(conditions[kind].label) if known else "")


def _conditions_changed(policy: Policy, verb: str, path: tuple[int, ...], extra: str) -> Policy:
    place, *inner = path or (-1,)
    at = tuple(inner)
    if verb == "group":
        return editing.add_part(policy, place, at, Group(match=Match.ALL if at else Match.ANY))
    if verb == "match" and extra in Match.values:
        return editing.set_match(policy, place, at, Match(extra))
    return editing.remove_part(policy, place, at) if verb == "remove" else policy


def _rules_changed(policy: Policy, verb: str, path: str) -> Policy:
    if verb == "begin":
        found = starter(path)
        return found.policy if found else policy
    if verb == "rule":
        return editing.add_rule(policy, Rule(name=_("New rule"))) if len(policy.rules) < MOST_RULES else policy
    place, *inner = read_path(path) or (-1,)
    match verb:
        case "up" | "down":
            return editing.move_rule(policy, place, -1 if verb == "up" else 1)
        case "delete":
            return editing.remove_rule(policy, place)
        case "drop":
            return editing.remove_effect(policy, place, inner[0] if inner else -1)
    return policy


def _take_names(working: Working, said: QueryDict) -> None:
    """Names are fields of the page: whatever is pressed keeps what was typed."""
    for place, rule in enumerate(working.policy.rules):
        name = " ".join(str(said.get(f"rule_name_{place}", "")).replace("\x00", "").split())[:_LONGEST_NAME]
        if name and name != rule.name:
            working.policy = editing.rename_rule(working.policy, place, name)
