"""Goal 5, first half: carriers' events in bulk, told apart from repetitions, each parcel's state made to follow from them.

Two ways they come: a parcel's whole history at once, as aggregators repeat it, and event after event in whatever order.
One in five is said twice. Ours starts from validated updates and ends with everything the product keeps: scans, states,
milestones in the log, fulfilments. The limit is COPY of the very scans into a table with three indexes, rendered
beforehand, in as many transactions. How soon a single one is seen is `live_page`'s business.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.shipments.actions import record_scans, record_shipments
from aftercare.commerce.shipments.schemas import ScanIn, ShipmentIn, TrackingIn
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.garbage import seldom_collected
from aftercare.foundation.stores.actions import open_store
from bench.harness import Contender, Options, median_rate, middle, peak_memory, ratio, take_turns, verdict

CHUNK = 2000
GOAL_PER_SECOND = 40_000
GOAL_RATIO = 0.33
REPEATED = 0.2
LIFE = (
    ("pending", "Label created", "Köln", 0),
    ("picked_up", "Accepted at the parcel shop", "Köln", 5),
    ("in_transit", "Departed from the sorting centre", "Köln", 9),
    ("in_transit", "Arrived at the sorting centre", "Leipzig", 17),
    ("out_for_delivery", "In the van", "Leipzig", 26),
    ("delivered", "Handed over to the recipient", "Leipzig", 31),
)
LIMIT = """
    DROP TABLE IF EXISTS limit_scan;
    CREATE TABLE limit_scan (LIKE shipments_scan INCLUDING ALL);
    CREATE INDEX ON limit_scan (store_id, occurred_at);
