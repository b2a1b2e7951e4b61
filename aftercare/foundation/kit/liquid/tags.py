"""Where the Liquid tags of a text stand, found in one pass: whoever parses markup takes them out before.

A pattern would do for templates that are whole; of one whose tags do not end it looks for the end again and again, and a
page of `{% comment %}` would keep a processor busy for minutes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

_BEGIN = re.compile(r"\{\{|\{%-?\s*(comment|raw)\b|\{%")
# A whole block is one piece and does not look like this.
_BLOCK = re.compile(r"\{%-?\s*(?:comment|raw)\b(?:(?!%\}).)*%\}", re.DOTALL)
# So few that python-liquid says what is wrong with them itself.
_MANY = 20


@dataclass(frozen=True, slots=True)
class Tag:
    """A piece of Liquid; a comment or raw block is one piece, for what is in it is not markup."""

    start: int
    end: int
    text: str


def liquid_tags(source: str) -> Iterator[Tag]:
    """The pieces in their order; a tag that does not end is none, a block that does not end is its tag alone."""
    return (tag for tag in _pieces(source) if tag.end)


def endless_tag(source: str) -> Tag | None:
    """The first tag or block that does not end, where there are so many that it takes python-liquid long to say so."""
    endless = (tag for tag in _pieces(source) if not tag.end or _BLOCK.fullmatch(tag.text))
    found = list(islice(endless, _MANY))
    return found[0] if len(found) == _MANY else None


def replace_tags(source: str, replacement: Callable[[str], str]) -> str:
    """`source` with every piece of Liquid replaced."""
    written, place = [], 0
    for tag in liquid_tags(source):
        written += [source[place : tag.start], replacement(tag.text)]
        place = tag.end
    return "".join([*written, source[place:]])


def _pieces(source: str) -> Iterator[Tag]:
    """Every piece; with the end 0 where it has none."""
    endless: set[str] = set()
    place = 0
    while (begin := _BEGIN.search(source, place)) is not None:
        end = _end_after(source, begin, endless)
        # What is no tag is text but for its first brace: `{{% if %}` is a brace and a tag.
        place = end or begin.start() + 1
        yield Tag(begin.start(), end, source[begin.start() : end or begin.end()])


def _end_after(source: str, begin: re.Match[str], endless: set[str]) -> int:
    """Where the piece ends that begins here; 0 where it never does."""
    close = "}}" if begin[0] == "{{" else "%}"
    end = _after(source, re.escape(close), begin.end(), endless)
    if end and begin[1]:
        block = rf"\{{%-?\s*end{begin[1]}\s*-?%\}}"
        return _after(source, block, end, endless) or end
    return end


def _after(source: str, pattern: str, place: int, endless: set[str]) -> int:
    """The end of the next `pattern`; once there is none, there is none further on either."""
    if pattern in endless:
        return 0
    found = re.compile(pattern).search(source, place)
    if found is None:
        endless.add(pattern)
        return 0
    return found.end()
