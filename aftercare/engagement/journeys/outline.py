"""A definition as people read it: what a step does on its side ways is indented under it, what follows stands below.

A definition is a list whose steps may lead anywhere; an outline is a tree. Reading one from the other and back changes
no way anybody can take. Where ways meet again the text goes on below; a way that leads elsewhere says so at its end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aftercare.engagement.journeys.definition import END, Definition, StepUse
from aftercare.engagement.journeys.kinds import parse_config
from aftercare.engagement.journeys.steps import steps

NEXT = "next"


@dataclass
class Item:
    """A step with its side ways."""

    use: StepUse
    branches: list["Branch"] = field(default_factory=list)


@dataclass
class Branch:
    """What happens on one way. `onward` is where its end leads, if that is not simply what stands below."""

    way: str
    items: list[Item] = field(default_factory=list)
    onward: str | None = None

    def walk(self) -> Iterator[tuple["Branch", Item]]:
        """Every step in reading order, with the branch it stands in."""
        for item in self.items:
            yield self, item
            for branch in item.branches:
                yield from branch.walk()


@dataclass
class Outline:
    """The way from the first step on, and whatever no way leads to."""

    main: Branch
    strays: list[Branch]

    def walk(self) -> Iterator[tuple[Branch, Item]]:
        """Every step in reading order, with the branch it stands in."""
        for branch in (self.main, *self.strays):
            yield from branch.walk()

    def find(self, step_id: str) -> tuple[Branch, int]:
        """The branch a step stands in, and its place there; raises KeyError."""
        for branch, item in self.walk():
            if item.use.id == step_id:
                return branch, branch.items.index(item)
        raise KeyError(step_id)


def ways_out(use: StepUse) -> tuple[str, ...]:
    """The names of a step's ways out; those it uses where its kind is no longer installed or its settings do not fit."""
    if use.kind not in steps:
        return (NEXT, *use.branches)
    config = parse_config(steps, use.kind, use.config)
    kind = steps[use.kind]
    return kind.ways(config) if config is not None else kind.branches or tuple(use.branches)


def targets(definition: Definition) -> dict[str, dict[str, str]]:
    """Where each step leads by each way out."""
    return {use.id: {way: definition.after(use.id, way) for way in ways_out(use)} for use in definition.steps}


def outline_of(definition: Definition) -> Outline:
    """The definition as a tree."""
    return _Reader(definition).read()


def laid_out(definition: Definition, outline: Outline) -> Definition:
    """The definition with its steps as in the outline, in reading order, naming only targets that are not below."""
    flat = list(_flat(outline))
    following = [use.id for use, _, _ in flat[1:]] + [END]
    uses = [_use(*line, below) for line, below in zip(flat, following, strict=False)]
    return Definition.model_validate(definition.model_dump() | {"steps": [use.model_dump() for use in uses]})


def continuations(outline: Outline) -> dict[str, str]:
    """What stands below each step and everything indented under it."""
    return {use.id: below for use, below, _ in _flat(outline)}


def _flat(outline: Outline) -> Iterator[tuple[StepUse, str, dict[str, str]]]:
    for branch in (outline.main, *outline.strays):
        yield from _lines(branch, END)


def _lines(branch: Branch, below: str) -> Iterator[tuple[StepUse, str, dict[str, str]]]:
    """Each step, what stands below it, and where its side ways lead."""
    last = branch.onward or below
    for item, follower in zip(branch.items, [*branch.items[1:], None], strict=False):
        onward = follower.use.id if follower else last
        yield item.use, onward, {side.way: _first(side, onward) for side in item.branches}
        for side in item.branches:
            yield from _lines(side, onward)


def _first(branch: Branch, below: str) -> str:
    return branch.items[0].use.id if branch.items else branch.onward or below


def _use(use: StepUse, onward: str, sides: Mapping[str, str], below: str) -> StepUse:
    has_next = NEXT in ways_out(use)
    usual = onward if has_next else below
    return StepUse(
        id=use.id, kind=use.kind, config=use.config,
        next=onward if has_next and onward != below else None,
        branches={way: target for way, target in sides.items() if target != usual},
    )  # fmt: skip


class _Reader:
    """Reads a definition into an outline, placing each step once."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._targets = targets(definition)
        self._placed: set[str] = set()

    def read(self) -> Outline:
        uses = self._definition.steps
        main = self._branch("", uses[0].id, frozenset(), END) if uses else Branch("")
        strays = [self._branch("", use.id, frozenset(), END) for use in uses if use.id not in self._placed]
        return Outline(main, [stray for stray in strays if stray.items])

    def _branch(self, way: str, start: str, stops: frozenset[str], below: str) -> Branch:
        branch, at = Branch(way), start
        while at != END and at not in stops and at not in self._placed:
            self._placed.add(at)
            onward = self._onward(at)
            inner = stops | {onward, self._meeting(at, onward)}
            sides = [
                self._branch(side, target, inner, onward)
                for side, target in self._targets[at].items()
                if side != NEXT
            ]  # fmt: skip
            branch.items.append(Item(self._definition.step(at), sides))
            at = onward
        branch.onward = None if at == below else at
        return branch

    def _onward(self, step_id: str) -> str:
        """What stands below a step: where it goes on, or where its ways meet again."""
        ways = self._targets[step_id]
        return ways.get(NEXT) or (self._join(step_id) if ways else END)

    def _meeting(self, step_id: str, onward: str) -> str:
        """Where side ways come back to the main one: that is left for the main one to tell."""
        join = self._join(step_id)
        return join if join in self._reachable(onward) else onward

    def _join(self, step_id: str) -> str:
        """Where all ways meet again; if they do not, where those do that do not leave the journey."""
        return (
            self._meets.get(step_id, END) if self._meets.get(step_id, END) != END else self._stayers.get(step_id, END)
        )

    def _reachable(self, step_id: str) -> set[str]:
        found, open_ends = set[str](), [step_id]
        while open_ends:
            at = open_ends.pop()
            if at not in found:
                found.add(at)
                open_ends.extend(self._targets.get(at, {}).values())
        return found

    @cached_property
    def _meets(self) -> dict[str, str]:
        return _meeting_points({step: set(ways.values()) or {END} for step, ways in self._targets.items()})

    @cached_property
    def _stayers(self) -> dict[str, str]:
        return _meeting_points({step: set(ways.values()) for step, ways in self._targets.items()})


def _meeting_points(leads: Mapping[str, set[str]]) -> dict[str, str]:
    """The immediate post-dominator of every step that can come to the end."""
    ending = _able_to_end(leads)
    onward = {step: leads[step] & (ending | {END}) for step in ending}
    behind = {step: ending | {END} for step in ending} | {END: {END}}
    changed = True
    while changed:
        changed = False
        for step in ending:
            found = set.intersection(*(behind[target] for target in onward[step])) | {step}
            changed = changed or found != behind[step]
            behind[step] = found
    # Of all that must be passed, the nearest is what passes all the others.
    return {step: max(behind[step] - {step}, key=lambda other: len(behind[other])) for step in ending}


def _able_to_end(leads: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    while more := {step for step, ways in leads.items() if step not in found and ways & (found | {END})}:
        found |= more
    return found
