"""Event subscribers: effects per second from a backlog, and how soon a fresh event is handled.

The limit is the same work bare: a page of the log by position, its effects by COPY, the cursor moved, in one
transaction, without decoding, retries or parking.
"""

import random
import statistics
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.foundation.database.bulk import copy_rows, fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact, Recorded
from aftercare.foundation.events.runner import install_cursors, run_batch
from aftercare.foundation.events.subscriptions import Subscriber, subscribe, subscriber
from aftercare.foundation.jobs.loops import all_loops
from aftercare.foundation.jobs.worker import Worker
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from bench.harness import Contender, Options, median_rate, middle, peak_memory, ratio, take_turns, verdict

GOAL_EFFECTS = 20_000
GOAL_P99 = 0.250
NAME = "bench.effects"
_PAGE = """
    SELECT id, order_id, tx::text AS position, seq FROM events_event
    WHERE (tx, seq) > (%s::text::xid8, %s) AND tx < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY tx, seq LIMIT %s
"""
_heard: dict[UUID, float] = {}


@subscribe(NAME, OrderPlaced, batch=5000)
def note_effects(batch: Sequence[Recorded], *, now: datetime) -> None:  # noqa: ARG001 -- a handler
    """One row per event: the smallest effect there is."""
    copy_rows("bench_effect", ("event_id", "order_id"), ((event.id, event.order_id) for event in batch))
    seen = time.perf_counter()
    _heard.update({event.id: seen for event in batch})


class Backlog:
    """A log full of events, and both ways to work it off."""

    def __init__(self, *, size: int, seed: int) -> None:
        self.size = size
        self.reader: Subscriber = subscriber(NAME)  # type: ignore[assignment]  # registered above
        now = clock.now()
        store = open_store(slug=f"backlog-{size}", name="Backlog", now=now)
        _execute("CREATE TABLE IF NOT EXISTS bench_effect (event_id uuid, order_id bigint)")
        _execute("TRUNCATE events_event, events_cursor")
        install_cursors(now=now)
        self.start = fetch("SELECT tx::text, seq FROM events_cursor WHERE subscriber = %s", [NAME])[0]
        chance = random.Random(seed)
        for _ in range(0, size, 5000):
            with transaction.atomic():
                record([_fact(store.pk, now, chance) for _ in range(5000)], now=now)
        _execute("ANALYZE events_event")

    def rewind(self) -> None:
        """Back to the beginning, with no effects."""
        _execute("TRUNCATE bench_effect")
        fetch(
            "UPDATE events_cursor SET tx = %s::text::xid8, seq = %s WHERE subscriber = %s RETURNING id",
            [*self.start, NAME],
        )

    def ours(self) -> int:
        """The runner, as a worker calls it."""
        while run_batch(reader=self.reader, now=clock.now()):
            pass
        return self._effects()

    def limit(self) -> int:
        """The same rows and the same transactions, bare."""
        position = self.start
        while True:
            with transaction.atomic():
                rows = fetch(_PAGE, [*position, self.reader.batch])
                if not rows:
                    return self._effects()
                copy_rows("bench_effect", ("event_id", "order_id"), (row[:2] for row in rows))
                position = rows[-1][2:]
                fetch("UPDATE events_cursor SET seq = %s WHERE subscriber = %s RETURNING id", [position[1], NAME])

    def _effects(self) -> int:
        count = int(fetch("SELECT count(*) FROM bench_effect")[0][0])
        assert count == self.size, f"{count} effects of {self.size} events"
        return count


def run(options: Options) -> bool:
    """Two sizes of backlog, then an idle worker."""
    sizes = (5_000, 10_000) if options.quick else (100_000, 500_000)
    met = [_run_backlog(size, options) for size in sizes]
    return all([*met, _run_idle(50 if options.quick else 300)])


def _run_backlog(size: int, options: Options) -> bool:
    backlog = Backlog(size=size, seed=options.seed)
    turns = take_turns(
        {"ours": Contender(backlog.ours, backlog.rewind), "limit": Contender(backlog.limit, backlog.rewind)},
        rounds=1 if options.quick else options.rounds,
    )
    print(f"\nA backlog of {size:,} events, batches of {backlog.reader.batch:,}; peak memory {peak_memory()}")
    for name, measured in turns.items():
        print(f"  {name:6}{middle(measured).line('effects')}")
    rate = median_rate(turns["ours"])
    print(f"  ratio to the bare loop {ratio(turns['ours'], turns['limit'])}")
    return verdict(f"at least {GOAL_EFFECTS:,} effects/s from a backlog: {rate:,.0f}/s", met=rate >= GOAL_EFFECTS)


def _run_idle(count: int) -> bool:
    """One event at a time, from before its transaction to after its effects were made."""
    store_id = open_store(slug="idle", name="Idle", now=clock.now()).pk
    worker = Worker([loop for loop in all_loops() if loop.name == NAME], tasks=False)
    worker.start()
    time.sleep(1)
    waits = [_one_event(store_id) for _ in range(count)]
    worker.stop()
    p50, p99 = statistics.median(waits), sorted(waits)[int(len(waits) * 0.99) - 1]
    print(f"\nAn idle worker, {count} single events: p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")
    return verdict(f"a fresh event is handled within {GOAL_P99 * 1000:.0f} ms (p99)", met=p99 <= GOAL_P99)


def _one_event(store_id: int) -> float:
    known = len(_heard)
    started = time.perf_counter()
    with transaction.atomic():
        record([_fact(store_id, clock.now(), random.Random(1))], now=clock.now())
    waiting = threading.Event()
    while len(_heard) == known and time.perf_counter() - started < 5:
        waiting.wait(0.0005)
    return time.perf_counter() - started


def _fact(store_id: int, now: datetime, chance: random.Random) -> Fact:
    event = OrderPlaced(number=f"#{chance.randrange(10**6)}", total=chance.randrange(10**5), currency="EUR", lines=2)
    return Fact(event, store_id, now, customer_id=chance.randrange(10**5), order_id=chance.randrange(10**6))


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
