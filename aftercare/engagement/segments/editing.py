"""Changing a definition, one thing at a time. Pure: each answers the changed definition and leaves the old one alone.

A path is the places from the top group down: (1, 0) is the first part of the second part. The top group is ().
"""

from aftercare.engagement.segments.definition import Condition, Definition, Group
from aftercare.engagement.segments.vocabulary import Match

Path = tuple[int, ...]


def part_at(definition: Definition, path: Path) -> Group | Condition:
    """What stands there; raises KeyError where nothing does."""
    found: Group | Condition = definition
    for place in path:
        if not isinstance(found, Group) or not 0 <= place < len(found.parts):
            raise KeyError(path)
        found = found.parts[place]
    return found


def group_at(definition: Definition, path: Path) -> Group:
    """The group there; raises KeyError where none stands."""
    found = part_at(definition, path)
    if not isinstance(found, Group):
        raise KeyError(path)
    return found


def add_part(definition: Definition, *, to: Path, part: Group | Condition) -> Definition:
    """Put a part at the end of a group."""
    group = group_at(definition, to)
    return _with(definition, to, group.model_copy(update={"parts": (*group.parts, part)}))


def replace_part(definition: Definition, *, at: Path, part: Group | Condition) -> Definition:
    """Put a part in the place of another."""
    part_at(definition, at)
    return _with(definition, at, part)


def remove_part(definition: Definition, *, at: Path) -> Definition:
    """Take a part out, with all that is in it. Of the top group, all parts."""
    if not at:
        return definition.model_copy(update={"parts": ()})
    part_at(definition, at)
    group = group_at(definition, at[:-1])
    kept = tuple(part for place, part in enumerate(group.parts) if place != at[-1])
    return _with(definition, at[:-1], group.model_copy(update={"parts": kept}))


def set_match(definition: Definition, *, at: Path, match: Match) -> Definition:
    """Join the parts of a group otherwise."""
    return _with(definition, at, group_at(definition, at).model_copy(update={"match": match}))


def _with(definition: Definition, path: Path, part: Group | Condition) -> Definition:
    if not path:
        assert isinstance(part, Group)
        return definition.model_copy(update={"match": part.match, "parts": part.parts})
    group = group_at(definition, path[:-1])
    parts = tuple(part if place == path[-1] else kept for place, kept in enumerate(group.parts))
    return _with(definition, path[:-1], group.model_copy(update={"parts": parts}))
