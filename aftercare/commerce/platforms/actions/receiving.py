"""Keeping what shops send, before anything is made of it: an answer is given only for what is on disk."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import psycopg
from django.db import transaction

from aftercare.commerce.platforms.actions.working import DELIVERIES
from aftercare.commerce.platforms.group_commit import GroupCommit
from aftercare.commerce.platforms.models import Connection, new_delivery_id
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import WAKE_CHANNEL
from aftercare.foundation.jobs.loops import wake

_AT_ONCE = 50
_LONGEST_TOPIC = 120
_KEEP = """
    INSERT INTO platforms_delivery (public_id, store_id, connection_id, message_id, topic, headers, body, received_at,
        due_at, state, attempts, code, field, problem, remedy, outcome)
    SELECT public_id, store_id, connection_id, message_id, topic, headers, body, received_at, received_at,
        'waiting', 0, '', '', '', '', ''
    FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::jsonb[], %s::bytea[],
        %s::timestamptz[])
        AS d (public_id, store_id, connection_id, message_id, topic, headers, body, received_at)
    ON CONFLICT (connection_id, message_id) DO NOTHING
    RETURNING id
"""
# In binary: escaping bodies as text would take a quarter of all the time.
_KEEP_AND_WAKE = f"""
    WITH kept AS ({_KEEP.replace("%s::jsonb[]", "%b::text[]::jsonb[]").replace("%s", "%b")})
    SELECT pg_notify(%s, %s) FROM (SELECT FROM kept LIMIT 1) AS new
"""  # noqa: S608 -- composed of the constant above


class _Kept(NamedTuple):
    public_id: str
    store_id: int
    connection_id: int
    message_id: str
    topic: str
    headers: str
    body: bytes
    received_at: datetime


def receive_delivery(
    *, connection: Connection, message_id: str, topic: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> None:
    """Returns once the message is committed; the same message of the same connection again changes nothing."""
    _together.commit(_kept(connection, message_id, topic, headers, body, now))


def receive_apart(
    *, connection: Connection, message_id: str, topic: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> None:
    """The same on a connection to the database that is for nothing else: threads that only receive need none each."""
    _apart.commit(_kept(connection, message_id, topic, headers, body, now))


def keep_fetched(*, connection: Connection, records: Sequence[tuple[str, Any]], now: datetime) -> None:
    """Keep records that were fetched, by topic, as if they had been sent; the same record again changes nothing."""
    rows = []
    for topic, record in records:
        body = orjson.dumps(record)
        message_id = f"fetched {hashlib.blake2b(topic.encode() + body, digest_size=20).hexdigest()}"
        rows.append(_Kept(new_delivery_id(), connection.store_id, connection.pk, message_id, topic, "{}", body, now))
    if rows:
        _insert(rows)


def _kept(
    connection: Connection, message_id: str, topic: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> _Kept:  # fmt: skip
    printable = "".join(character for character in topic if character.isprintable())[:_LONGEST_TOPIC]
    return _Kept(
        new_delivery_id(), connection.store_id, connection.pk, message_id, printable,
        orjson.dumps(dict(headers)).decode(), body, now,
    )  # fmt: skip


@transaction.atomic(durable=True)
def _write(rows: Sequence[_Kept]) -> None:
    _insert(rows)


def _insert(rows: Sequence[_Kept]) -> None:
    if fetch(_KEEP, [list(column) for column in zip(*rows, strict=True)]):
        wake(DELIVERIES)


class _Apart:
    """A connection of its own. Whoever writes holds the group's lock, so it is used by one thread at a time."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None

    def write(self, rows: Sequence[_Kept]) -> None:
        """One statement, committed when it returns; it wakes the workers where a row is new."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        try:
            self._open().execute(_KEEP_AND_WAKE, [*columns, WAKE_CHANNEL, DELIVERIES], prepare=True)
        except psycopg.OperationalError:
            self._connection = None  # it may have been the server's restart: once more, on a new one
            self._open().execute(_KEEP_AND_WAKE, [*columns, WAKE_CHANNEL, DELIVERIES], prepare=True)

    def _open(self) -> "psycopg.Connection[Any]":
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(**connection_parameters(), autocommit=True)
        return self._connection


_together = GroupCommit(_write, at_most=_AT_ONCE)
_apart = GroupCommit(_Apart().write, at_most=_AT_ONCE)
