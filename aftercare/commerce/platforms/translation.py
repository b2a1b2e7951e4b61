"""From records to checked things: by the schema alone (NDJSON of our own format), or by a plan."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from pydantic import ValidationError

from aftercare.commerce.platforms.files.ndjson import parsed
from aftercare.commerce.platforms.files.records import Problem, Record
from aftercare.commerce.platforms.mapping import joined_files, seen_keys
from aftercare.commerce.platforms.mapping.compiler import Plan
from aftercare.commerce.platforms.mapping.joined_files import JoinedFile
from aftercare.commerce.platforms.mapping.plan import Location, Place
from aftercare.commerce.platforms.mapping.scope import RECORD, CellProblem, Join, Scope, text_of
from aftercare.commerce.platforms.problems import problems_of, written
from aftercare.foundation.kit.schema import Incoming

_STEP = re.compile(r"[^.\[\]]+")


@dataclass(slots=True)
class Candidate:
    """A record and what became of it: a thing to take in, or problems, or neither where it is to be skipped.

    `warnings` are doubts that do not keep it out.
    """

    record: Record
    locate: Callable[[Record, Location], Place]
    thing: Incoming | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def place_of(self, field_name: str) -> Place:
        """Where a field of the schema, such as `lines[2].sku`, stands in the file."""
        steps = _STEP.findall(field_name)
        return self.locate(self.record, [int(step) if step.isdigit() else step for step in steps])

    def check(self, schema: type[Incoming], content: object) -> None:
        """Make the thing of what the record says, or say what is wrong with that."""
        try:
            self.thing = schema.model_validate(content)
        except ValidationError as error:
            self.problems += problems_of(error, partial(self.locate, self.record))


class Translator(Protocol):
    """Makes candidates of records, many at once."""

    def open(self) -> None:
        """Get ready, on the connection that will be used; again after that connection was lost."""

    def translate(self, records: Sequence[Record]) -> list[Candidate]:
        """A candidate for each record, in order; lines that only hold notes of a former import give none."""


class OwnFormat:
    """NDJSON in the shape of the schema."""

    def __init__(self, schema: type[Incoming]) -> None:
        self._schema = schema

    def open(self) -> None:
        """Nothing to get ready."""

    def translate(self, records: Sequence[Record]) -> list[Candidate]:
        return [candidate for record in records if (candidate := self._candidate(record)) is not None]

    def _candidate(self, record: Record) -> Candidate | None:
        candidate = Candidate(record, _place_in_json)
        try:
            # Parsing and checking in one go costs half of doing one after the other.
            candidate.thing = self._schema.model_validate_json(record.rows[0].original)
        except ValidationError:
            row = parsed(record.rows[0])
            if row.problem is not None:
                candidate.problems = (row.problem,)
            elif not row.cells:
                return None
            else:
                candidate.check(self._schema, row.cells)
        return candidate


class ByPlan:
    """Rows of any file, by a plan."""

    def __init__(self, schema: type[Incoming], plan: Plan, files: Sequence[JoinedFile] = ()) -> None:
        self._schema = schema
        self._plan = plan
        self._files = files

    def open(self) -> None:
        """Fill the temporary tables. After a loss, which records came before starts anew: only the file could tell."""
        joined_files.load(self._files)
        if self._plan.group is not None:
            seen_keys.start()

    def translate(self, records: Sequence[Record]) -> list[Candidate]:
        readable = [record for record in records if record.problem is None]
        joins = joined_files.look_up(self._files, readable)
        torn = self._torn_apart(readable)
        locate = partial(self._place, joins)
        return [self._candidate(Candidate(record, locate), joins, torn) for record in records]

    def _place(self, joins: Mapping[str, Join], record: Record, location: Location) -> Place:
        return self._plan.root.locate(Scope({RECORD: record.rows}, joins), location)

    def _torn_apart(self, records: Sequence[Record]) -> dict[int, Problem]:
        """By line: records some rows of which stood further up."""
        group = self._plan.group
        if group is None:
            return {}
        lines: dict[str, int] = {}
        torn = {}
        for record in records:
            key = text_of(record.rows[0].cells, group)
            first = lines.setdefault(key, record.line)
            if key and first != record.line:
                torn[record.line] = _scattered(record.line, group, key, first)
        earlier = seen_keys.seen_before({key: line for key, line in lines.items() if key})
        for key, first in earlier.items():
            torn[lines[key]] = _scattered(lines[key], group, key, first)
        return torn

    def _candidate(self, candidate: Candidate, joins: Mapping[str, Join], torn: Mapping[int, Problem]) -> Candidate:
        record = candidate.record
        problem = record.problem or torn.get(record.line)
        if problem is not None:
            candidate.problems = (problem,)
            return candidate
        try:
            self._translate(candidate, Scope({RECORD: record.rows}, joins))
        except CellProblem as cell:
            line = cell.line or record.line
            candidate.problems += (Problem(line, cell.field, cell.problem, cell.remedy, cell.kind),)
        return candidate

    def _translate(self, candidate: Candidate, scope: Scope) -> None:
        for check in self._plan.checks:
            breach = check.breach(scope)
            if breach is not None and check.refuses:
                candidate.problems += (breach,)
            elif breach is not None:
                candidate.warnings += (breach,)
        if not candidate.problems and (self._plan.when is None or self._plan.when(scope)):
            candidate.check(self._schema, self._plan.root.build(scope) or {})


def _place_in_json(record: Record, location: Location) -> Place:
    return Place(written(location), record.line)


def _scattered(line: int, column: str, key: str, first: int) -> Problem:
    return Problem(
        line, column, f"'{key}' stands in line {first} already, with other rows between",
        "Sort the file by this column and feed it again as a whole.", "rows of one record are scattered",
    )  # fmt: skip
