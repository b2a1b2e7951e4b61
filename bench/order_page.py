"""Goal 7: an order's status as JSON, and as the page a shopper opens, over 2,000 different orders, none of them hot.

A page is drawn at its first visit and after each change, and sent again at others; both are measured, and goals count
for the others. The limit is a plain Django view with one indexed read. Each is one web worker; the client is this
process. The best peer measured, Vendure's `orderByCode` at 103/s, also checks a session, resolves a GraphQL query and
loads prices and payments.
"""

import random
import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.links import order_page_path
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.shipments.actions import record_scans, record_shipments
from aftercare.commerce.shipments.schemas import ShipmentIn, TrackingIn
from aftercare.config.prepare import equip_store
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.actions import issue_token
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from bench.harness import Options, Spread, verdict
from bench.web_load import Load, drive, get
from tests.e2e.site import running_site, serving

GOAL_OF_PLAIN = 0.75
GOAL_OF_PEER = 18
GOAL_PAGES = 1_000
GOAL_P99 = 30.0
GOAL_ALONE = 5.0
_BEST_PEER = 103  # a second; see above
_CONNECTIONS = 8
# A token may ask 1,200 times at once: a shop with more to ask has more than one.
_TOKENS = 40
_SCANS = ("picked_up", "in_transit", "in_transit", "in_transit", "out_for_delivery")
_ORDERS_AT_ONCE = 500


class Size(NamedTuple):
    """How much is in an order."""

    name: str
    lines: int
    parcels: int


SMALL, LARGE = Size("2 lines in 1 parcel", 2, 1), Size("60 lines in 6 parcels", 60, 6)


def run(options: Options) -> bool:
    """Small orders decide; large ones show how the cost grows."""
    now = clock.now()
    store = open_store(slug="bench", name="Bench", now=now)
    equip_store(store)
    headers = _tokens(store, now)
    met = []
    with running_site(loops="none") as site, serving("wsgi", "bench.order_page_peers:plain") as plain:
        ours = int(site.url.rpartition(":")[2])
        for size in (SMALL, LARGE):
            paths = make_orders(store, size, count=40 if options.quick else 2_000, seed=options.seed, now=now)
            asked = _requests(paths, headers)
            first = drive(ours, asked["page"], connections=_CONNECTIONS)
            turns = _take_turns(asked, {"JSON": ours, "page": ours, "plain Django": plain}, options)
            alone = drive(ours, asked["page"][:100], connections=1)
            _show(size, {**turns, "first visits": [first]}, alone)
            met += _verdicts(turns, alone) if size is SMALL else []
    return all(met)


def make_orders(store: Store, size: Size, *, count: int, seed: int, now: datetime) -> dict[str, str]:
    """The pages' paths by the public ids of so many orders under way."""
    chance = random.Random(seed)
    made: dict[str, str] = {}
    with store_scope(store.pk):
        for start in range(0, count, _ORDERS_AT_ONCE):
            numbers = range(start, min(start + _ORDERS_AT_ONCE, count))
            source = f"bench-{size.lines}"
            orders = [_order(number, size, now - timedelta(hours=chance.randrange(24, 90))) for number in numbers]
            record_orders(store_id=store.pk, source=source, orders=orders, now=now)
            _send(store, source, [f"{number}-{part}" for number in numbers for part in range(size.parcels)], now)
        for public_id in Order.objects.filter(source=f"bench-{size.lines}").values_list("public_id", flat=True):
            made[public_id] = order_page_path(store_slug=store.slug, store_id=store.pk, order_public_id=public_id)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return made


def _order(number: int, size: Size, placed_at: datetime) -> OrderIn:
    lines = [{"id": str(n), "title": f"Article {n}", "unit_price": "34.90"} for n in range(size.lines)]
    parts = [
        {"id": str(part), "lines": [{"line": str(n), "quantity": 1} for n in range(part, size.lines, size.parcels)]}
        for part in range(size.parcels)
    ]
    address = {
        "recipient": "Sam Okafor",
        "street": "Ahornweg 3",
        "postcode": "04109",
        "city": "Leipzig",
        "country": "DE",
    }
    return OrderIn.model_validate({
        "id": str(number), "number": f"#{number}", "placed_at": placed_at, "currency": "EUR",
        "total": f"{34.9 * size.lines:.2f}", "customer": {"id": str(number), "email": f"sam{number}@example.com"},
        "lines": lines, "fulfilments": parts, "shipping_address": address,
    })  # fmt: skip


