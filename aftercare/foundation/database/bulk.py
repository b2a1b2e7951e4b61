"""Many rows in one statement, on Django's own connection and inside its transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import orjson
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg import postgres, sql
from psycopg.adapt import Dumper
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.json import set_json_loads


@lru_cache(maxsize=4096)
def _rendered(at: datetime) -> bytes:
    return at.isoformat().encode()


class _InstantDumper(Dumper):
    """Renders an instant once: rows copied together share most of theirs, and psycopg takes longer over each."""

    oid = postgres.types["timestamptz"].oid

    def dump(self, obj: datetime) -> bytes:
        return _rendered(obj)


# Whatever psycopg can adapt: far more than Django's annotation of `execute` says.
Parameters = Sequence[Any] | Mapping[str, Any]


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Append `rows` by COPY: the fastest way in, at the price that a conflict fails the whole statement."""
    # Whoever asks whether the database went away asks in Django's words, which COPY alone would not speak.
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.cursor.adapters.register_dumper(datetime, _InstantDumper)
        with cursor.copy(_copy_statement(table, tuple(columns))) as copy:
            for row in rows:
                copy.write_row(row)


def update_rows(table: str, columns: dict[str, str], rows: Sequence[Sequence[object]], *, key: str = "id") -> int:
    """Set columns of many rows by key: `columns` maps each to its SQL type, the key first; answers how many matched.

    Values of type jsonb are given as text. The rows travel as one JSON document, which costs a tenth of arrays.
    """
    if not rows:
        return 0
    names = list(columns)
    assert names[0] == key, "the key leads the columns"
    documents = [name for name, kind in columns.items() if kind == "jsonb"]
    with connection.cursor() as cursor:
        cursor.execute(_update_statement(table, tuple(columns.items())), [_as_json(names, rows, documents)])
        return int(cursor.rowcount)


# Composing a statement takes longer than PostgreSQL takes over a small one, so each is composed once.
@cache
def _copy_statement(table: str, columns: tuple[str, ...]) -> str:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names).as_string()


@lru_cache(maxsize=1024)
def _update_statement(table: str, columns: tuple[tuple[str, str], ...]) -> str:
    names = [sql.Identifier(name) for name, _ in columns]
    statement = "UPDATE {table} AS t SET {sets} FROM json_to_recordset(%s) AS v({types}) WHERE t.{key} = v.{key}"
    types = [sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in columns]
    return (
        sql.SQL(statement)
        .format(
            table=sql.Identifier(table),
            sets=sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(name) for name in names[1:]),
            types=sql.SQL(", ").join(types),
            key=names[0],
        )
        .as_string()
    )


def _as_json(names: Sequence[str], rows: Iterable[Sequence[object]], documents: Sequence[str]) -> str:
    records = [dict(zip(names, row, strict=True)) for row in rows]
    for name in documents:
        for record in records:
            text = record[name]
            record[name] = orjson.Fragment(text) if isinstance(text, str) else text
    return orjson.dumps(records, default=_in_sql).decode()


def _in_sql(value: object) -> str:
    return "\\x" + bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def reserve_ids(table: str, count: int) -> list[int]:
    """Take `count` values of the table's identity sequence, so that rows and what refers to them are built together."""
    with connection.cursor() as cursor:
        cursor.execute(
            # Materialised, or the sequence would be looked up for every row.
            "WITH s AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS ids)"
            " SELECT nextval(s.ids) FROM s, generate_series(1, %s)",
            [f'"{table}"', count],
        )
        return [row[0] for row in cursor.fetchall()]


def fetch(query: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """All rows of a hand-written query; JSON comes as text."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def fetch_prepared(query: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """As `fetch`, for a query that is asked all the time: PostgreSQL plans it once per connection, not at each call.

    Planning a read of a few rows from a few tables takes PostgreSQL several times as long as doing it.
    """
    if connection.queries_logged:
        return fetch(query, parameters)  # of a prepared query Django would log no words
    with connection.cursor() as cursor:
        server = connection.connection
        server.prepare_threshold = 0  # Django's own cursors bind in the client, and never prepare
        cursor.cursor = ServerBindingCursor(server)  # type: ignore[call-arg]  # the stubs know no __init__ of it
        cursor.execute(query, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def fetch_decoded(query: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """All rows of a hand-written query; JSON comes as Python values."""
    with connection.cursor() as cursor:
        # Django lets JSON through as text, because its own field decodes it.
        set_json_loads(orjson.loads, cursor.cursor)
        # psycopg's loader is in C; Django's own, in Python, takes longer over one instant than over all other columns.
        cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(query, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def as_array(numbers: Iterable[int]) -> str:
    """Integers as PostgreSQL reads an array (cast it: `%s::bigint[]`). psycopg takes twice as long over a list."""
    return "{" + ",".join(map(str, numbers)) + "}"


def lock_for_transaction(name: str, number: int = 0) -> None:
    """Wait for the advisory lock `name`/`number` and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s::int)", [name, number])


_wakes: ContextVar[bool] = ContextVar("wakes", default=True)


def notify(channel: str, payload: str) -> None:
    """Wake whoever listens on `channel`, when and only when this transaction commits."""
    if not _wakes.get():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])


@contextmanager
def nobody_is_woken() -> Iterator[None]:
    """Within: `notify` is silent, because what is written is only tried out."""
    token = _wakes.set(False)
    try:
        yield
    finally:
        _wakes.reset(token)


@contextmanager
def lock_for_session(name: str) -> Iterator[None]:
    """Hold the advisory lock `name` over several transactions."""
    fetch("SELECT pg_advisory_lock(hashtext(%s))", [name])
    try:
        yield
    finally:
        fetch("SELECT pg_advisory_unlock(hashtext(%s))", [name])