"""


class Events:
    """The contenders over one store: ours in both ways, and COPY of the scans ours has just written."""

    def __init__(self, *, parcels: int, seed: int) -> None:
        self.parcels = parcels
        self.now = clock.now()
        self.store = open_store(slug=f"bench-{parcels}", name="Bench", now=self.now)
        self.chance = random.Random(seed)
        self._announce()
        histories = [TrackingIn(tracking_number=_number(n), scans=self._life()) for n in range(parcels)]
        self.histories = self._with_repetitions(histories)
        alone = [
            TrackingIn(tracking_number=one.tracking_number, scans=(scan,)) for one in histories for scan in one.scans
        ]
        self.one_by_one = self._with_repetitions(alone)
        self.rendered: list[bytes] = []

    def _announce(self) -> None:
        for start in range(0, self.parcels, CHUNK):
            numbers = range(start, min(self.parcels, start + CHUNK))
            orders = [_order(number, self.now) for number in numbers]
            record_orders(store_id=self.store.pk, source="bench", orders=orders, now=self.now)
            parcels = [
                ShipmentIn.model_validate(
                    {"id": str(n), "order": str(n), "carrier": "dhl", "tracking_number": _number(n)}
                )
                for n in numbers
            ]
            record_shipments(store_id=self.store.pk, source="bench", shipments=parcels, now=self.now)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE pristine AS SELECT * FROM shipments_shipment")
            cursor.execute("CREATE TABLE pristine_work AS SELECT * FROM orders_fulfilment")

    def _life(self) -> tuple[ScanIn, ...]:
        begun = self.now - timedelta(hours=40, seconds=self.chance.randrange(36_000))
        return tuple(
            ScanIn(at=begun + timedelta(hours=hours), status=status, code=f"E{place}", text=text, place=where)
            for place, (status, text, where, hours) in enumerate(LIFE)
        )

    def _with_repetitions(self, updates: Sequence[TrackingIn]) -> list[TrackingIn]:
        repeated = [one for one in updates if self.chance.random() < REPEATED]
        both = [*updates, *repeated]
        self.chance.shuffle(both)
        return both

    def forget(self) -> None:
        """Back to parcels of which nothing was heard."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE shipments_scan, events_event")
            cursor.execute("UPDATE shipments_shipment s SET (status, status_at, status_text, status_place, handed_over_at,"
                           " delivered_at, last_scan_at) = (SELECT p.status, p.status_at, p.status_text, p.status_place,"
                           " p.handed_over_at, p.delivered_at, p.last_scan_at FROM pristine p WHERE p.id = s.id)")  # fmt: skip
            cursor.execute("DELETE FROM orders_fulfilmentline")
            cursor.execute("UPDATE orders_fulfilment f SET status = p.status FROM pristine_work p WHERE p.id = f.id")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE shipments_shipment, orders_fulfilment")

    def record(self, updates: Sequence[TrackingIn]) -> int:
        """Take in all of them, chunk by chunk; answers how many events that was, repetitions included."""
        scans = 0
        with seldom_collected():
            for start in range(0, len(updates), CHUNK):
                chunk = updates[start : start + CHUNK]
                recorded = record_scans(store_id=self.store.pk, source="bench", updates=chunk, now=self.now)
                assert not recorded.refused, recorded.refused
                scans += recorded.scans
        assert scans == self.parcels * len(LIFE), "each event counts once"
        return sum(len(one.scans) for one in updates)

    def render(self) -> None:
        """Take the scans as COPY has them, in as many pieces as ours had transactions."""
        pieces = max(1, len(self.histories) // CHUNK)
        with connection.cursor() as cursor:
            cursor.execute(LIMIT)
            with cursor.copy("COPY shipments_scan TO STDOUT") as copy:
                rows = list(map(bytes, copy))
        self.rendered = [
            b"".join(rows[len(rows) * place // pieces : len(rows) * (place + 1) // pieces]) for place in range(pieces)
        ]

    def limit(self) -> int:
        """COPY those rows, and nothing else."""
        for rows in self.rendered:
            with transaction.atomic(), connection.cursor() as cursor, cursor.copy("COPY limit_scan FROM STDIN") as copy:
                copy.write(rows)
        return self.parcels * len(LIFE)


def run(options: Options) -> bool:
    """Both sizes; the goal counts at each, for histories, and is printed for single events too."""
    sizes = (500, 1000) if options.quick else (5000, 20_000)
    met = [_run_size(size, options) for size in sizes]
    return all(met)


def _run_size(parcels: int, options: Options) -> bool:
    events = Events(parcels=parcels, seed=options.seed)
    turns = take_turns(
        {
            "histories": Contender(lambda: events.record(events.histories), events.forget),
            "one by one": Contender(lambda: events.record(events.one_by_one), events.forget),
            "COPY": Contender(events.limit, events.render),
        },
        rounds=1 if options.quick else options.rounds,
    )
    _drop()
    print(
        f"\n{parcels * len(LIFE):,} events of {parcels:,} parcels, one in five said twice; peak memory {peak_memory()}"
    )
    for name, measured in turns.items():
        print(f"  {name:11}{middle(measured).line('events')}")
    met = []
    for name in ("histories", "one by one"):
        rate, share = median_rate(turns[name]), ratio(turns[name], turns["COPY"])
        print(f"  {name}: ratio to COPY {share}")
        goal = f"{name}: at least {GOAL_PER_SECOND:,} events/s and {GOAL_RATIO:.0%} of COPY: {rate:,.0f}/s, {share.median:.0%}"
        met.append(verdict(goal, met=rate >= GOAL_PER_SECOND and share.median >= GOAL_RATIO))
    return all(met)


def _drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pristine, pristine_work, limit_scan")


def _number(number: int) -> str:
    return f"00340434{number:012d}"


def _order(number: int, now: datetime) -> OrderIn:
    line = {"id": "1", "title": "Jug", "quantity": 1, "unit_price": "34.90"}
    return OrderIn.model_validate({
        "id": str(number), "number": f"#{number}", "placed_at": now - timedelta(days=3), "currency": "EUR",
        "total": "34.90", "email": f"sam{number}@example.com", "lines": [line],
    })  # fmt: skip
