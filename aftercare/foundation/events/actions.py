"""Recording facts, and settling what subscribers failed on."""

import traceback
from collections.abc import Sequence
from datetime import datetime

import orjson
from django.db import transaction

from aftercare.foundation.database.bulk import copy_rows, notify
from aftercare.foundation.events.base import Fact, Recorded
from aftercare.foundation.events.errors import AlreadySettled
from aftercare.foundation.events.events import ParkedEventGivenUp, ParkedEventReplayed
from aftercare.foundation.events.models import ParkedEvent
from aftercare.foundation.kit.ids import uuid7s

WAKE_CHANNEL = "aftercare_wake"
# Wakes those who read every event; the others are woken by the types they read, which follow on lines of their own.
WAKE_SUBSCRIBERS = "events"
_COLUMNS = (
    "id", "store_id", "type", "occurred_at", "recorded_at", "customer_id", "order_id", "shipment_id", "actor", "data",
)  # fmt: skip


def record(facts: Sequence[Fact], *, now: datetime) -> None:
    """Write facts to the log, in this order, as part of the transaction that made them true."""
    if not facts:
        return
    assert transaction.get_connection().in_atomic_block, "a fact is recorded in the transaction that makes it true"
    copy_rows("events_event", _COLUMNS, (
        (
            row_id, fact.store_id, fact.event.type, fact.occurred_at, now, fact.customer_id, fact.order_id,
            fact.shipment_id, fact.actor, orjson.dumps(fact.event.data()).decode(),
        )
        for row_id, fact in zip(uuid7s(now, len(facts)), facts, strict=True)
    ))  # fmt: skip
    notify(WAKE_CHANNEL, "\n".join([WAKE_SUBSCRIBERS, *sorted({fact.event.type for fact in facts})]))


def park(*, subscriber: str, event: Recorded, error: Exception, attempts: int, now: datetime) -> None:
    """Set an event aside that a subscriber fails on, with the error, for a person to look at."""
    ParkedEvent.objects.update_or_create(
        subscriber=subscriber,
        event_id=event.id,
        defaults={
            "store_id": event.store_id,
            "event_type": event.type,
            "error": "".join(traceback.format_exception(error))[-4000:],
            "attempts": attempts,
            "state": ParkedEvent.State.PARKED,
            "parked_at": now,
        },
    )


@transaction.atomic
def drop_parked(*, parked: ParkedEvent, by: str, reason: str, now: datetime) -> None:
    """Give a parked event up, saying why."""
    settle_parked(parked, ParkedEvent.State.DROPPED, by=by, now=now, reason=reason)


def settle_parked(parked: ParkedEvent, state: ParkedEvent.State, *, by: str, now: datetime, reason: str = "") -> None:
    """Compare and set: of two people who act at once, one is told. Leaves a trace, within the caller's transaction."""
    waiting = ParkedEvent.objects.filter(pk=parked.pk, state=ParkedEvent.State.PARKED)
    if not waiting.update(state=state, settled_by=by, settled_at=now, reason=reason):
        raise AlreadySettled
    what = {"subscriber": parked.subscriber, "event_type": parked.event_type, "event_id": str(parked.event_id)}
    is_replay = state == ParkedEvent.State.REPLAYED
    settled = ParkedEventReplayed(**what) if is_replay else ParkedEventGivenUp(**what, reason=reason)
    record([Fact(settled, store_id=parked.store_id, occurred_at=now, actor=by)], now=now)
