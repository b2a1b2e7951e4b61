"""Python source in the making: lines with their indentation, constants, and where each line stands in the template."""

from collections.abc import Iterator
from contextlib import contextmanager


class Unsupported(Exception):  # noqa: N818 -- not an error: python-liquid renders this template itself
    """The generator does not cover a construct."""


class CodeWriter:
    """Collects the body of one generated function."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.positions: list[int] = []
        self.constants: dict[str, object] = {}
        self.position = 0  # offset in the template of the construct being written
        self._depth = 1
        self._names = 0

    def line(self, text: str) -> int:
        """Add a line; gives its number, for `patch`."""
        self.lines.append(" " * self._depth + text)
        self.positions.append(self.position)
        return len(self.lines) - 1

    def patch(self, number: int, text: str) -> None:
        """Write a line again, now that what follows it is known."""
        indentation = len(self.lines[number]) - len(self.lines[number].lstrip(" "))
        self.lines[number] = " " * indentation + text

    @contextmanager
    def indented(self) -> Iterator[None]:
        """Write a block under the last line; an empty one becomes `pass`."""
        start = len(self.lines)
        self._depth += 1
        yield
        if len(self.lines) == start:
            self.line("pass")
        self._depth -= 1

    def name(self, prefix: str) -> str:
        """A fresh Python name. Names never come from the template, so neither does code."""
        self._names += 1
        return f"{prefix}{self._names}"

    def constant(self, value: object) -> str:
        """A name for `value` in the generated module."""
        name = self.name("k")
        self.constants[name] = value
        return name
