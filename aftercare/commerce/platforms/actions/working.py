"""Working off what shops sent: in sets, each message with an end of its own."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, groupby
from operator import attrgetter
from typing import Any

import structlog
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction

from aftercare.commerce.platforms.actions.privacy import record_farewells, record_privacy_requests
from aftercare.commerce.platforms.connectors import Farewell, Ignored, News, PrivacyAsked, registry
from aftercare.commerce.platforms.importable import Importable, kinds
from aftercare.commerce.platforms.models import Connection, Delivery
from aftercare.commerce.platforms.payloads import read_json
from aftercare.commerce.shipments.errors import UnknownOrder, UnknownParcel
from aftercare.foundation.database.bulk import fetch, update_rows
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.retry import after_failure
from aftercare.foundation.kit.schema import Incoming
from aftercare.foundation.stores.scope import store_scope

DELIVERIES = "shop deliveries"
_AT_ONCE, _BYTES_AT_ONCE = 500, 32_000_000
# What another message, on its way perhaps, can put right.
_MAY_COME_RIGHT = (UnknownOrder, UnknownParcel)
_CLAIM = """
    SELECT id, octet_length(body) FROM platforms_delivery
    WHERE state = 'waiting' AND due_at <= %s
    ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_READ = """
    SELECT d.id, d.store_id, d.connection_id, c.platform, c.source, d.topic, d.body, d.received_at, d.attempts,
        d.worked_at IS NULL
    FROM platforms_delivery d JOIN platforms_connection c ON c.id = d.connection_id
    WHERE d.id = ANY(%s) ORDER BY d.due_at, d.id
"""
# Locked in one order, so that two workers never wait for each other.
_COUNT = """
    WITH locked AS MATERIALIZED (SELECT id FROM platforms_connection WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
    UPDATE platforms_connection AS c SET worked_off = c.worked_off + v.number,
        last_received_at = greatest(c.last_received_at, v.latest)
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS v (id, number, latest)
        JOIN locked USING (id)
    WHERE c.id = v.id
"""
_COLUMNS = {
    "id": "bigint", "state": "text", "due_at": "timestamptz", "attempts": "smallint", "code": "text", "field": "text",
    "problem": "text", "remedy": "text", "outcome": "text", "worked_at": "timestamptz",
}  # fmt: skip
log = structlog.get_logger(__name__)


class _Unexpected(Refusal):
    code = "unexpected"


class _DatabaseRefuses(Refusal):
    code = "database_refuses"


@dataclass(slots=True)
class _Message:
    """A delivery in hand, and what is known of its end."""

    id: int
    store_id: int
    connection_id: int
    platform: str
    source: str
    topic: str
    body: bytes
    received_at: datetime
    attempts: int
    is_new: bool
    outcomes: list[str] = field(default_factory=list)
    is_of_interest: bool = False
    refusal: Refusal | None = None
    is_worth_another_try: bool = False

    def refuse(self, refusal: Refusal, *, again: bool) -> None:
        """The first refusal is the one that is told; one that stays a refusal goes before one that may come right."""
        if self.refusal is None or (self.is_worth_another_try and not again):
            self.refusal, self.is_worth_another_try = refusal, again


@dataclass(frozen=True, slots=True)
class _Piece:
    message: _Message
    thing: Incoming


@transaction.atomic
def work_off(now: datetime) -> int:
    """One set of deliveries; answers how many. What fails for want of the database is rolled back and comes again."""
    messages = _claimed(now)
    by_shop = attrgetter("store_id", "connection_id")
    # In the order of stores, so that two workers never wait for each other's locks.
    for (store_id, _), of_shop in groupby(sorted(messages, key=by_shop), key=by_shop):
        with store_scope(store_id):
            _work_off_shop(list(of_shop), now)
    update_rows("platforms_delivery", _COLUMNS, [_conclusion(message, now) for message in messages])
    _count(messages)
    return len(messages)


def _claimed(now: datetime) -> list[_Message]:
    """The next deliveries that are due, as many as fit into memory with ease; at least one."""
    due = fetch(_CLAIM, [now, _AT_ONCE])
    sizes = accumulate(size for _, size in due)
    fitting = [
        row[0] for place, (row, size) in enumerate(zip(due, sizes, strict=True)) if not place or size <= _BYTES_AT_ONCE
    ]
    return [_Message(*row) for row in fetch(_READ, [fitting])] if fitting else []


