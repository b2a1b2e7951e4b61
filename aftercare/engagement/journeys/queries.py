"""Reads for steps, in sets, and for the pages about journeys."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from aftercare.engagement.journeys.travel import Traveller
from aftercare.foundation.database.bulk import fetch

_ZONES = """
    SELECT c.id, coalesce(nullif(m.time_zone, ''), nullif(c.time_zone, ''), s.time_zone)
    FROM customers_customer c JOIN stores_store s ON s.id = c.store_id
    LEFT JOIN customers_customer m ON m.id = c.merged_into_id WHERE c.id = ANY(%s)
"""
_KEYS = {"order": "order_id", "shipment": "shipment_id", "customer": "customer_id"}


def time_zones(batch: Sequence[Traveller]) -> dict[int, str]:
    """The time zone of each traveller's customer, else of the store, by traveller id."""
    zones = dict(fetch(_ZONES, [[one.customer_id for one in batch if one.customer_id]]))
    stores = dict(
        fetch("SELECT id, time_zone FROM stores_store WHERE id = ANY(%s)", [list({one.store_id for one in batch})])
    )
    return {one.id: zones.get(one.customer_id) or stores[one.store_id] for one in batch}


class First(NamedTuple):
    """The first event of some types."""

    at: datetime
    type: str


def first_events(batch: Sequence[Traveller], *, types: Sequence[str], by: str) -> dict[int, First]:
    """The first event of these types that happened for each traveller's order, shipment or customer, by traveller id.

    An order's or shipment's event counts whenever it happened, for news may come in any order; a customer's only after
    the traveller's anchor.
    """
    if by == "customer":
        return _since_anchor(batch, types)
    # Shipments are found through their order's events, which are indexed; an order has few.
    column = _KEYS[by]
    rows = fetch(
        f"SELECT DISTINCT ON ({column}) {column}, occurred_at, type FROM events_event"  # noqa: S608 -- a column of this module
        f" WHERE order_id = ANY(%s) AND type = ANY(%s) ORDER BY {column}, occurred_at, seq",
        [list({one.order_id for one in batch if one.order_id}), list(types)],
    )
    found = {key: First(at, name) for key, at, name in rows}
    return {one.id: found[key] for one in batch if (key := getattr(one, column)) in found}


def _since_anchor(batch: Sequence[Traveller], types: Sequence[str]) -> dict[int, First]:
    rows = fetch(
        "SELECT DISTINCT ON (v.id) v.id, e.occurred_at, e.type"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS v(id, customer, since)"
        " JOIN events_event e ON e.customer_id = v.customer AND e.occurred_at > v.since AND e.type = ANY(%s)"
        " ORDER BY v.id, e.occurred_at, e.seq",
        [[one.id for one in batch], [one.customer_id for one in batch], [one.anchor_at for one in batch], list(types)],
    )
    return {traveller: First(at, name) for traveller, at, name in rows}
