"""Trying something out with the real code, on rows that stand in front of the real ones.

PostgreSQL looks a bare name up among a connection's temporary tables first. So statements written for the real tables meet
stand-ins, without knowing: empty copies for what they write, views for what they are to see as it was at a moment of the
past. A moment is a read-only transaction: PostgreSQL itself refuses to write to, or to lock, anything that is not
temporary. What is temporary is nobody else's, and is gone with the connection, however that ends.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction

from aftercare.foundation.database.bulk import fetch, nobody_is_woken

AS_OF = "current_setting('aftercare.as_of')::timestamptz"
_LATE = "current_setting('aftercare.late')::interval"
_MOMENT = "SELECT set_config('transaction_read_only', 'on', true), set_config('aftercare.as_of', %s, true)"
_LIKE = "INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING IDENTITY INCLUDING INDEXES"
_COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_SWALLOWS = "CREATE FUNCTION pg_temp.swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"


def known_at(*, happened: str, heard: str) -> str:
    """SQL: when something was known that happened, and was heard of, then.

    What was heard of long after it happened was imported: it counts as known when it happened.
    """
    return f"CASE WHEN {heard} > {happened} + {_LATE} THEN {happened} ELSE {heard} END"


@dataclass(frozen=True, slots=True)
class Blank:
    """A table that begins empty."""

    table: str


@dataclass(frozen=True, slots=True)
class Past:
    """A table as it was at `AS_OF`: its rows `t` where `where` is true, with some columns as they were then.

    `{real}` before a table's name means the real one; without it, whatever stands in front of it already. `also` adds rows
    (UNION ALL). What is written to one that `swallows` goes nowhere.
    """

    table: str
    columns: dict[str, str] = field(default_factory=dict)
    where: str = "TRUE"
    also: str = ""
    swallows: bool = False


_registered: dict[str, Blank | Past] = {}
_trying: ContextVar[bool] = ContextVar("trying", default=False)


def is_trying() -> bool:
    """Whether this thread meets stand-ins."""
    return _trying.get()


def register_stand_in(stand_in: Blank | Past) -> None:
    """What stands in front of a table while something is tried out; in the order in which they are put up."""
    assert stand_in.table not in _registered, f"two stand in front of '{stand_in.table}'"
    _registered[stand_in.table] = stand_in


@contextmanager
def stand_ins(*, late: timedelta) -> Iterator[None]:
    """Within: this connection meets what is registered, and wakes nobody. Beyond `late`, news counts as imported."""
    put_up: list[Blank | Past] = []
    try:
        with transaction.atomic():
            fetch("SELECT set_config('aftercare.late', %s, false)", [f"{late.total_seconds():.0f} seconds"])
            _run(_SWALLOWS)
            for stand_in in _registered.values():
                _put_up(stand_in)
                put_up.append(stand_in)
        with nobody_is_woken():
            token = _trying.set(True)
            try:
                yield
            finally:
                _trying.reset(token)
    finally:
        _take_down(put_up)


@contextmanager
def moment(at: datetime) -> Iterator[None]:
    """Within: it is `at`; only what is temporary can be written."""
    with transaction.atomic():
        fetch(_MOMENT, [at.isoformat()])
        yield


def real(table: str) -> str:
    """The name by which the real table is found while something stands in front of it."""
    return f"{fetch('SELECT current_schema()')[0][0]}.{table}"


def is_usable() -> bool:
    """Whether statements can be run to clear away; if not, all that is temporary goes with the transaction or connection."""
    return connection.connection is not None and not connection.connection.closed and not connection.needs_rollback


def empty(tables: Sequence[str]) -> None:
    """Take all rows out of stand-ins that begin empty."""
    _run(f"TRUNCATE {', '.join(f'pg_temp.{table}' for table in tables)}")


def _put_up(stand_in: Blank | Past) -> None:
    table, behind = stand_in.table, real(stand_in.table)
    if isinstance(stand_in, Blank):
        _run(f"CREATE TEMP TABLE {table} (LIKE {behind} {_LIKE})")
        return
    names = [row[0] for row in fetch(_COLUMNS, [behind])]
    shown = ", ".join(
        f"({stand_in.columns[name]}) AS {name}" if name in stand_in.columns else f't."{name}"' for name in names
    )
    query = f"SELECT {shown} FROM {behind} AS t WHERE {stand_in.where} {stand_in.also}"  # noqa: S608 -- as above
    _run(f"CREATE TEMP VIEW {table} AS {query}".replace("{real}", behind.removesuffix(table)))
    if stand_in.swallows:
        _run(f"CREATE TRIGGER swallow INSTEAD OF INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION pg_temp.swallow()")


def _take_down(put_up: Sequence[Blank | Past]) -> None:
    """So that a connection that goes on to live meets the real rows again; where it is broken, they went with it."""
    if not put_up or not is_usable():
        return
    for stand_in in reversed(put_up):
        kind = "TABLE" if isinstance(stand_in, Blank) else "VIEW"
        _run(f"DROP {kind} IF EXISTS pg_temp.{stand_in.table} CASCADE")
    _run("DROP FUNCTION IF EXISTS pg_temp.swallow() CASCADE")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