def _work_off_shop(messages: Sequence[_Message], now: datetime) -> None:
    pieces: dict[str, list[_Piece]] = defaultdict(list)
    requests: list[tuple[int, PrivacyAsked]] = []
    farewells: list[tuple[int, Farewell]] = []
    for message in messages:
        for news in _translated(message):
            match news:
                case Ignored():
                    message.outcomes.append(news.reason)
                case PrivacyAsked():
                    requests.append((message.id, news))
                    message.outcomes.append("Kept as a privacy request.")
                case Farewell():
                    farewells.append((message.connection_id, news))
                    message.outcomes.append(news.sentence)
                case _:
                    pieces[_kind_of(news).key].append(_Piece(message, news))
            message.is_of_interest |= not isinstance(news, Ignored)
    for kind in kinds:
        _record(kind, pieces[kind.key], now)
    if requests:
        shop = Connection.objects.get(pk=messages[0].connection_id)
        record_privacy_requests(connection=shop, requests=requests, now=now)
    record_farewells(farewells=farewells)


def _translated(message: _Message) -> Iterable[News]:
    try:
        return registry[message.platform].translate(topic=message.topic, payload=read_json(message.body))
    except Refusal as refusal:
        message.refuse(refusal, again=False)
    except Exception as error:
        log.exception("translation failed", delivery=message.id, platform=message.platform, topic=message.topic)
        message.refuse(_unexpected(error), again=False)
    return ()


def _kind_of(thing: Incoming) -> Importable[Any]:
    return next(kind for kind in kinds if kind.schema is type(thing))


def _record(kind: Importable[Any], pieces: Sequence[_Piece], now: datetime) -> None:
    """Take these in; where they fail as a whole, halve until the one that does stands alone."""
    if not pieces:
        return
    store_id, source = pieces[0].message.store_id, pieces[0].message.source
    try:
        with transaction.atomic():
            things = [piece.thing for piece in pieces]
            intake = kind.record(store_id=store_id, source=source, things=things, now=now)
    except Exception as error:
        if isinstance(error, DatabaseError) and not connection.is_usable():
            raise
        if len(pieces) == 1:
            _fail(pieces[0].message, error)
            return
        middle = len(pieces) // 2
        _record(kind, pieces[:middle], now)
        _record(kind, pieces[middle:], now)
        return
    for index, piece in enumerate(pieces):
        refusal = intake.refused.get(index)
        if refusal is not None:
            piece.message.refuse(refusal, again=isinstance(refusal, _MAY_COME_RIGHT))
        else:
            piece.message.outcomes.append(f"{kind.key}: {intake.outcomes[index].value}")


def _fail(message: _Message, error: Exception) -> None:
    if isinstance(error, DatabaseError):
        sentence = f"The database refuses it: {str(error).strip().splitlines()[0]}"
        of_its_own = isinstance(error, DataError | IntegrityError)
        message.refuse(_DatabaseRefuses(sentence, remedy="Replay it, or drop it."), again=not of_its_own)
    else:
        log.error("recording failed", delivery=message.id, exc_info=error)
        message.refuse(_unexpected(error), again=False)


def _unexpected(error: Exception) -> _Unexpected:
    return _Unexpected(
        f"It could not be worked off: {type(error).__name__}.", remedy="The log says more; replay it after an update."
    )


def _conclusion(message: _Message, now: datetime) -> tuple[Any, ...]:
    outcome = " ".join(dict.fromkeys(message.outcomes))
    refusal, attempts = message.refusal, message.attempts + 1
    if refusal is None:
        state = Delivery.State.DONE if message.is_of_interest else Delivery.State.IGNORED
        return message.id, state.value, now, attempts, "", "", "", "", outcome, now
    again_at = after_failure(attempts=attempts, now=now) if message.is_worth_another_try else None
    state = Delivery.State.WAITING if again_at else Delivery.State.PARKED
    told = (refusal.code, refusal.field[:200], refusal.sentence, refusal.remedy)
    return message.id, state.value, again_at or now, attempts, *told, outcome, now


def _count(messages: Sequence[_Message]) -> None:
    """What comes again, by itself or replayed, was counted before."""
    by_connection: dict[int, list[datetime]] = defaultdict(list)
    for message in messages:
        if message.is_new:
            by_connection[message.connection_id].append(message.received_at)
    if by_connection:
        ids = sorted(by_connection)
        with connection.cursor() as cursor:
            latest = [max(by_connection[one]) for one in ids]
            cursor.execute(_COUNT, [ids, ids, [len(by_connection[one]) for one in ids], latest])