def _send(store: Store, source: str, parcels: Sequence[str], now: datetime) -> None:
    shipments = [
        ShipmentIn.model_validate({
            "id": name, "order": name.partition("-")[0], "fulfilment": name.partition("-")[2], "carrier": "dhl",
            "tracking_number": f"T{source}-{name}",
        })
        for name in parcels
    ]  # fmt: skip
    record_shipments(store_id=store.pk, source=source, shipments=shipments, now=now)
    scans = [
        {"at": now - timedelta(hours=20 - hour), "status": status, "text": f"Scan {hour}", "place": "Leipzig"}
        for hour, status in enumerate(_SCANS)
    ]
    updates = [TrackingIn.model_validate({"shipment": name, "scans": scans}) for name in parcels]
    record_scans(store_id=store.pk, source=source, updates=updates, now=now)


def _tokens(store: Store, now: datetime) -> list[str]:
    with store_scope(store.pk):
        scopes = [Permission.ORDERS_READ.value]
        made = [issue_token(store=store, name=f"{n}", scopes=scopes, by=None, now=now)[1] for n in range(_TOKENS)]
    return [f"Authorization: Bearer {secret}\r\n" for secret in made]


def _requests(paths: Mapping[str, str], tokens: Sequence[str]) -> dict[str, list[bytes]]:
    json = [
        get(f"/api/v1/orders/{public_id}").replace(b"\r\n\r\n", f"\r\n{tokens[place % len(tokens)]}\r\n".encode())
        for place, public_id in enumerate(paths)
    ]
    plain = [get(f"/orders/{public_id}") for public_id in paths]
    return {"JSON": json, "page": [get(path) for path in paths.values()], "plain Django": plain}


def _take_turns(
    asked: Mapping[str, list[bytes]], ports: Mapping[str, int], options: Options
) -> dict[str, list[Load]]:  # fmt: skip
    turns: dict[str, list[Load]] = {name: [] for name in asked}
    for name, requests in asked.items():
        drive(ports[name], requests[:200], connections=_CONNECTIONS)
    for _ in range(1 if options.quick else options.rounds):
        for name, requests in asked.items():
            load = drive(ports[name], requests, connections=_CONNECTIONS)
            assert set(load.statuses) == {200}, load.statuses
            turns[name].append(load)
    return turns


def _show(size: Size, turns: Mapping[str, list[Load]], alone: Load) -> None:
    print(f"\n{size.name}, {len(turns['page'][0].latencies):,} different orders over {_CONNECTIONS} connections")
    for name, loads in turns.items():
        print(f"  {name:14}{sorted(loads, key=lambda one: one.per_second)[len(loads) // 2].line()}")
    print(f"  page, alone   {alone.line()}")


def _verdicts(turns: Mapping[str, list[Load]], alone: Load) -> list[bool]:
    pairs = [
        mine.per_second / other.per_second for mine, other in zip(turns["JSON"], turns["plain Django"], strict=True)
    ]
    of_plain = Spread(statistics.median(pairs), min(pairs), max(pairs))
    json, pages = (statistics.median(load.per_second for load in turns[name]) for name in ("JSON", "page"))
    p99 = statistics.median(load.percentile(0.99) for load in turns["page"])
    p50 = alone.percentile(0.5)
    return [
        verdict(f"JSON at least {GOAL_OF_PLAIN:.0%} of plain Django: {of_plain}", met=of_plain.median >= GOAL_OF_PLAIN),
        verdict(
            f"JSON at least {GOAL_OF_PEER} times the best peer's {_BEST_PEER}/s: {json / _BEST_PEER:.1f}",
            met=json >= GOAL_OF_PEER * _BEST_PEER,
        ),
        verdict(f"at least {GOAL_PAGES:,} pages a second: {pages:,.0f}/s", met=pages >= GOAL_PAGES),
        verdict(f"pages' p99 at most {GOAL_P99:.0f} ms: {p99:.1f} ms", met=p99 <= GOAL_P99),
        verdict(f"a page alone within {GOAL_ALONE:.0f} ms (p50): {p50:.1f} ms", met=p50 <= GOAL_ALONE),
    ]
