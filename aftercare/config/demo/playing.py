"""Letting the story happen: first weeks of it in a hurry, then as the clock goes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import orjson
from django.conf import settings
from django.db import connection

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.shipments.actions import record_shipments
from aftercare.commerce.shipments.actions.simulated import push_simulated_scans
from aftercare.commerce.shipments.schemas import ShipmentIn
from aftercare.config.demo.opening import SOURCE
from aftercare.config.demo.story import Entry, entries_between
from aftercare.foundation.jobs.loops import all_loops
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

# The last days are played finely, so that what is open now has the times it would have.
_STEP, _FINE_STEP, _FINE = timedelta(hours=12), timedelta(hours=3), timedelta(days=3)
# Told step by step anyway; as loops they would do it again for every round.
_TOLD_OTHERWISE = {"demo carrier", "the demo shop"}
Progress = Callable[[datetime], None]


def play_history(*, store: Store, since: datetime, until: datetime, per_day: float, on_step: Progress) -> None:
    """Weeks in minutes: step by step the shop tells, the carrier reports, and every loop runs as it does in a worker."""
    # A history that is lost half-way is played again; no need to wait for the disk at every step of it.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    now = since
    while now < until:
        before, now = now, min(now + (_STEP if until - now > _FINE else _FINE_STEP), until)
        tell(store=store, since=before, until=now, per_day=per_day)
        settle(now)
        on_step(now)
    remember(told_until=until, per_day=per_day)


def tell(*, store: Store, since: datetime, until: datetime, per_day: float) -> int:
    """What the shop and its carrier had to say in this span; saying it twice changes nothing."""
    entries = entries_between(since=since, until=until, per_day=per_day)
    with store_scope(store.pk):
        # An order comes before its parcels; beyond that, doors do not depend on each other.
        for door, take_in in _DOORS.items():
            take_in(store, [entry for entry in entries if entry.door == door], until)
        push_simulated_scans(store=store, now=until)
    return len(entries)


def remember(*, told_until: datetime, per_day: float) -> None:
    """Where the story is; forgetting a moment of it is harmless."""
    _memory().write_bytes(orjson.dumps({"told_until": told_until.isoformat(), "per_day": per_day}))


def recall() -> tuple[datetime, float] | None:
    """Where the story was, and how busy the shop is; None where no story has begun."""
    if not _memory().exists():
        return None
    kept = orjson.loads(_memory().read_bytes())
    return datetime.fromisoformat(kept["told_until"]), kept["per_day"]


def _memory() -> Path:
    return Path(settings.HOME) / "demo.json"


def _orders(store: Store, entries: list[Entry], now: datetime) -> None:
    orders = [OrderIn.model_validate(entry.payload) for entry in entries]
    record_orders(store_id=store.pk, source=SOURCE, orders=orders, now=now)


def _shipments(store: Store, entries: list[Entry], now: datetime) -> None:
    shipments = [ShipmentIn.model_validate(entry.payload) for entry in entries]
    record_shipments(store_id=store.pk, source=SOURCE, shipments=shipments, now=now)


_DOORS = {"order": _orders, "shipment": _shipments}


def settle(now: datetime) -> None:
    """Run every loop until none has anything to do."""
    loops = [loop for loop in all_loops() if loop.name not in _TOLD_OTHERWISE]
    while sum(loop.work(now) for loop in loops):
        pass
