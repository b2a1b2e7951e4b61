"""The file of rejects: in the format of the input, with what is wrong beside every row."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

import orjson

from aftercare.commerce.platforms.errors import RejectsInTheWay
from aftercare.commerce.platforms.files.ndjson import parsed
from aftercare.commerce.platforms.files.records import FIELD, LINE, NOTES, PROBLEM, REMEDY, Problem, Record, Row
from aftercare.commerce.platforms.files.source import BOM
from aftercare.commerce.platforms.files.tables import Table


class RejectFormat(Protocol):
    """How rejects are written in one format."""

    def head(self) -> bytes:
        """What the file begins with."""

    def body(self, record: Record, problems: Sequence[Problem]) -> bytes:
        """A record with its problems."""


class RejectsFile:
    """Made when the first reject comes; what is written is on disk at once, so that a crash loses none of it."""

    def __init__(self, path: Path, form: RejectFormat) -> None:
        self.path = path
        self._form = form
        self._file: IO[bytes] | None = None

    def write(self, rejects: Sequence[tuple[Record, Sequence[Problem]]]) -> None:
        """Append rejects; raises RejectsInTheWay where the file exists or cannot be written."""
        if not rejects:
            return
        try:
            if self._file is None:
                self._file = self.path.open("xb")
                self._file.write(self._form.head())
            self._file.writelines(self._form.body(record, problems) for record, problems in rejects)
            self._file.flush()
        except OSError as error:
            raise RejectsInTheWay(
                f"The rejects cannot be written to {self.path}: {error.strerror}.",
                remedy="Name another file with --rejects.",
            ) from error

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class CsvRejects:
    """The input's own columns, then the notes. Rows that could not be taken apart stand in `_raw`."""

    def __init__(self, table: Table, *, has_bom: bool) -> None:
        self._table = table
        self._start = BOM if has_bom else b""

    def head(self) -> bytes:
        return self._start + self._lines([[*self._table.header, *NOTES]])

    def body(self, record: Record, problems: Sequence[Problem]) -> bytes:
        return self._lines([self._cells(row, _of_row(row, record, problems)) for row in record.rows])

    def _cells(self, row: Row, problems: Sequence[Problem]) -> list[str]:
        cells = [str(row.cells.get(column, "")) for column in self._table.columns]
        raw = "" if row.cells else row.original.decode(errors="surrogateescape")
        return [*cells, str(row.line), *_notes(problems), raw]

    def _lines(self, rows: list[list[str]]) -> bytes:
        lines = _Lines()
        for row in rows:
            # Of its own accord the writer would leave a carriage return bare where lines end without one.
            bare = any("\r" in cell for cell in row)
            csv.writer(
                lines,
                delimiter=self._table.delimiter,
                lineterminator=self._table.line_end,
                quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL,
            ).writerow(row)
        return "".join(lines).encode(errors="surrogateescape")


class NdjsonRejects:
    """The object as it stands with the notes as further keys; a line that is no object follows a note of its own."""

    def head(self) -> bytes:
        return b""

    def body(self, record: Record, problems: Sequence[Problem]) -> bytes:
        row = record.rows[0]
        field, problem, remedy = _notes(problems)
        note = orjson.dumps({LINE: row.line, FIELD: field, PROBLEM: problem, REMEDY: remedy})
        again = parsed(row)
        if again.problem is not None:
            return note + b"\n" + row.original.rstrip(b"\r\n") + b"\n"
        return self._object(row.original.strip(), again) + b"," + note[1:] + b"\n"

    def _object(self, text: bytes, row: Row) -> bytes:
        """The object up to its closing brace, as it was written: parsing would round what JSON numbers may hold."""
        if f'"{LINE}"'.encode() in text:
            text = json.dumps(dict(row.cells), ensure_ascii=False).encode()
        return text[:-1].rstrip()


class _Lines(list[str]):
    """What the CSV writer takes for a file."""

    def write(self, text: str) -> None:
        self.append(text)


def _of_row(row: Row, record: Record, problems: Sequence[Problem]) -> Sequence[Problem]:
    """The problems of this row; the other rows of the record say that they wait for it."""
    own = [problem for problem in problems if problem.line == row.line]
    if own:
        return own
    if not any(problem.line == other.line for problem in problems for other in record.rows):
        return problems
    together = f"waits for line {problems[0].line} of the same record"
    return [Problem(row.line, "", together, "Correct that line; keep the rows together.", "waits")]


def _notes(problems: Sequence[Problem]) -> tuple[str, str, str]:
    """Field and problem of every problem, in the same order, and what to do about them."""
    fields = [problem.field for problem in problems]
    remedies = dict.fromkeys(problem.remedy for problem in problems)
    return (
        " | ".join(fields) if any(fields) else "",
        " | ".join(problem.problem for problem in problems),
        " | ".join(remedies),
    )


def default_path(name: str, suffix: str, folder: Path) -> Path:
    """`orders.rejects.csv` for `orders.csv.gz`, or the first such name that is free: a file is never overwritten."""
    stem = name.removesuffix(".gz").removesuffix(".csv").removesuffix(".ndjson").removesuffix(".jsonl")
    stem = stem.partition(".rejects")[0].replace(" ", "-")
    number = 1
    while (path := folder / f"{stem}.rejects{f'-{number}' if number > 1 else ''}.{suffix}").exists():
        number += 1
    return path
