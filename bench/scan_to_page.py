"""One scan, from the carrier's call to what people see: the parcel's health, its incident, the page of its order.

The product runs as it is run: web and a worker with every loop, as processes of their own. A parcel that stands still
is scanned (its incident closes), and then said to be lost (another opens), one call at a time. Around it lie as many
open parcels as the size says, none of which has news. The page is asked for as its own script does, which is told that
something changed: as soon as rows say so, until it does.
"""

import statistics
import time
from typing import NamedTuple

import httpx
import orjson

from aftercare.commerce.orders.links import order_page_path
from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.actions import connect_carrier
from aftercare.commerce.shipments.messages import sign
from aftercare.config.prepare import equip_store
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.runner import install_cursors
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from bench.harness import Options, verdict
from bench.health import OpenParcels, announce, execute
from tests.e2e.site import running_site

GOAL_P99 = 0.250
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_PATIENCE = 10.0
_GLANCE = 0.001
_LOST = "Your parcel may be lost"
# Not silent, not late, and not to be looked at again while the benchmark runs.
_WELL = """
    INSERT INTO health_health (shipment_id, store_id, state, why, since, usual_seconds, due_at)
    SELECT id, store_id, 'on_time', 'on_schedule', %(now)s, 0, %(now)s + interval '12 hours' FROM shipments_shipment
    WHERE store_id = %(store)s ORDER BY id
"""
_STANDS = """
    SELECT h.state, EXISTS (SELECT FROM incidents_incident i WHERE i.shipment_id = h.shipment_id AND i.state <> 'closed')
    FROM health_health h JOIN shipments_shipment s ON s.id = h.shipment_id
    WHERE s.store_id = %s AND s.external_id = %s
"""


class Seen(NamedTuple):
    """How long after the call each knew of it, in seconds; `answered`: when the carrier had its answer."""

    answered: float
    health: float
    incident: float
    page: float


class Door:
    """A store whose carrier calls, over one connection, and the pages of its orders."""

    def __init__(self, store: Store, url: str) -> None:
        self._store, self._client = store, httpx.Client(base_url=url, timeout=_PATIENCE)
        self._serial = 0

    def call(self, name: str, *, status: str, reason: str = "") -> None:
        """The carrier has scanned this parcel just now."""
        now = clock.now()
        self._serial += 1
        told = {"at": now.isoformat(), "status": status, "place": "Berlin"} | ({"reason": reason} if reason else {})
        body = orjson.dumps({"updates": [{"tracking_number": f"N{name}", "scans": [told]}]})
        headers = sign(body=body, secret=_SECRET, message_id=f"m{self._serial}", now=now)
        answer = self._client.post(f"/hooks/{self._store.slug}/carriers/generic", content=body, headers=headers)
        assert answer.json() == {"scans": 1, "refused": []}, answer.text

    def page(self, path: str) -> str:
        """The page as anybody gets it."""
        return self._client.get(path).raise_for_status().text


def run(options: Options) -> bool:
    """Two sizes; the goal is one for all three."""
    sizes = (1_000, 5_000) if options.quick else (10_000, 100_000)
    met = [_run_size(size, 10 if options.quick else 100) for size in sizes]
    return all(met)


def _run_size(size: int, count: int) -> bool:
    now = clock.now()
    parcels = OpenParcels(size=size)
    store = parcels.store
    names = [f"w{index}" for index in range(count)]
    announce(store, names, now=now)
    equip_store(store)
    with store_scope(store.pk):
        connect_carrier(store_id=store.pk, carrier_key="generic", settings={"secret": _SECRET}, now=now)
        paths = _paths(store, names)
    execute(_WELL, parcels.parameters)
    execute("ANALYZE")
    install_cursors(now=now)
    with running_site(loops="") as site:
        door = Door(store, site.url)
        for name in names:
            door.page(paths[name])
        seen = [_lose_and_find(door, store, name, paths[name]) for name in names]
    losses, finds = [one for one, _ in seen], [one for _, one in seen]
    print(f"\n{size:,} open parcels, {count} scans of each kind; milliseconds from the carrier's call")
    return all([_tell("an incident opens", losses), _tell("an incident closes", finds)])


def _paths(store: Store, names: list[str]) -> dict[str, str]:
    orders = Order.objects.filter(external_id__in=names)
    return {
        order.external_id: order_page_path(
            store_slug=store.slug, store_id=store.pk, order_public_id=order.public_id, for_recipient=False
        )
        for order in orders
    }


def _lose_and_find(door: Door, store: Store, name: str, path: str) -> tuple[Seen, Seen]:
    lost = _one(door, store, name, path, is_open=True)
    return lost, _one(door, store, name, path, is_open=False)


def _one(door: Door, store: Store, name: str, path: str, *, is_open: bool) -> Seen:
    state = "lost_suspected" if is_open else "on_time"
    started = time.perf_counter()
    door.call(name, status="in_transit", reason="carrier_parcel_lost" if is_open else "")
    answered = time.perf_counter() - started
    health = incident = 0.0
    while not incident:
        assert time.perf_counter() - started < _PATIENCE, f"{name} is not known to be {state}"
        ((stands, has_incident),) = fetch(_STANDS, [store.pk, name])
        known = time.perf_counter() - started
        health = health or known * (stands == state)
        incident = known * (has_incident == is_open)
        time.sleep(_GLANCE)
    while (_LOST in door.page(path)) != is_open:
        assert time.perf_counter() - started < _PATIENCE, f"the page of {name} does not say {state}"
    return Seen(answered, health, incident, time.perf_counter() - started)


def _tell(what: str, seen: list[Seen]) -> bool:
    ends = []
    for name, values in zip(Seen._fields, zip(*seen, strict=True), strict=True):
        ordered = sorted(values)
        p50, p99 = statistics.median(ordered), ordered[max(0, int(len(ordered) * 0.99) - 1)]
        print(f"  {what}: {name:9} p50 {p50 * 1000:6.1f}   p99 {p99 * 1000:6.1f}")
        ends.append(p99)
    return verdict(
        f"{what}, and health, incident and page know within {GOAL_P99 * 1000:.0f} ms (p99)", met=max(ends) <= GOAL_P99
    )
