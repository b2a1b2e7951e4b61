"""CSV: a header, then rows. What cannot be taken apart is kept as it stands."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.files.encoding import problem_of_bytes
from aftercare.commerce.platforms.files.records import NOTES, RAW, Problem, Row
from aftercare.commerce.platforms.files.source import Source

_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Table:
    """A CSV file taken apart. `header` is as it stands, without notes; `columns` are its distinct, trimmed names."""

    header: list[str]
    columns: list[str]
    delimiter: str
    line_end: str
    rows: Iterator[Row]


def read_table(source: Source) -> Table:
    """Read the header; the rows follow when they are asked for. Raises UnreadableFile where the header is no header."""
    feed = _Feed(source.lines())
    first = next(feed, "")
    if feed.soiled:
        problem = problem_of_bytes(feed.original(), 1)
        raise (
            UnreadableFile(f"{source.name}, line 1: {problem.problem}.", remedy=problem.remedy)
            if problem
            else AssertionError
        )
    delimiter = max(_DELIMITERS, key=_QUOTED.sub("", first).count)
    header = _header(source.name, feed, first, delimiter)
    columns = _columns(source.name, header)
    own = [name for name in header if name not in NOTES]
    return Table(
        header=own,
        columns=[name for name in columns if name not in NOTES],
        delimiter=delimiter,
        line_end="\r\n" if first.endswith("\r\n") else "\n",
        rows=_rows(feed, columns, delimiter),
    )


def _header(name: str, feed: "_Feed", first: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(_chain(first, feed), delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise UnreadableFile(f"{name}, line 1: the header is no CSV ({error}).", remedy="Correct line 1.") from error


def _chain(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _columns(name: str, header: list[str]) -> list[str]:
    columns = [cell.strip() or f"(column {number})" for number, cell in enumerate(header, 1)]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise UnreadableFile(
            f"{name}, line 1: the column '{twice[0]}' stands there twice.", remedy="Rename one of them."
        )
    return columns


class _Feed:
    """Hands lines to the CSV parser and remembers what the current row is made of."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._taken: list[bytes] = []
        self.number = 0
        self.soiled = False

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self._taken.append(line)
        if b"\x00" in line:
            self.soiled = True
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.soiled = True
            return line.decode(errors="surrogateescape")

    def start_row(self) -> int:
        """Forget the last row; answers the line on which the next one begins."""
        self._taken.clear()
        self.soiled = False
        return self.number + 1

    def original(self) -> bytes:
        return b"".join(self._taken)


def _rows(feed: _Feed, columns: list[str], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        line = feed.start_row()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, {}, feed.original(), _torn(line, feed.number, str(error)))
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
            continue
        if not any(values):
            continue
        if len(values) != len(columns):
            yield Row(line, {}, feed.original(), _miscounted(line, len(values), len(columns)))
            continue
        cells = dict(zip(columns, values, strict=True))
        problem = problem_of_bytes(feed.original(), line) if feed.soiled else None
        yield from _without_notes(Row(line, cells, problem=problem), columns, delimiter)


def _without_notes(row: Row, columns: list[str], delimiter: str) -> Iterator[Row]:
    """The row without what a former import added; a row it could not take apart is tried again from its raw text."""
    if RAW not in row.cells:
        yield row
        return
    cells = _own(row.cells)
    raw = row.cells[RAW]
    if any(cells.values()) or not raw:
        if any(cells.values()):
            yield row._replace(cells=cells)
        return
    own = [column for column in columns if column not in NOTES]
    original = raw.encode(errors="surrogateescape")
    for again in _rows(_Feed(io.BytesIO(original)), own, delimiter):
        problem = again.problem._replace(line=row.line) if again.problem else None
        yield again._replace(line=row.line, problem=problem)


def _own(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in cells.items() if name not in NOTES}


def _torn(first: int, last: int, error: str) -> Problem:
    if "field limit" in error:
        problem = f"a cell is longer than {csv.field_size_limit()} characters (lines {first} to {last})"
        return Problem(first, "", problem, "Shorten it, or close the quotation mark that opens it.", "cell too long")
    if "end of data" in error:
        problem = f"a quotation mark opens and never closes (lines {first} to {last})"
        return Problem(first, "", problem, "Close it.", "open quotation mark")
    if "expected after" in error:
        return Problem(
            first, "", "a quotation mark stands inside a quoted cell", 'Write it twice: "".', "stray quotation mark"
        )
    return Problem(first, "", f"is no CSV: {error}", "Correct the row.", "not CSV")


def _miscounted(line: int, found: int, wanted: int) -> Problem:
    return Problem(
        line, "", f"has {found} cells where the header has {wanted}",
        "Add or remove delimiters; put quotation marks around a cell that holds one.", "number of cells",
    )  # fmt: skip
