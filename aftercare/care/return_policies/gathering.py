"""The facts of orders and their lines, gathered in sets: the same statements for one order as for ten thousand."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aftercare.care.return_policies.history import History, histories_of
from aftercare.care.return_policies.policy.amounts import share
from aftercare.care.return_policies.policy.facts import CustomerFacts, LineFacts, OrderFacts
from aftercare.care.return_policies.policy.rules import Policy, kind_of, known_conditions, settings_of
from aftercare.care.return_policies.vocabulary import LineKind, Nature
from aftercare.engagement.segments.queries import members_among
from aftercare.foundation.database.bulk import as_array, fetch_decoded
from aftercare.foundation.stores.scope import active_store_id

YEAR = timedelta(days=365)
_NATURES = frozenset(Nature.values)
_NOBODY = CustomerFacts()
_LINES = """
    SELECT o.id, o.public_id, o.number, o.customer_id, o.placed_at, o.currency, o.total, o.shipping, o.refunded, o.source,
           coalesce(nullif(o.shipping_address->>'country', ''), nullif(o.billing_address->>'country', ''),
                    nullif(c.country, ''), s.country), o.delivered_at, o.tags, o.gift <> '{}', c.traits->'tags',
           l.id, l.title, l.quantity, l.cancelled_quantity, l.refunded_quantity, l.total, l.sku, l.kind, l.delivered_at,
           p.public_id, p.category, p.vendor, p.tags, p.return_class, l.image_url, l.variant_title
    FROM orders_order o JOIN stores_store s ON s.id = o.store_id JOIN orders_line l ON l.order_id = o.id
    LEFT JOIN customers_customer c ON c.id = o.customer_id LEFT JOIN catalog_product p ON p.id = l.product_id
    WHERE o.store_id = %(store)s AND o.id = ANY(%(orders)s::bigint[]) AND o.cancelled_at IS NULL
    ORDER BY o.id, l.id
"""
_CUSTOMERS = """
    SELECT o.customer_id, count(DISTINCT o.id),
           count(DISTINCT o.id) FILTER (WHERE o.refunded > 0 AND o.placed_at >= %(since)s),
           coalesce(sum(l.refunded_quantity) FILTER (WHERE o.placed_at >= %(since)s), 0),
           coalesce(sum(l.quantity - l.cancelled_quantity) FILTER (WHERE o.placed_at >= %(since)s), 0)
    FROM orders_order o LEFT JOIN orders_line l ON l.order_id = o.id
    WHERE o.store_id = %(store)s AND o.customer_id = ANY(%(customers)s::bigint[]) AND o.cancelled_at IS NULL
    GROUP BY o.customer_id
"""


class Gathered(NamedTuple):
    """One line with its order and customer; `title` and `image_url` are for pages."""

    order_id: int
    order: str
    number: str
    line_id: int
    title: str
    image_url: str
    order_facts: OrderFacts
    line_facts: LineFacts
    customer_facts: CustomerFacts


def gather(*, order_ids: Collection[int], policies: Iterable[Policy], now: datetime) -> list[Gathered]:
    """Every line of these orders that were not cancelled. Two statements, and one for each segment a policy asks for."""
    rows = fetch_decoded(_LINES, {"store": active_store_id(), "orders": as_array(order_ids)})
    customer_ids = {row[3] for row in rows if row[3] is not None}
    people = _customers(customer_ids, _segments(policies), now) if customer_ids else {}
    lines_of: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        lines_of.setdefault(row[0], []).append(row)
    return [gathered for lines in lines_of.values() for gathered in _order(lines, people)]


def _order(rows: list[tuple[Any, ...]], people: Mapping[int, CustomerFacts]) -> Iterable[Gathered]:
    first = rows[0]
    order = OrderFacts(
        placed_at=first[4], currency=first[5], total=first[6], shipping=first[7], refunded=first[8], source=first[9],
        country=(first[10] or "").upper(), all_delivered_at=first[11], tags=_words(first[12]), is_gift=first[13],
    )  # fmt: skip
    customer = people.get(first[3], _NOBODY)
    tags = _words(first[14])
    if tags:
        customer = CustomerFacts(
            customer.orders, customer.returns, customer.return_rate, customer.kept_items, tags, customer.segments
        )
    # What was taken off the order as a whole was taken off each line in its share.
    priced, paid = sum(row[20] for row in rows), max(first[6] - first[7], 0)
    for row in rows:
        yield Gathered(
            row[0], row[1], row[2], row[15], f"{row[16]} · {row[30]}" if row[30] else row[16], row[29], order,
            _line(row, row[20] * paid // priced if priced > paid else row[20]), customer,
        )  # fmt: skip


def _line(row: tuple[Any, ...], paid: int) -> LineFacts:
    total, cancelled, returned = row[17], row[18], row[19]
    quantity = total - cancelled
    tags = _words(row[27])
    said = {word.lower().replace("-", "_").replace(" ", "_") for word in (*tags, row[28] or "")}
    of_rest = share(paid=paid, quantity=total, before=0, pieces=quantity)
    returned = min(returned, quantity)
    return LineFacts(
        key=str(row[15]), quantity=quantity, paid=of_rest, product=row[24] or "", sku=row[21],
        categories=frozenset([row[25]]) if row[25] else frozenset(), tags=tags, vendor=row[26] or "", kind=row[22],
        natures=frozenset(map(Nature, said & _NATURES)), delivered_at=row[23],
        is_performed=row[22] in (LineKind.DIGITAL, LineKind.SERVICE) and row[23] is not None, returned=returned,
        refunded=share(paid=of_rest, quantity=quantity, before=0, pieces=returned),
    )  # fmt: skip


def _customers(ids: Collection[int], segments: Collection[str], now: datetime) -> dict[int, CustomerFacts]:
    since = now - YEAR
    told = histories_of(customer_ids=ids, since=since)
    members = {segment: members_among(segment=segment, customer_ids=ids) for segment in segments}
    found = {}
    for customer_id, orders, refunded, returned, bought in fetch_decoded(
        _CUSTOMERS, {"store": active_store_id(), "customers": as_array(ids), "since": since}
    ):
        known = told.get(customer_id, History(returns=refunded))
        found[customer_id] = CustomerFacts(
            orders=orders, returns=known.returns, return_rate=int(100 * returned // bought) if bought else 0,
            kept_items=known.kept_items,
            segments=frozenset(one for one, ids_in in members.items() if customer_id in ids_in),
        )  # fmt: skip
    return found


def _segments(policies: Iterable[Policy]) -> set[str]:
    """Those that any condition asks for."""
    asking = (one for policy in policies for one in known_conditions(policy))
    return {segment for one in asking for segment in kind_of(one).segments(settings_of(one))}


def _words(said: object) -> frozenset[str]:
    return frozenset(one for one in said if isinstance(one, str)) if isinstance(said, list) else frozenset()
