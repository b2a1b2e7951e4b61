"""What reading a file yields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

# Columns (CSV) and keys (NDJSON) that a file of rejects adds; ignored on input.
LINE, FIELD, PROBLEM, REMEDY, RAW = "_line", "_field", "_problem", "_remedy", "_raw"
NOTES = (LINE, FIELD, PROBLEM, REMEDY, RAW)


class Problem(NamedTuple):
    """What is wrong with a record, where, and what to do. `kind` groups equal problems for the summary."""

    line: int
    field: str
    problem: str
    remedy: str
    kind: str


class Row(NamedTuple):
    """One CSV row or one JSON object, from line `line` on (the first is 1).

    `cells` hold text by column (CSV) or parsed JSON; they are empty where the row could not be taken apart.
    `original` is the text as it stands in the file; left empty where the cells say the same.
    """

    line: int
    cells: Mapping[str, Any]
    original: bytes = b""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The rows that one fact is made of, at least one."""

    rows: list[Row]

    @property
    def line(self) -> int:
        return self.rows[0].line

    @property
    def problem(self) -> Problem | None:
        """Why the record cannot even be read."""
        for row in self.rows:
            if row.problem is not None:
                return row.problem
        return None
