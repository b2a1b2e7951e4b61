"""A definition as people read it: conditions in half sentences, groups by how they are joined."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.segments.conditions import conditions
from aftercare.engagement.segments.definition import DEEPEST, Condition, Group
from aftercare.engagement.segments.vocabulary import Match

_JOINTS: dict[Match, Any] = {
    Match.ALL: gettext_lazy("and"),
    Match.ANY: gettext_lazy("or"),
    Match.NONE: gettext_lazy("nor"),
}


@dataclass(frozen=True)
class Sentence:
    """A condition. `path` names its place, such as 1-0; of a kind that is gone, only its name is known."""

    path: str
    text: str
    icon: str
    is_known: bool = True
    is_group: bool = False


@dataclass(frozen=True)
class Reading:
    """A group: what joins its parts, and they in their order."""

    path: str
    match: Match
    joint: Any
    parts: "list[Reading | Sentence]"
    may_nest: bool
    is_group: bool = True


def read(group: Group, path: tuple[int, ...] = ()) -> Reading:
    """The whole of it. Some conditions look up what they name."""
    parts: list[Reading | Sentence] = [
        read(part, (*path, place)) if isinstance(part, Group) else _sentence(part, (*path, place))
        for place, part in enumerate(group.parts)
    ]
    return Reading(path_name(path), group.match, _JOINTS[group.match], parts, may_nest=len(path) + 1 < DEEPEST)


def in_short(group: Group) -> str:
    """On one line, for lists."""
    if not group.parts:
        return _("Nobody") if group.match == Match.ANY else _("Everybody")
    parts = [f"({in_short(part)})" if isinstance(part, Group) else _sentence(part, ()).text for part in group.parts]
    if group.match == Match.NONE:
        return _("none of: %(parts)s") % {"parts": "; ".join(parts)}
    return f" {_JOINTS[group.match]} ".join(parts)


def joint_of(match: Match) -> Any:
    """What stands between the parts of a group."""
    return _JOINTS[match]


def path_name(path: tuple[int, ...]) -> str:
    """A path as forms carry it."""
    return "-".join(map(str, path))


def read_path(name: str) -> tuple[int, ...]:
    """Back again; raises KeyError where it is none."""
    if not name:
        return ()
    steps = name.split("-")
    if not all(step.isascii() and step.isdigit() and len(step) < 4 for step in steps):
        raise KeyError(name)
    return tuple(map(int, steps))


def _sentence(condition: Condition, path: tuple[int, ...]) -> Sentence:
    if condition.kind not in conditions:
        gone = _("There is no condition “%(kind)s” any more") % {"kind": condition.kind}
        return Sentence(path_name(path), gone, "circle-alert", is_known=False)
    kind = condition.known
    text = kind.describe_opposite(condition.settings) if condition.opposite else kind.describe(condition.settings)
    return Sentence(path_name(path), text, kind.icon)
