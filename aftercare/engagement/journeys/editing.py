"""Changing a definition, one thing at a time. Pure: each answers the changed definition and leaves the old one alone.

Whatever is done, the ids stay unique and every way leads somewhere: what led to a removed step goes on where that did.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aftercare.engagement.journeys.conditions import ConditionUse
from aftercare.engagement.journeys.definition import END, Definition, Entry, StepUse
from aftercare.engagement.journeys.outline import (
    NEXT,
    Branch,
    Item,
    Outline,
    continuations,
    laid_out,
    outline_of,
    ways_out,
)

ONLY, LEAVE = "only", "leave"


def new_step(definition: Definition, *, kind: str, config: dict[str, Any]) -> StepUse:
    """A step with an id of its own, made of its kind's name."""
    taken = {use.id for use in definition.steps}
    number = next(n for n in range(1, len(taken) + 2) if _named(kind, n) not in taken)
    return StepUse(id=_named(kind, number), kind=kind, config=config)


def add_step(definition: Definition, *, use: StepUse, after: str = "", way: str = "") -> Definition:
    """Put a step below another (and all that is indented under it), or first on one of its ways, or first of all."""
    outline = outline_of(definition)
    item = Item(use, [Branch(side) for side in ways_out(use) if side != NEXT])
    branch, place = (outline.main, 0) if not after else _below(outline, after, way)
    branch.items.insert(place, item)
    return laid_out(definition, outline)


def replace_step(definition: Definition, *, step_id: str, config: dict[str, Any]) -> Definition:
    """Give a step other settings. Ways that come with them lead to what stands below; what was on a way that goes with
    the old ones stands apart, until it is put elsewhere or removed."""
    outline = outline_of(definition)
    branch, place = outline.find(step_id)
    item = branch.items[place]
    use = item.use.model_copy(update={"config": config})
    if ways_out(use) != ways_out(item.use):
        item.use = use
        outline.strays += _led_anew(item)
        return laid_out(definition, outline)
    changed = [
        {**use.model_dump(), "config": config} if use.id == step_id else use.model_dump() for use in definition.steps
    ]
    return _with(definition, steps=changed)


def remove_step(definition: Definition, *, step_id: str) -> Definition:
    """Take a step out, and all that is indented under it."""
    outline = outline_of(definition)
    branch, place = outline.find(step_id)
    onward = continuations(outline)[step_id]
    gone = {item.use.id for _, item in Branch("", [branch.items.pop(place)]).walk()}
    for open_end in _branches(outline):
        if open_end.onward in gone:
            open_end.onward = END if onward in gone else onward
    outline.strays = [stray for stray in outline.strays if stray.items]
    return laid_out(definition, outline)


def move_step(definition: Definition, *, step_id: str, by: int) -> Definition:
    """Move a step, with all that is indented under it, one place up (-1) or down (1), out of its branch at the edge."""
    outline = outline_of(definition)
    branch, place = outline.find(step_id)
    if 0 <= place + by < len(branch.items):
        branch.items.insert(place + by, branch.items.pop(place))
        return laid_out(definition, outline)
    above = _holder(outline, branch)
    if above is None:
        return definition
    outer, outer_place = above
    outer.items.insert(outer_place + max(by, 0), branch.items.pop(place))
    return laid_out(definition, outline)


def lead(definition: Definition, *, step_id: str, way: str, to: str) -> Definition:
    """Let a way out of a step lead to another step or the end; empty for what stands below."""
    outline = outline_of(definition)
    branch, place = outline.find(step_id)
    item = branch.items[place]
    if way == NEXT:
        if place == len(branch.items) - 1:
            branch.onward = to or None
            return laid_out(definition, outline)
    else:
        side = next(side for side in item.branches if side.way == way)
        if not side.items:
            side.onward = to or None
        return laid_out(definition, outline)
    if not to:
        return definition
    changed = [use.model_dump() | ({"next": to} if use.id == step_id else {}) for use in definition.steps]
    return tidy(_with(definition, steps=changed))


