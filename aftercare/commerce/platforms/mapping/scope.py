"""What a value is computed from: the rows of one record, and those that joins bring in."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aftercare.commerce.platforms.files.records import Row

RECORD = ""


class CellProblem(Exception):  # noqa: N818 -- read as a sentence
    """A cell that cannot be used; becomes the problem of its record."""

    def __init__(self, field: str, problem: str, remedy: str, *, kind: str = "", line: int = 0) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem
        self.remedy = remedy
        self.kind = kind or problem
        self.line = line


class Join(NamedTuple):
    """Rows of another file found by a key: `column` of the rows named `of` equals the key of the other file."""

    of: str
    column: str
    found: Mapping[str, Sequence[Row]]


class Scope:
    """Rows by name. Joined ones follow from the rows they are joined to, so that a line sees its own product only."""

    __slots__ = ("_bound", "_found", "_joins")

    def __init__(self, bound: Mapping[str, Sequence[Row]], joins: Mapping[str, Join]) -> None:
        self._bound = bound
        self._joins = joins
        self._found = dict(bound)

    def rows(self, name: str = RECORD) -> Sequence[Row]:
        """The rows called `name`."""
        found = self._found.get(name)
        if found is None:
            join = self._joins[name]
            parents = self.rows(join.of)
            keys = dict.fromkeys(text_of(row.cells, join.column) for row in parents)
            found = self._found[name] = [row for key in keys for row in join.found.get(key, ())]
        return found

    def narrowed(self, name: str, rows: Sequence[Row]) -> "Scope":
        """The same, with fewer rows of that name and whatever is joined to them."""
        return Scope({**self._bound, name: rows}, self._joins)

    @property
    def line(self) -> int:
        """Where the record begins, or the part of it that is looked at."""
        return self._bound[RECORD][0].line


def text_of(cells: Mapping[str, Any], column: str) -> str:
    """A cell as trimmed text: of CSV as it stands, of JSON by its path; empty where there is none."""
    value = cells.get(column)
    if type(value) is str:
        return value.strip()
    if value is None and "." in column:
        value = at_path(cells, column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise CellProblem(column, "holds a list or an object where one value is wanted", "Name a path inside it.")
    return str(value).strip()


def at_path(cells: Any, path: str) -> Any:
    """What stands at `a.b.c` of nested JSON objects; None where the path ends early."""
    for key in path.split("."):
        if not isinstance(cells, dict):
            return None
        cells = cells.get(key)
    return cells
