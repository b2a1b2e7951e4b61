"""The console's list of orders over a million of them: what a person waits for, page by page.

The limit is PostgreSQL alone reading fifty orders of the store by index. Every page is asked for as a browser asks, through
Django with its middleware; data are made by the database from a seed.
"""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from aftercare.config.prepare import equip_store
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.actions import add_staff
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from bench.harness import Options, verdict

GOAL_MS = 150.0  # the 95th percentile: what still feels like at once
GOAL_GROWTH = 1.5  # ten times the orders, at most so many times the wait
_FILL = """
    INSERT INTO orders_order (store_id, public_id, source, external_id, number, customer_id, email, phone, locale, placed_at,
        payment, progress, currency, subtotal, shipping, discount, tax, total, refunded, shipping_address,
        billing_address, gift, po_number, note, tags, search, cancel_reason, changed_at)
    SELECT %(store)s, 'ord_' || lpad(n::text, 12, '0'), 'bench', n::text, '#' || n, NULL,
        'sam' || n || '@example.com', '', 'en', %(now)s - n * interval '37 seconds',
        CASE WHEN n %% 40 = 0 THEN 'refunded' ELSE 'paid' END,
        (ARRAY['delivered', 'delivered', 'delivered', 'on_its_way', 'placed', 'cancelled'])[1 + (n::bigint * 7919) %% 6],
        'EUR', 3990, 490, 0, 0, 1000 + (n::bigint * 7919) %% 90000, 0, '{}', '{}', '{}', '', '', '[]',
        '#' || n || ' sam shopper sam' || n || '@example.com', '', %(now)s
    FROM generate_series(%(from)s, %(to)s) AS n
"""
_LIMIT = "SELECT * FROM orders_order WHERE store_id = %s ORDER BY placed_at DESC, id DESC LIMIT 51"


def run(options: Options) -> bool:
    """Ten times the orders, the same pages."""
    sizes = (2_000, 20_000) if options.quick else (100_000, 1_000_000)
    settings.ALLOWED_HOSTS = ["*"]
    store = open_store(slug="bench", name="Bench", now=clock.now())
    equip_store(store)
    with store_scope(store.pk):
        user = add_staff(store=store, email="olga@example.com", role=Role.OWNER, now=clock.now()).user
    client = Client()
    client.force_login(user)
    had, met = 0, []
    waits: dict[int, dict[str, float]] = {}
    for size in sizes:
        _fill(store, had, size)
        had = size
        waits[size] = _measure(client, store, size, asks=5 if options.quick else 30)
        slowest = max(waits[size].values())
        met.append(
            verdict(f"every page within {GOAL_MS:.0f} ms among {size:,}: {slowest:.0f} ms", met=slowest <= GOAL_MS)
        )
    small, large = (waits[size] for size in sizes)
    growth = {name: large[name] / small[name] for name in large}
    worst = max(growth, key=lambda name: growth[name])
    met.append(verdict(
        f"ten times the orders, at most {GOAL_GROWTH} times the wait: {growth[worst]:.2f} ({worst})",
        met=growth[worst] <= GOAL_GROWTH,
    ))  # fmt: skip
    return all(met)


def _fill(store: Store, had: int, size: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"store": store.pk, "now": clock.now() - timedelta(hours=1), "from": had + 1, "to": size})
        cursor.execute("VACUUM ANALYZE orders_order")


def _measure(client: Client, store: Store, size: int, *, asks: int) -> dict[str, float]:
    """The 95th percentile of each page in milliseconds."""
    limit = _wait(lambda: len(fetch(_LIMIT, [store.pk])), asks)
    print(f"\n{size:,} orders, milliseconds (median, p95); the bare SELECT takes {limit[0]:.1f}")
    waits = {}
    for name, query in _pages(size).items():
        address = f"{reverse('orders', args=[store.slug])}?{query}"

        def ask(address: str = address, name: str = name) -> None:
            answer = client.get(address)
            assert answer.status_code == 200
            assert (b"Nothing fits" in answer.content) == ("nobody" in name) or "problem" in name

        median, p95 = _wait(ask, asks)
        print(f"  {name:28} {median:7.1f} {p95:7.1f}   {median / limit[0]:6.1f} times the bare SELECT")
        waits[name] = p95
    return waits


def _pages(size: int) -> dict[str, str]:
    return {
        "first page": "",
        "to pack": "progress=placed",
        "refunded": "payment=refunded",
        "by total": "sort=-total",
        "has a problem": "trouble=any",
        "search: a number": f"q=%23{size // 2}",
        "search: an address": f"q=sam{size // 2}%40example.com",
        "search: everybody's name": "q=shopper",
        "search: nobody": "q=zanzibar",
    }


def _wait(ask: Callable[[], object], asks: int) -> tuple[float, float]:
    """Median and 95th percentile, once it is warm."""
    ask()
    taken = []
    for _ in range(asks):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken), sorted(taken)[int(0.95 * (len(taken) - 1))]
