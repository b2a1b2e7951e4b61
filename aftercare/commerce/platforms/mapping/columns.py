"""Columns by the names a mapping uses: `price` of the file itself, `items.price` of the rows called items."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from aftercare.commerce.platforms.errors import BadMapping
from aftercare.commerce.platforms.files.records import Row
from aftercare.commerce.platforms.mapping.document import GUIDE, suggestion
from aftercare.commerce.platforms.mapping.scope import RECORD, CellProblem, Scope, text_of

Text = Callable[[Scope], str]


@dataclass(frozen=True)
class Rows:
    """Rows a mapping can refer to: the columns they have (None where only each JSON object knows), and their file."""

    columns: Sequence[str] | None
    file: str = ""


@dataclass(frozen=True)
class Reader:
    """Compiles references to columns, checking that they exist."""

    known: Mapping[str, Rows]

    def with_rows(self, name: str, rows: Rows) -> "Reader":
        """The same with one more kind of rows to refer to."""
        return replace(self, known={**self.known, name: rows})

    def resolve(self, reference: str, place: str) -> tuple[str, str]:
        """The rows and the column that a reference means; raises BadMapping where there is no such column."""
        prefix, dot, rest = reference.partition(".")
        name, column = (prefix, rest) if dot and prefix in self.known else (RECORD, reference)
        columns = self.known[name].columns
        if columns is not None and column not in columns:
            where = self.known[name].file or "the file"
            raise BadMapping(
                f"{place}: {where} has no column '{column}'.", field=place, remedy=suggestion(column, columns)
            )
        return name, column

    def text(self, reference: str, place: str) -> Text:
        """A column as trimmed text, empty where there is none; raises CellProblem where rows contradict each other."""
        name, column = self.resolve(reference, place)
        label = self.label(reference)

        def get(scope: Scope) -> str:
            rows = scope.rows(name)
            return text_of(rows[0].cells, column) if len(rows) == 1 else agreed(rows, column, label)

        return get

    def texts(self, reference: str, place: str) -> Callable[[Scope], list[str]]:
        """The text of a column in every row."""
        name, column = self.resolve(reference, place)
        return lambda scope: [text for row in scope.rows(name) if (text := text_of(row.cells, column))]

    def label(self, reference: str) -> str:
        """How people find the column: with its file where it is not the one being imported."""
        prefix, dot, rest = reference.partition(".")
        file = self.known[prefix].file if dot and prefix in self.known else ""
        return f"{file}: {rest}" if file else reference


def agreed(rows: Sequence[Row], column: str, label: str) -> str:
    """What several rows say where they say one thing; blanks agree with everything."""
    found = ""
    for row in rows:
        text = text_of(row.cells, column)
        if found and text and text != found:
            raise CellProblem(
                label, f"is '{text}' here and '{found}' in a row before", "Make the rows agree, or map each of them.",
                kind="rows contradict each other", line=row.line,
            )  # fmt: skip
        found = found or text
    return found


def no_such_rows(name: str, place: str) -> BadMapping:
    """What to say of `each` or `of` that names nothing."""
    return BadMapping(
        f"{place}: there are no rows called '{name}'.", field=place, remedy=f"Add the join, or see {GUIDE}."
    )
