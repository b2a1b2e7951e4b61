"""Two definitions side by side, as sentences: what stayed, what was changed, added, removed or moved. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from django.utils.translation import gettext as _

from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.sentences import StepSentence, WaySentence, read


class Fate(StrEnum):
    """What became of a line."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence; `key` is what makes it the same line in both, `depth` how far it is indented."""

    key: str
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A line of both: `before` is empty where it was added, `after` where it was removed."""

    fate: Fate
    before: str
    after: str
    depth: int

    @property
    def indent(self) -> range:
        """For templates, which count by going through something."""
        return range(self.depth)


def compare(*, before: Definition, after: Definition) -> list[Compared]:
    """Every line of either, in reading order."""
    old, new = list(lines_of(before)), list(lines_of(after))
    old_keys, new_keys = [line.key for line in old], [line.key for line in new]
    known, kept = set(old_keys), set(new_keys)
    found: list[Compared] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old_keys, new_keys, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_both(one, other) for one, other in zip(old[i1:i2], new[j1:j2], strict=True)]
            continue
        # A line that stands elsewhere in the other version is told once, where it stands now.
        found += [Compared(Fate.REMOVED, one.text, "", one.depth) for one in old[i1:i2] if one.key not in kept]
        found += [_arrived(one, old, known) for one in new[j1:j2]]
    return found


def lines_of(definition: Definition) -> Iterator[Line]:
    """A definition as lines of text."""
    reading = read(definition)
    yield Line("trigger", _("When %(trigger)s, %(entry)s") % {"trigger": reading.trigger, "entry": reading.entry})
    yield Line("fresh", _("only news of the last %(hours)s hours") % {"hours": definition.entry.fresh_for_hours})
    seen: Counter[str] = Counter()
    for use, text in zip(definition.conditions, reading.conditions, strict=True):
        seen[use.kind] += 1
        yield Line(f"condition {use.kind} {seen[use.kind]}", _("only while %(condition)s") % {"condition": text})
    for place, text in enumerate(reading.leaving):
        yield Line(f"leaving {place}", text)
    yield from _way_lines(reading.main, "", 0)
    for stray in reading.strays:
        yield from _way_lines(stray, stray.steps[0].id, 0)


def _way_lines(way: WaySentence, owner: str, depth: int) -> Iterator[Line]:
    for step in way.steps:
        yield from _step_lines(step, depth)
    if way.onward:
        yield Line(f"onward {owner} {way.key}", way.onward, depth)


def _step_lines(step: StepSentence, depth: int) -> Iterator[Line]:
    yield Line(step.id, step.text, depth)
    for way in step.ways:
        yield Line(f"way {step.id} {way.key}", f"{way.label}:", depth + 1)
        yield from _way_lines(way, step.id, depth + 2)


def _both(one: Line, other: Line) -> Compared:
    fate = Fate.SAME if one.text == other.text else Fate.CHANGED
    return Compared(fate, one.text, other.text, other.depth)


def _arrived(line: Line, old: list[Line], known: set[str]) -> Compared:
    if line.key not in known:
        return Compared(Fate.ADDED, "", line.text, line.depth)
    was = next(one for one in old if one.key == line.key)
    return Compared(Fate.MOVED, was.text, line.text, line.depth)
