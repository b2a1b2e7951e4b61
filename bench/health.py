"""Health of parcels: judging a whole store's open parcels anew. How soon one scan is seen in it, `scan_to_page` measures.

The limit is a raw UPDATE of the same rows: the same columns with the same index, nothing looked up, no events. Three
in a hundred parcels change their health in the run, which is ten times a bad day.
"""

from datetime import datetime, timedelta

from django.db import connection

from aftercare.commerce.health.actions import judge_due
from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.shipments.actions import record_shipments
from aftercare.commerce.shipments.schemas import ScanIn, ShipmentIn
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store
from bench.harness import Contender, Options, middle, peak_memory, ratio, take_turns, verdict

GOAL_RATIO = 3.0
_CHANGING = 3
_SHIPMENTS = """
    INSERT INTO shipments_shipment (public_id, store_id, order_id, fulfilment_id, source, external_id, carrier,
        carrier_name, named_by, service, tracking_number, tracking_url, status, status_at, status_text, status_place,
        reason, responsible, created_at, last_scan_at, expected_by, origin, signed_by, proof_url)
    SELECT 'shp_b' || store_id || '_' || n, store_id, order_id, fulfilment_id, 'bench', 'b' || n,
           'carrier' || n %% 20, '', 'source', '', 'B' || n, '', 'in_transit', %(now)s, '', 'Leipzig', '', '',
           %(now)s - interval '3 days', %(now)s - (n %% 40) * interval '1 hour', %(now)s + interval '3 days',
           '{}', '', ''
    FROM shipments_shipment, generate_series(1, %(size)s) AS n WHERE external_id = 'model' AND store_id = %(store)s
    RETURNING 1
"""
_HEALTH = """
    INSERT INTO health_health (shipment_id, store_id, state, why, since, usual_seconds, due_at)
    SELECT id, store_id, 'on_time', 'on_schedule', %(now)s, 0, %(now)s FROM shipments_shipment
    WHERE source = 'bench' AND external_id <> 'model' AND store_id = %(store)s ORDER BY id
"""
_RAW = """
    UPDATE health_health SET state = 'stalled', why = 'silent', since = %s, usual_seconds = 1, deadline = %s, due_at = %s
    WHERE store_id = %s
"""


class OpenParcels:
    """A store full of parcels under way, all of which are due to be judged."""

    def __init__(self, *, size: int) -> None:
        self.size = size
        self.now = clock.now()
        self.store = open_store(slug=f"health-{size}", name="Health", now=self.now)
        announce(self.store, ["model"], now=self.now)
        self.parameters = {"now": self.now, "size": size, "store": self.store.pk}
        fetch(_SHIPMENTS, self.parameters)
        execute("ANALYZE shipments_shipment")

    def rewind(self) -> None:
        """All due, and none judged; some of them have not been heard of for too long."""
        execute("TRUNCATE health_health")
        execute("TRUNCATE events_event")
        execute(_HEALTH, self.parameters)
        execute(
            "UPDATE shipments_shipment SET last_scan_at = %(now)s - interval '6 days' WHERE store_id = %(store)s"
            f" AND source = 'bench' AND id %% 100 < {_CHANGING} AND last_scan_at > %(now)s - interval '5 days'",
            self.parameters,
        )
        execute("VACUUM ANALYZE health_health")

    def ours(self) -> int:
        """As the loop of a worker does."""
        judged = 0
        while count := judge_due(self.now):
            judged += count
        assert judged == self.size, f"{judged} of {self.size} judged"
        return judged

    def limit(self) -> int:
        """The same rows, in one statement that looks at nothing."""
        later = self.now + timedelta(days=1)
        execute(_RAW, [self.now, later, later, self.store.pk])
        return self.size


def run(options: Options) -> bool:
    """Two sizes."""
    sizes = (5_000, 20_000) if options.quick else (100_000, 1_000_000)
    met = [_run_all(size, options) for size in sizes]
    return all(met)


def _run_all(size: int, options: Options) -> bool:
    parcels = OpenParcels(size=size)
    turns = take_turns(
        {"ours": Contender(parcels.ours, parcels.rewind), "raw UPDATE": Contender(parcels.limit, parcels.rewind)},
        rounds=1 if options.quick else options.rounds,
    )
    changed = fetch("SELECT count(*) FROM health_health WHERE store_id = %s AND state <> 'on_time'", [parcels.store.pk])
    assert changed
    print(f"\n{size:,} open parcels, {_CHANGING} in 100 change; peak memory {peak_memory()}")
    for name, measured in turns.items():
        print(f"  {name:12}{middle(measured).line('parcels')}")
    slower = ratio(turns["raw UPDATE"], turns["ours"])
    return verdict(
        f"at most {GOAL_RATIO:g} times a raw UPDATE of the same rows: {slower}", met=slower.median <= GOAL_RATIO
    )


def announce(store: Store, names: list[str], *, now: datetime) -> None:
    """Parcels on their way since three days, each of an order of its own."""
    placed = now - timedelta(days=3)
    line = {"id": "1", "title": "Jug", "quantity": 1, "unit_price": "10.00"}
    orders = [
        OrderIn.model_validate({
            "id": name, "number": name, "placed_at": placed, "currency": "EUR", "total": "10.00",
            "email": f"{name}@example.com", "lines": [line],
        })
        for name in names
    ]  # fmt: skip
    record_orders(store_id=store.pk, source="bench", orders=orders, now=now)
    scan = ScanIn(at=placed + timedelta(hours=5), status="in_transit", place="Leipzig")
    parcels = [
        ShipmentIn(
            id=name, order=name, carrier="carrier1", tracking_number=f"N{name}", created_at=placed, scans=(scan,)
        )
        for name in names
    ]
    record_shipments(store_id=store.pk, source="bench", shipments=parcels, now=now)


def execute(statement: str, parameters: object = None) -> None:
    """One statement whose rows nobody wants."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)  # type: ignore[arg-type]  # a sequence or a mapping
