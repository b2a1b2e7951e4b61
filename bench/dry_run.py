"""A dry run beside the live run on the same events: the same messages to the same people at the same times, and how long.

Orders are made up, at two sizes; `bench.olist_dry_run` does the same with real ones. For the live run the log is emptied and
told again, hour by hour: every event enters when it happened, the scheduler, the messages that wait and (where there is a
sink) the outbox do their work, and the clock goes on.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.db import connection, transaction

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.events import OrderCancelled, OrderDelivered
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.config.prepare import equip_store
from aftercare.engagement.journeys.actions.travel import move_due
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.dry_run.findings import everything_said
from aftercare.engagement.journeys.dry_run.models import Fate
from aftercare.engagement.journeys.dry_run.running import tried
from aftercare.engagement.journeys.dry_run.world import Tried
from aftercare.engagement.journeys.models import Enrolment, Journey, Version
from aftercare.engagement.journeys.subscribers import enter_and_nudge
from aftercare.engagement.messaging.actions.decide_again import decide_again
from aftercare.engagement.messaging.actions.delivery import deliver_due
from aftercare.foundation.database.bulk import copy_rows, fetch, fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact, Recorded
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.ids import uuid7s
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from bench.harness import Options, peak_memory, verdict
from bench.payloads import order
from bench.sink import Sink

JOURNEY = "thank-you"
DAYS = 60
GOAL_SECONDS = 60
_CHUNK = 1000
_HOUR = timedelta(hours=1)
_COLUMNS = (
    "id", "store_id", "type", "occurred_at", "recorded_at", "customer_id", "order_id", "shipment_id", "actor", "data",
)  # fmt: skip
_LOG = f"SELECT {', '.join(_COLUMNS)} FROM events_event WHERE store_id = %s ORDER BY occurred_at, seq"
_TOLD = """
    SELECT customer_id, recipient, message_type, due_at FROM messaging_message
    WHERE store_id = %s AND origin = %s AND state IN ('queued', 'sent')
