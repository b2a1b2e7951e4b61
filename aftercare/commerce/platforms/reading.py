"""An input opened for import: which records it holds, and how they become things."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connections

from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.files.grouping import grouped, single
from aftercare.commerce.platforms.files.ndjson import read_lines, read_objects
from aftercare.commerce.platforms.files.records import Record
from aftercare.commerce.platforms.files.rejects import CsvRejects, NdjsonRejects, RejectFormat
from aftercare.commerce.platforms.files.source import Format, Source, open_source
from aftercare.commerce.platforms.files.tables import Table, read_table
from aftercare.commerce.platforms.importable import Importable
from aftercare.commerce.platforms.mapping.compiler import compile_kind, kind_spec
from aftercare.commerce.platforms.mapping.document import MappingFile
from aftercare.commerce.platforms.mapping.joined_files import joined_files, rows_of
from aftercare.commerce.platforms.mapping.native import plan_of_header
from aftercare.commerce.platforms.persistence import feed_persistently
from aftercare.commerce.platforms.translation import ByPlan, Candidate, OwnFormat, Translator


@dataclass(frozen=True)
class Reading:
    """An opened input. Asking for its chunks reads it."""

    source: Source
    records: Iterator[Record]
    translator: Translator
    reject_format: RejectFormat
    damage: list[UnreadableFile] = field(default_factory=list)

    def chunks(self, size: int) -> Generator[list[Candidate]]:
        """Candidates, `size` records at a time, each chunk made while the one before is being written.

        Reading has a thread and a database connection of its own: what joins need lives in temporary tables there.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="reading") as thread:
            try:
                thread.submit(feed_persistently, self.translator.open).result()
                ahead = thread.submit(self._next, size)
                while (chunk := ahead.result()) is not None:
                    ahead = thread.submit(self._next, size)
                    yield chunk
            finally:
                thread.submit(connections.close_all).result()

    def _next(self, size: int) -> list[Candidate] | None:
        records: list[Record] = []
        try:
            for record in islice(self.records, size):
                records.append(record)  # noqa: PERF402 -- what was read before the file broke off counts
        except UnreadableFile as damage:
            self.damage.append(damage)
        if not records:
            if self.damage:
                raise self.damage[0]
            return None
        return feed_persistently(lambda: self.translator.translate(records), after_loss=self.translator.open)


@contextmanager
def open_reading(
    *, path: str, kind: Importable[Any], document: MappingFile | None, folder: Path | None
) -> Iterator[Reading]:
    """Open an input for import; raises UnreadableFile or BadMapping before anything is read of it but its header.

    Joined files lie in `folder`, by default in that of the input.
    """
    with ExitStack() as stack:
        source = stack.enter_context(open_source(path))
        table = read_table(source) if source.format is Format.CSV else None
        columns = table.columns if table is not None else None
        form: RejectFormat = CsvRejects(table, has_bom=source.has_bom) if table is not None else NdjsonRejects()
        if document is None:
            yield _own_format(source, table, kind, form)
            return
        files = joined_files(
            kind_spec(document, kind.key), kind=kind.key, folder=folder or source.folder, columns=columns
        )
        plan = compile_kind(
            kind=kind.key, schema=kind.schema, document=document, columns=columns, joined=rows_of(files)
        )
        records = read_objects(source) if table is None else _records(table, plan.group)
        yield Reading(source, records, ByPlan(kind.schema, plan, files), form)


def _own_format(source: Source, table: Table | None, kind: Importable[Any], form: RejectFormat) -> Reading:
    if table is None:
        return Reading(source, read_lines(source), OwnFormat(kind.schema), form)
    plan = plan_of_header(schema=kind.schema, columns=table.columns, keys=kind.keys)
    return Reading(source, _records(table, plan.group), ByPlan(kind.schema, plan), form)


def _records(table: Table, group: str | None) -> Iterator[Record]:
    return grouped(table.rows, group) if group is not None else single(table.rows)
