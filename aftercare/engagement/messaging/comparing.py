"""Two contents of a template, line by line: what stayed, what was changed, added or removed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from aftercare.engagement.messaging.contents import Content

_AROUND = 2


class Fate(StrEnum):
    """What became of a line; `skipped` stands for lines that are the same, and far from any that are not."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of either; `before` is empty where it was added, `after` where it was removed."""

    fate: Fate
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the content, such as the subject, with its lines."""

    name: str
    lines: list[Line]

    @property
    def differs(self) -> bool:
        """Whether anything of it does."""
        return any(line.fate not in (Fate.SAME, Fate.SKIPPED) for line in self.lines)


def compare(*, before: Content, after: Content) -> list[Part]:
    """Every part of both. Where one is words and the other source, the source of both."""
    old, new = before.parts, after.parts
    if old.keys() != new.keys():
        old, new = ({"subject": one.subject, "source": one.source} for one in (before, after))
    return [Part(name, _shortened(list(_lines(text, new[name])))) for name, text in old.items()]


def _lines(before: str, after: str) -> Iterator[Line]:
    old, new = before.split("\n"), after.split("\n")
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            yield from (Line(Fate.SAME, line, line) for line in old[i1:i2])
            continue
        both = min(i2 - i1, j2 - j1)
        yield from (
            Line(Fate.CHANGED, one, other)
            for one, other in zip(old[i1 : i1 + both], new[j1 : j1 + both], strict=True)
        )  # fmt: skip
        yield from (Line(Fate.REMOVED, line, "") for line in old[i1 + both : i2])
        yield from (Line(Fate.ADDED, "", line) for line in new[j1 + both : j2])


def _shortened(lines: list[Line]) -> list[Line]:
    """Without what is the same, but for the lines around what is not."""
    kept = {
        near
        for index, line in enumerate(lines)
        if line.fate != Fate.SAME
        for near in range(index - _AROUND, index + _AROUND + 1)
    }
    found: list[Line] = []
    for index, line in enumerate(lines):
        if index in kept or len(lines) <= 2 * _AROUND + 1:
            found.append(line)
        elif not found or found[-1].fate != Fate.SKIPPED:
            found.append(Line(Fate.SKIPPED, "", ""))
    return found
