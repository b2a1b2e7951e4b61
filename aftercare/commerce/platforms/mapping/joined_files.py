"""Files that are joined: kept in temporary tables of the reading connection, so that memory stays constant."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from django.db import IntegrityError, connection
from psycopg import sql

from aftercare.commerce.platforms.errors import BadMapping, UnreadableFile
from aftercare.commerce.platforms.files.ndjson import read_objects
from aftercare.commerce.platforms.files.records import Record, Row
from aftercare.commerce.platforms.files.source import Format, Source, open_source
from aftercare.commerce.platforms.files.tables import read_table
from aftercare.commerce.platforms.mapping.columns import Reader, Rows, no_such_rows
from aftercare.commerce.platforms.mapping.document import JoinSpec, KindSpec, suggestion
from aftercare.commerce.platforms.mapping.scope import RECORD, CellProblem, Join, text_of
from aftercare.foundation.database.bulk import copy_rows, fetch

_LONGEST_KEY = 500


@dataclass(frozen=True)
class JoinedFile:
    """One joined file and the columns a mapping may use of it; None for NDJSON, whose objects stand whole."""

    name: str
    path: Path
    spec: JoinSpec
    columns: Sequence[str] | None

    @property
    def key(self) -> str:
        return self.spec.key or self.spec.on

    @property
    def of(self) -> str:
        return self.spec.of or RECORD

    @property
    def table(self) -> str:
        return f"platforms_join_{self.name}"


def joined_files(spec: KindSpec, *, kind: str, folder: Path, columns: Sequence[str] | None) -> list[JoinedFile]:
    """Open every joined file once, to see its columns; parents come before what is joined to them.

    `columns` are those of the file being imported (None: NDJSON). Raises BadMapping or UnreadableFile.
    """
    found: list[JoinedFile] = []
    waiting = dict(spec.join)
    while waiting:
        ready = [name for name, join in waiting.items() if join.of is None or join.of in {file.name for file in found}]
        if not ready:
            name, join = next(iter(waiting.items()))
            raise no_such_rows(join.of or "", f"{kind}.join.{name}.of")
        found += [_opened(name, waiting.pop(name), folder, f"{kind}.join.{name}") for name in ready]
    reader = Reader({RECORD: Rows(columns), **rows_of(found)})
    for file in found:
        reader.resolve(
            f"{file.spec.of}.{file.spec.on}" if file.spec.of else file.spec.on, f"{kind}.join.{file.name}.on"
        )
    return found


def rows_of(files: Sequence[JoinedFile]) -> dict[str, Rows]:
    """What a mapping may refer to."""
    return {file.name: Rows(file.columns, file.path.name) for file in files}


def load(files: Sequence[JoinedFile]) -> None:
    """Read the files into temporary tables of this connection, replacing what it held.

    A row that cannot be read stops everything before anything is written: an order taken in without one of its lines
    would be a wrong order, and nobody would see it.
    """
    for file in files:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(file.table)))
            cursor.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} (key text, line bigint, cells text)").format(
                    sql.Identifier(file.table)
                )
            )
        copy_rows(file.table, ("key", "line", "cells"), _keyed(file))
        _index(file)


def look_up(files: Sequence[JoinedFile], records: Sequence[Record]) -> dict[str, Join]:
    """What the joins bring in for these records: one query per file."""
    rows: dict[str, list[Row]] = {RECORD: [row for record in records for row in record.rows]}
    joins = {}
    for file in files:
        found = _find(file, {key for row in rows[file.of] if (key := _key_of(row, file.spec.on))})
        rows[file.name] = [row for group in found.values() for row in group]
        joins[file.name] = Join(file.of, file.spec.on, found)
    return joins


def _opened(name: str, spec: JoinSpec, folder: Path, place: str) -> JoinedFile:
    with open_source(str(folder / spec.file)) as source:
        columns = read_table(source).columns if source.format is Format.CSV else None
    file = JoinedFile(name, folder / spec.file, spec, columns)
    if columns is not None and file.key not in columns:
        raise BadMapping(
            f"{place}: {spec.file} has no column '{file.key}'.",
            field=f"{place}.key",
            remedy=suggestion(file.key, columns),
        )
    return file


def _keyed(file: JoinedFile) -> Iterator[tuple[str, int, str]]:
    with open_source(str(file.path)) as source:
        for row in _rows(source):
            if row.problem is not None:
                raise UnreadableFile(
                    f"{file.path.name}, line {row.problem.line}: {row.problem.problem}.", remedy=row.problem.remedy
                )
            key = _key_of(row, file.key)
            if key:
                content = row.original or orjson.dumps(list(row.cells.values()))
                yield key, row.line, content.decode()


def _key_of(row: Row, column: str) -> str:
    """The key, empty where nothing can be found by it."""
    try:
        key = text_of(row.cells, column)
    except CellProblem:
        return ""
    return key if len(key) <= _LONGEST_KEY and "\x00" not in key else ""


def _rows(source: Source) -> Iterator[Row]:
    if source.format is Format.CSV:
        return read_table(source).rows
    return (row for record in read_objects(source) for row in record.rows)


def _index(file: JoinedFile) -> None:
    kind = sql.SQL("INDEX" if file.spec.many else "UNIQUE INDEX")
    table = sql.Identifier(file.table)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE {} ON {} (key)").format(kind, table))
            cursor.execute(sql.SQL("ANALYZE {}").format(table))
    except IntegrityError as error:
        raise BadMapping(
            f"{file.path.name} has several rows with the same '{file.key}'.",
            field=f"join.{file.name}.many",
            remedy='Say `many = true` or `many = "first"`, or correct the file.',
        ) from error


def _find(file: JoinedFile, keys: Collection[str]) -> Mapping[str, Sequence[Row]]:
    found: dict[str, list[Row]] = {}
    query = f'SELECT key, line, cells FROM "{file.table}" WHERE key = ANY(%s) ORDER BY line'  # noqa: S608 -- JoinName allows a-z, 0-9 and _ only
    for key, line, content in fetch(query, [list(keys)]):
        cells = (
            orjson.loads(content)
            if file.columns is None
            else dict(zip(file.columns, orjson.loads(content), strict=True))
        )
        rows = found.setdefault(key, [])
        if not rows or file.spec.many is True:
            rows.append(Row(line, cells))
    return found