def open_ways(definition: Definition, *, step_id: str) -> dict[str, str]:
    """Where the ways lead that can be led elsewhere: those on which nothing is indented. Empty for what is below."""
    branch, place = outline_of(definition).find(step_id)
    item = branch.items[place]
    ways = {}
    if NEXT in ways_out(item.use):
        ways[NEXT] = (branch.onward or "") if place == len(branch.items) - 1 else ""
    return ways | {side.way: side.onward or "" for side in item.branches if not side.items}


def removed_with(definition: Definition, *, step_id: str) -> int:
    """How many steps are indented under this one, and go with it."""
    branch, place = outline_of(definition).find(step_id)
    return sum(1 for _ in Branch("", [branch.items[place]]).walk()) - 1


def set_entry(
    definition: Definition, *, trigger: str, entry: Entry, settings: Mapping[str, Any] | None = None
) -> Definition:
    """Say what starts the journey, and for whom how often."""
    return _with(definition, trigger=trigger, entry=entry.model_dump(), settings=dict(settings or {}))


def asked(definition: Definition, *, group: str) -> tuple[ConditionUse, ...]:
    """What is asked before anything is said, or (LEAVE) at what people leave."""
    return definition.leaving.when if group == LEAVE else definition.conditions


def set_condition(
    definition: Definition, *, use: ConditionUse, place: int | None = None, group: str = ONLY
) -> Definition:
    """Put a condition in the place of another, or at the end."""
    found = list(asked(definition, group=group))
    if place is None:
        found.append(use)
    else:
        found[place] = use
    return _asking(definition, group, found)


def remove_condition(definition: Definition, *, place: int, group: str = ONLY) -> Definition:
    """Ask one thing less."""
    kept = [one for index, one in enumerate(asked(definition, group=group)) if index != place]
    return _asking(definition, group, kept)


def set_leaving(definition: Definition, *, events: Mapping[str, Any]) -> Definition:
    """Say at which events people leave; the conditions at which they do stay."""
    return _with(definition, leaving=definition.leaving.model_dump() | dict(events))


def tidy(definition: Definition) -> Definition:
    """The same journey in reading order."""
    return laid_out(definition, outline_of(definition))


def _led_anew(item: Item) -> list[Branch]:
    """Give a step the ways of its settings, renamed ones with what is on them; answers what is on none of them now."""
    ways = [way for way in ways_out(item.use) if way != NEXT]
    known = {side.way: side for side in item.branches}
    gone, come = [way for way in known if way not in ways], [way for way in ways if way not in known]
    renamed = dict(zip(come, gone, strict=False)) if len(come) == len(gone) else {}
    item.branches = [
        Branch(way, side.items, side.onward) if (side := known.get(renamed.get(way, way))) else Branch(way)
        for way in ways
    ]
    left = [known[way] for way in gone if way not in renamed.values()]
    return [Branch("", side.items, side.onward or END) for side in left if side.items]


def _named(kind: str, number: int) -> str:
    return kind[:36] if number == 1 else f"{kind[:36]}_{number}"


def _below(outline: Outline, step_id: str, way: str) -> tuple[Branch, int]:
    branch, place = outline.find(step_id)
    if way in ("", NEXT):
        return branch, place + 1
    return next(side for side in branch.items[place].branches if side.way == way), 0


def _branches(outline: Outline) -> Sequence[Branch]:
    sides = [side for _, item in outline.walk() for side in item.branches]
    return [outline.main, *outline.strays, *sides]


def _holder(outline: Outline, branch: Branch) -> tuple[Branch, int] | None:
    """The branch that holds the step this branch hangs on, and that step's place."""
    for outer, item in outline.walk():
        if any(side is branch for side in item.branches):
            return outer, outer.items.index(item)
    return None


def _asking(definition: Definition, group: str, uses: Sequence[ConditionUse]) -> Definition:
    dumped = [use.model_dump() for use in uses]
    if group == LEAVE:
        return _with(definition, leaving=definition.leaving.model_dump() | {"when": dumped})
    return _with(definition, conditions=dumped)


def _with(definition: Definition, **changes: Any) -> Definition:
    return Definition.model_validate(definition.model_dump() | changes)