"""
_PROGRESS = {OrderCancelled.type: Order.Progress.CANCELLED, OrderDelivered.type: Order.Progress.DELIVERED}


@dataclass(frozen=True)
class Outcome:
    """Who was told what and when, how many entered, and how long it took."""

    told: Counter[tuple[Any, ...]]
    entered: int
    seconds: float


class Shop:
    """A store with one live journey, and the days it is tried on."""

    def __init__(self, *, slug: str, until: datetime, days: int, **settings: Any) -> None:
        self.since, self.until = until - timedelta(days=days), until
        self.store: Store = open_store(slug=slug, name="Bench", now=clock.now(), **settings)
        equip_store(self.store)
        with store_scope(self.store.pk):
            Journey.objects.exclude(key=JOURNEY).update(state=Journey.State.PAUSED)
            self.version = Version.objects.get(journey__key=JOURNEY, is_live=True)

    def dry(self) -> Outcome:
        """What the page shows."""
        definition = Definition.model_validate(self.version.definition)
        what = Tried(self.store.pk, JOURNEY, definition, self.since, self.until)
        began = time.perf_counter()
        with store_scope(self.store.pk), tried(what) as found:
            seconds = time.perf_counter() - began
            told = Counter(
                (one.customer_id, one.recipient, one.message_type, one.at)
                for one in everything_said() if one.fate == Fate.SENT
            )  # fmt: skip
            return Outcome(told, found.entered, seconds)

    def live(self, *, sends: bool) -> Outcome:
        """The house as it runs, an hour at a time."""
        log = [Recorded(*row) for row in fetch_decoded(_LOG, [self.store.pk])]
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE events_event")
            cursor.execute("UPDATE orders_order SET progress = 'placed' WHERE store_id = %s", [self.store.pk])
        began, at = time.perf_counter(), self.since
        self._tell([event for event in log if event.occurred_at < self.since], self.since, heard=False)
        coming = [event for event in log if self.since <= event.occurred_at < self.until]
        last = self.until - timedelta(seconds=1)
        while at < last:
            at = min(at + _HOUR, last)
            past = next((place for place, event in enumerate(coming) if event.occurred_at > at), len(coming))
            batch, coming = coming[:past], coming[past:]
            self._tell(batch, at, heard=True)
            self._work(at, sends=sends)
        seconds = time.perf_counter() - began
        with store_scope(self.store.pk):
            entered = Enrolment.objects.count()
        return Outcome(Counter(fetch(_TOLD, [self.store.pk, f"journey:{JOURNEY}"])), entered, seconds)

    def _tell(self, events: Sequence[Recorded], now: datetime, *, heard: bool) -> None:
        """They enter the log now, and whoever subscribes to it hears of them."""
        told = [
            replace(event, id=new, recorded_at=now) for event, new in zip(events, uuid7s(now, len(events)), strict=True)
        ]
        with transaction.atomic():
            copy_rows("events_event", _COLUMNS, (
                (*(getattr(event, name) for name in _COLUMNS[:-1]), orjson.dumps(event.data).decode()) for event in told
            ))  # fmt: skip
            for kind, progress in _PROGRESS.items():
                orders = [event.order_id for event in told if event.type == kind]
                with store_scope(self.store.pk):
                    Order.objects.filter(pk__in=orders).update(progress=progress)
            if heard:
                enter_and_nudge(told, now=now)

    def _work(self, now: datetime, *, sends: bool) -> None:
        while move_due(now):
            pass
        while decide_again(now):
            pass
        while sends and deliver_due(now):
            pass


def run(options: Options) -> bool:
    """Two sizes of a shop that is made up."""
    sizes = (200, 400) if options.quick else (4_000, 16_000)
    met = [_made_up(size, random.Random(options.seed)) for size in sizes]
    return all(met)


def _made_up(size: int, chance: random.Random) -> bool:
    """Six of seven orders arrive, some of them after the days are over; one of fifty is cancelled."""
    shop = Shop(slug=f"past-{size}", until=datetime(2026, 11, 1, tzinfo=UTC), days=DAYS)
    span = shop.until - shop.since
    payloads = [
        {**order(number, chance), "placed_at": (shop.since + chance.random() * span).isoformat()}
        for number in range(size)
    ]
    for place in range(0, size, _CHUNK):
        some = [OrderIn.model_validate(payload) for payload in payloads[place : place + _CHUNK]]
        record_orders(store_id=shop.store.pk, source="bench", orders=some, now=clock.now())
    placed = fetch("SELECT id, customer_id, number, placed_at FROM orders_order WHERE store_id = %s", [shop.store.pk])
    facts = []
    for order_id, customer_id, number, at in placed:
        event = OrderDelivered(number) if chance.random() < 6 / 7 else OrderCancelled(number, whole=True)
        arrives = at + timedelta(days=2) + chance.random() * timedelta(days=18)
        if isinstance(event, OrderDelivered) or chance.random() < 1 / 7:
            facts.append(Fact(event, shop.store.pk, arrives, customer_id=customer_id, order_id=order_id))
    with transaction.atomic():
        record(facts, now=clock.now())
    return compare(shop, f"{size:,} orders of {DAYS} days")


def compare(shop: Shop, title: str, *, sink: Sink | None = None) -> bool:
    """Both, beside each other."""
    dry, memory = shop.dry(), peak_memory()
    live = shop.live(sends=sink is not None)
    print(f"\n{title}, journey {JOURNEY}; peak memory until the dry run's end {memory}")
    print(f"  {'':24}{'live run':>12}{'dry run':>12}")
    for label, ours, theirs in (
        ("entered", dry.entered, live.entered),
        ("messages sent", dry.told.total(), live.told.total()),
        ("people told", len({who for who, *_ in dry.told}), len({who for who, *_ in live.told})),
        ("moments of sending", len({at for *_, at in dry.told}), len({at for *_, at in live.told})),
        ("seconds", f"{dry.seconds:.1f}", f"{live.seconds:.1f}"),
    ):
        print(f"  {label:24}{theirs:>12}{ours:>12}")
    arrived = sink.count() if sink is not None else live.told.total()
    if sink is not None:
        print(f"  {'arrived at the sink':24}{arrived:>12}")
    print(f"  the live run takes {live.seconds / dry.seconds:.1f} times as long")
    return all([
        verdict("the same messages to the same people at the same times", met=dry.told == live.told),
        verdict("every message of the live run arrived", met=arrived == live.told.total()),
        verdict(f"the dry run within {GOAL_SECONDS} s: {dry.seconds:.1f} s", met=dry.seconds <= GOAL_SECONDS),
    ])  # fmt: skip
