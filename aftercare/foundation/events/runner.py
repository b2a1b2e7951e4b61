"""Running subscribers: a batch and its cursor commit together, a poison event is parked, the rest goes on."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, transaction

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.persistence import will_be_done_again
from aftercare.foundation.events.actions import park, settle_parked
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.errors import StillFailing
from aftercare.foundation.events.models import ParkedEvent
from aftercare.foundation.events.reader import Position, load, read_page
from aftercare.foundation.events.subscriptions import Subscriber, subscriber, subscribers
from aftercare.foundation.stores.scope import across_stores

log = structlog.get_logger(__name__)
ATTEMPTS = 3


def run_batch(*, reader: Subscriber, now: datetime, shard: int = 0, shards: int = 1) -> int:
    """Let a subscriber (or a shard of it) handle its next batch; answers how many events it saw.

    0 means that nothing waits or that another worker is at it. Database failures propagate: nothing happened, and the
    worker tries again. Anything else that the handler raises narrows down to the event at fault, which is parked.
    """
    with transaction.atomic(), across_stores(f"subscriber {reader.name} serves every store"):
        position = _claim(reader, now, shard, shards)
        if position is None:
            return 0
        events, end = read_page(after=position, types=reader.types, limit=reader.batch, shard=shard, shards=shards)
        if end == position:
            return 0
        will_be_done_again()
        if events:
            _handle(reader, events, now=now)
        _move(reader, end, now, shard, shards)
        return len(events)


def replay_parked(*, parked: ParkedEvent, by: str, now: datetime) -> None:
    """Run a parked event through its subscriber again; raises StillFailing where it fails again."""
    reader, event = subscriber(parked.subscriber), load(parked.event_id)
    if reader is None or event is None:
        raise StillFailing("the subscriber or the event no longer exists")
    try:
        with transaction.atomic(), across_stores("replaying a parked event"):
            settle_parked(parked, ParkedEvent.State.REPLAYED, by=by, now=now)
            reader.handle([event], now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        from_settling = getattr(error, "code", "") == "already_settled"
        if from_settling:
            raise
        raise StillFailing(str(error)) from error


def _claim(reader: Subscriber, now: datetime, shard: int, shards: int) -> Position | None:
    key = [reader.name, shards, shard]
    claim = (
        "SELECT tx::text, seq FROM events_cursor WHERE subscriber = %s AND shards = %s AND shard = %s"
        " FOR UPDATE SKIP LOCKED"
    )
    rows = fetch(claim, key)
    if not rows and _install(reader, now, shard, shards):
        rows = fetch(claim, key)
    return Position(*rows[0]) if rows else None


def _install(reader: Subscriber, now: datetime, shard: int, shards: int) -> bool:
    """A new subscriber starts at the end of the log: what happened before it existed is not its business."""
    return bool(
        fetch(
            "INSERT INTO events_cursor (subscriber, shards, shard, tx, seq, moved_at)"
            " VALUES (%s, %s, %s, pg_snapshot_xmin(pg_current_snapshot()), 0, %s) ON CONFLICT DO NOTHING RETURNING id",
            [reader.name, shards, shard, now],
        )
    )


def _move(reader: Subscriber, end: Position, now: datetime, shard: int, shards: int) -> None:
    fetch(
        "UPDATE events_cursor SET tx = %s::text::xid8, seq = %s, moved_at = %s"
        " WHERE subscriber = %s AND shards = %s AND shard = %s RETURNING id",
        [end.tx, end.seq, now, reader.name, shards, shard],
    )


def _handle(reader: Subscriber, events: Sequence[Recorded], *, now: datetime) -> None:
    try:
        with transaction.atomic():
            reader.handle(events, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 -- whatever it is, one event must not stop the rest
        _narrow_down(reader, events, now=now)


def _narrow_down(reader: Subscriber, events: Sequence[Recorded], *, now: datetime) -> None:
    """Halve the batch until the event at fault stands alone, so that a million others lose no speed to it."""
    if len(events) == 1:
        _park_if_it_keeps_failing(reader, events[0], now=now)
        return
    middle = len(events) // 2
    _handle(reader, events[:middle], now=now)
    _handle(reader, events[middle:], now=now)


def _park_if_it_keeps_failing(reader: Subscriber, event: Recorded, *, now: datetime) -> None:
    for attempt in range(2, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                reader.handle([event], now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if attempt == ATTEMPTS:
                log.exception("event parked", subscriber=reader.name, event_id=str(event.id), type=event.type)
                park(subscriber=reader.name, event=event, error=error, attempts=ATTEMPTS, now=now)
        else:
            return


def install_cursors(*, now: datetime, shards: int = 1) -> None:
    """Let every subscriber that is new begin here, so that no event between now and the first worker is missed."""
    for reader in subscribers():
        for shard in range(shards):
            _install(reader, now, shard, shards)
