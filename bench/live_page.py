"""Goal 5, second half: how soon a single pushed event is visible on an order's page that somebody has open.

Web, live and worker run as processes of their own, with every loop of the worker. A browser is a stream and, when it
hears "changed", a request for the part of the page that changes; the event is visible when that answer shows it. The
limit is a bare NOTIFY heard on another connection, and the same request with nothing having happened.
"""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import psycopg
from django.conf import settings

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.links import order_page_path
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.shipments.actions import record_scans, record_shipments
from aftercare.commerce.shipments.schemas import ShipmentIn, TrackingIn
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.database.bulk import notify
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.live import live_url
from bench.harness import Options, verdict
from tests.e2e.site import Site, running_site

GOAL_P99 = 0.250
_PAGES_PER_ADDRESS = 40
# Seconds. A worker that is still starting tells of nothing: that is a long wait, and no failure.
_PATIENCE = 120.0


@dataclass(slots=True)
class OpenPage:
    """One order's page in one browser."""

    number: int
    path: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


def run(options: Options) -> bool:
    """A scan (announced where it is written) and a change of the order (announced by the log's subscriber)."""
    events = 20 if options.quick else 200
    now = clock.now()
    store = open_store(slug="bench", name="Bench", now=now)
    met = True
    for pages in (10, 30) if options.quick else (30, 300):
        first = pages * 10
        _make_orders(store, range(first, first + pages), now)
        with running_site(loops="") as site:
            settings.LIVE_URL, settings.SITE_URL = site.live_url, site.url
            print(f"\n{pages} pages open, {events} events of each kind, milliseconds")
            limit = asyncio.run(_limit(site, _paths(store, [first])[first], events))
            _show("bare NOTIFY and bare request (the limit)", limit)
            for name, push in (("carrier's scan", _push_scan), ("change of the order", _push_change)):
                seen = asyncio.run(_measure(site, store, range(first, first + pages), events, push))
                _show(f"{name}: pushed to visible", seen)
                beside = statistics.median(seen) / statistics.median(limit)
                print(f"  {beside:.1f} times the limit at the median")
                within = _percentile(seen, 0.99) <= GOAL_P99
                met = verdict(f"{name} visible within 250 ms (p99), {pages} pages open", met=within) and met
    return met


def _make_orders(store: Store, numbers: range, now: datetime) -> None:
    orders = [_order(number, now) for number in numbers]
    record_orders(store_id=store.pk, source="bench", orders=orders, now=now)
    parcels = [
        ShipmentIn.model_validate({"id": str(n), "order": str(n), "carrier": "dhl", "tracking_number": f"T{n}"})
        for n in numbers
    ]
    record_shipments(store_id=store.pk, source="bench", shipments=parcels, now=now)


def _order(number: int, now: datetime, title: str = "Jug") -> OrderIn:
    line = {"id": "1", "title": title, "unit_price": "34.90"}
    return OrderIn.model_validate({
        "id": str(number), "number": f"#{number}", "placed_at": now - timedelta(days=2), "currency": "EUR",
        "total": "34.90", "email": f"sam{number}@example.com", "lines": [line],
    })  # fmt: skip


def _push_scan(store: Store, number: int, mark: str) -> None:
    now = clock.now()
    scan = {"at": now, "status": "in_transit", "text": mark}
    update = TrackingIn.model_validate({"shipment": str(number), "scans": [scan]})
    record_scans(store_id=store.pk, source="bench", updates=[update], now=now)


def _push_change(store: Store, number: int, mark: str) -> None:
    now = clock.now()
    placed_at = Order.objects.get(external_id=str(number)).placed_at
    record_orders(
        store_id=store.pk, source="bench", orders=[_order(number, placed_at + timedelta(days=2), mark)], now=now
    )


async def _measure(
    site: Site, store: Store, numbers: range, events: int, push: Callable[[Store, int, str], None]
) -> list[float]:
    """Seconds from the push to the answer that shows it, one event after the other over all open pages."""
    pages = await _open_pages(site, store, numbers)
    seen = []
    async with httpx.AsyncClient(base_url=site.url, headers={"HX-Request": "true"}, timeout=30) as client:
        await client.get(pages[0].path)
        for event in range(events):
            page, mark = pages[event % len(pages)], f"mark-{push.__name__}-{event}"
            started = time.perf_counter()
            await asyncio.to_thread(_in_scope, push, store, page.number, mark)
            while True:
                await asyncio.wait_for(page.reader.readuntil(b"changed"), _PATIENCE)
                if mark in (await client.get(page.path)).text:
                    break
            seen.append(time.perf_counter() - started)
    for page in pages:
        page.writer.close()
    return seen


def _in_scope(push: Callable[[Store, int, str], None], store: Store, number: int, mark: str) -> None:
    with store_scope(store.pk):
        push(store, number, mark)


async def _open_pages(site: Site, store: Store, numbers: range) -> list[OpenPage]:
    paths = await asyncio.to_thread(_paths, store, list(numbers))
    tokens = await asyncio.to_thread(_tokens, store, list(numbers))
    port = int(site.live_url.rpartition(":")[2])
    pages = []
    for place, number in enumerate(numbers):
        # One address may not hold all of them.
        origin = (f"127.0.0.{2 + place // _PAGES_PER_ADDRESS}", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=origin)
        writer.write(f"GET {tokens[number]} HTTP/1.1\r\nHost: live\r\nOrigin: {site.url}\r\n\r\n".encode())
        await reader.readuntil(b"retry")
        pages.append(OpenPage(number, paths[number], reader, writer))
    return pages


def _paths(store: Store, numbers: list[int]) -> dict[int, str]:
    with store_scope(store.pk):
        orders = list(Order.objects.filter(external_id__in=[str(number) for number in numbers]))
    return {
        int(order.external_id): order_page_path(
            store_slug=store.slug, store_id=store.pk, order_public_id=order.public_id
        )
        for order in orders
    }  # fmt: skip


def _tokens(store: Store, numbers: list[int]) -> dict[int, str]:
    with store_scope(store.pk):
        orders = list(Order.objects.filter(external_id__in=[str(number) for number in numbers]))
    return {int(order.external_id): live_url(order_id=order.pk).removeprefix(settings.LIVE_URL) for order in orders}


async def _limit(site: Site, path: str, events: int) -> list[float]:
    """A notice heard on another connection, then the request."""
    seen = []
    async with (
        httpx.AsyncClient(base_url=site.url, headers={"HX-Request": "true"}, timeout=30) as client,
        await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True) as listening,
    ):
        await listening.execute("LISTEN bench_bare")
        await client.get(path)
        for event in range(events):
            started = time.perf_counter()
            await asyncio.to_thread(notify, "bench_bare", str(event))
            async for _ in listening.notifies(stop_after=1):
                break
            await client.get(path)
            seen.append(time.perf_counter() - started)
    return seen


def _show(name: str, seconds: list[float]) -> None:
    marks = ", ".join(f"p{share:.0%} {_percentile(seconds, share) * 1000:.0f}" for share in (0.5, 0.9, 0.99))
    print(f"{name:<44} {marks.replace('%', '')}, most {max(seconds) * 1000:.0f}")


def _percentile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, round(share * (len(seconds) - 1)))]
