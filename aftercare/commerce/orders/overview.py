"""Reads for the pages about orders: one order with all that belongs to it, what is found, and figures of the week."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from aftercare.commerce.orders.models import Fulfilment, Line, Order, Refund
from aftercare.commerce.orders.queries import lines_of, order_with_parts
from aftercare.commerce.orders.troubles import in_trouble
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.stores.models import Store

SHOWN_WITH_SOMETHING = 50
_LONGEST_DELIVERY = timedelta(days=60)
_SOURCES = """
    WITH RECURSIVE found AS (
        (SELECT source FROM orders_order WHERE store_id = %(store)s ORDER BY source LIMIT 1)
        UNION ALL
        SELECT (SELECT source FROM orders_order WHERE store_id = %(store)s AND source > found.source
                ORDER BY source LIMIT 1)
        FROM found WHERE found.source IS NOT NULL
    )
    SELECT source FROM found WHERE source IS NOT NULL
"""
_PER_DAY = """
    SELECT (placed_at AT TIME ZONE %s)::date, count(*) FROM orders_order
    WHERE store_id = %s AND placed_at >= %s GROUP BY 1
"""
# The index on when orders were placed bounds the search; nothing is under way for longer.
_ON_TIME = """
    SELECT (delivered_at AT TIME ZONE %s)::date, count(*) FILTER (WHERE delivered_at <= promised_by), count(*)
    FROM orders_order
    WHERE store_id = %s AND placed_at >= %s AND delivered_at >= %s AND promised_by IS NOT NULL GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """An order with everything that belongs to it."""

    order: Order
    lines: list[Line]
    fulfilments: list[Fulfilment]
    refunds: list[Refund]


def order_detail(*, public_id: str) -> OrderDetail:
    """One order; raises NotFound. Six queries, however many lines it has."""
    order = order_with_parts(public_id=public_id)
    lines = {line.pk: line for line in lines_of(orders=[order])[order.pk]}
    fulfilments = list(order.fulfilments.all())
    for fulfilment in fulfilments:
        for carried in fulfilment.lines.all():
            carried.line = lines[carried.line_id]
    return OrderDetail(order, list(lines.values()), fulfilments, list(order.refunds.all()))


def orders_of_customers(*, customer_ids: Collection[int], limit: int = SHOWN_WITH_SOMETHING) -> list[Order]:
    """The latest orders of these customers."""
    return list(Order.objects.filter(customer_id__in=customer_ids).newest_first()[:limit])


def orders_named(*, words: str, limit: int) -> list[Order]:
    """Orders found by id or number, then by the beginning of it, then by whatever else is known; the latest first."""
    bare = words.removeprefix("#")
    exact = Q(number__in=[bare, f"#{bare}"]) | Q(public_id=words)
    # Each further step looks at more rows; numbers and their beginnings are read off the index.
    steps = (exact, Q(number__startswith=bare) | Q(number__startswith=f"#{bare}"), None)
    found: list[Order] = []
    for condition in steps:
        more = Order.objects.matching(words) if condition is None else Order.objects.filter(condition)
        unseen = more.exclude(pk__in=[order.pk for order in found]).select_related("customer")
        found += unseen.newest_first()[: limit - len(found)]
        if len(found) >= limit:
            break
    return found


def sources_of_orders(*, store_id: int) -> list[str]:
    """Where orders come from, by name; one index probe per source."""
    return [row[0] for row in fetch(_SOURCES, {"store": store_id})]


def unfulfilled_orders(*, store: Store, now: datetime, limit: int) -> list[Order]:
    """Paid orders that nobody has packed for three working days, the oldest first."""
    found = Order.objects.filter(in_trouble("unfulfilled", store=store, now=now)).select_related("customer")
    return list(found.order_by("placed_at", "id")[:limit])


def count_unfulfilled(*, store: Store, now: datetime, most: int) -> int:
    """How many of them there are, counted up to `most`."""
    return int(Order.objects.filter(in_trouble("unfulfilled", store=store, now=now))[:most].count())


def orders_per_day(*, store: Store, since: datetime) -> dict[date, int]:
    """How many orders were placed on each local day."""
    return dict(fetch(_PER_DAY, [store.time_zone, store.pk, since]))


def on_time_per_day(*, store: Store, since: datetime) -> dict[date, tuple[int, int]]:
    """For each local day how many orders arrived as promised, out of how many that had a promise."""
    rows = fetch(_ON_TIME, [store.time_zone, store.pk, since - _LONGEST_DELIVERY, since])
    return {day: (on_time, of) for day, on_time, of in rows}
