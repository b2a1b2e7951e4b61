"""Reads the parcels to learn from and the parcels to promise, as columns; always those of one store, by its id."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from aftercare.commerce.promises.estimating.columns import Floats, Parcels
from aftercare.commerce.promises.estimating.handling import ready_at
from aftercare.commerce.promises.estimating.moments import day_number, moment
from aftercare.commerce.promises.estimating.walk import REMEMBERED
from aftercare.commerce.promises.policy import place_of, zone_of
from aftercare.commerce.promises.queries import rules_of
from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.database.bulk import fetch_decoded

# Of an order nobody knows yet who will carry it and from where; its history is told as little, to be comparable.
_FROM_ORDER = """
    SELECT o.id, o.id, {days_placed}, {days_arrived}, {days_promised}, NULL::int, o.total, o.shipping, '{{}}'::jsonb, '', '',
           o.shipping_address
    FROM orders_order o
         LEFT JOIN LATERAL (
             SELECT count(*) AS parcels, max(s.delivered_at) AS arrived_at,
                    count(*) FILTER (WHERE s.delivered_at IS NULL AND s.status <> ALL(%(lost)s)) AS awaited
             FROM shipments_shipment s WHERE s.order_id = o.id) p ON true
    WHERE o.store_id = %(store)s AND o.cancelled_at IS NULL AND o.placed_at <= %(now)s AND {chosen}
          AND (p.parcels > 0 OR (
              EXISTS (SELECT FROM orders_line l WHERE l.order_id = o.id AND l.kind = ANY(%(packed)s))
              AND NOT EXISTS (SELECT FROM orders_fulfilment f WHERE f.order_id = o.id
                              AND (f.kind <> 'shipment' OR f.completed_at IS NOT NULL))))
"""
_FROM_HAND_OVER = """
    SELECT s.id, s.order_id, {days_began}, {days_arrived}, {days_promised}, s.weight_g, o.total, o.shipping, s.origin, s.carrier,
           s.service, o.shipping_address
    FROM shipments_shipment s JOIN orders_order o ON o.id = s.order_id
    WHERE s.store_id = %(store)s AND s.status <> ALL(%(lost)s) AND {chosen}
"""
_FORESEEN = timedelta(days=180)
_LOST = [Status.CANCELLED.value, Status.RETURN_TO_SENDER.value]
_PACKED = ["goods", "consumable"]


def _days(expression: str) -> str:
    return f"(extract(epoch FROM {expression}) / 86400)::float8"


_ORDERS = {
    "days_placed": _days("o.placed_at"),
    "days_arrived": _days("CASE WHEN p.awaited = 0 THEN p.arrived_at END"),
    "days_promised": _days("o.promised_by"),
}
_SHIPMENTS = {
    "days_began": _days("coalesce(s.handed_over_at, o.placed_at)"),
    "days_arrived": _days("s.delivered_at"),
    "days_promised": _days("o.promised_by"),
}
_HISTORY_OF_ORDERS = _FROM_ORDER.format(chosen="o.placed_at > %(since)s", **_ORDERS)
_HISTORY_OF_PARCELS = _FROM_HAND_OVER.format(
    chosen="s.handed_over_at > %(since)s AND s.handed_over_at <= %(now)s", **_SHIPMENTS
)
_THESE_ORDERS = _FROM_ORDER.format(chosen="o.id = ANY(%(ids)s) AND (p.parcels = 0 OR p.awaited > 0)", **_ORDERS)
_THESE_PARCELS = _FROM_HAND_OVER.format(
    chosen="s.id = ANY(%(ids)s) AND s.delivered_at IS NULL AND (s.handed_over_at IS NOT NULL) = %(handed_over)s",
    **_SHIPMENTS,
)


@dataclass(frozen=True, slots=True)
class Found:
    """Parcels with the row ids of what they were read from and of their orders."""

    ids: Sequence[int]
    orders: Sequence[int]
    parcels: Parcels


def history_from_order(*, store_id: int, now: datetime) -> Parcels:
    """Every order that is or was sent, from when it was placed to when all of it had arrived."""
    return _from_ready(_read(_HISTORY_OF_ORDERS, store_id, now), store_id, now).parcels


def history_from_hand_over(*, store_id: int, now: datetime) -> Parcels:
    return _read(_HISTORY_OF_PARCELS, store_id, now).parcels


def orders_to_promise(*, store_id: int, ids: Sequence[int], now: datetime) -> Found:
    """Of these orders, those that are to be sent and have not arrived."""
    return _from_ready(_read(_THESE_ORDERS, store_id, now, ids=list(ids)), store_id, now)


def parcels_to_promise(*, store_id: int, ids: Sequence[int], handed_over: bool, now: datetime) -> Found:
    """Of these parcels, those that have not arrived; their clocks start at the hand-over, or before it at the order."""
    found = _read(_THESE_PARCELS, store_id, now, ids=list(ids), handed_over=handed_over)
    return found if handed_over else _from_ready(found, store_id, now)


def _from_ready(found: Found, store_id: int, now: datetime) -> Found:
    """The clock of what was ordered starts when the store says it leaves: a closed week is no slow parcel."""
    rules = rules_of(store_id=store_id) if found.ids else None
    if rules is None:
        return found
    first = moment(float(found.parcels.began.min())) - timedelta(days=1)
    cut_offs = [day_number(at) for at in rules.cut_offs(since=first, until=now + _FORESEEN)]
    began = ready_at(placed=found.parcels.began, cut_offs=np.array(cut_offs), days=rules.days)
    return replace(found, parcels=replace(found.parcels, began=began))


def _read(query: str, store_id: int, now: datetime, **chosen: Any) -> Found:
    since = now - timedelta(days=REMEMBERED)
    known = {"store": store_id, "now": now, "since": since, "lost": _LOST, "packed": _PACKED, **chosen}
    rows = fetch_decoded(f"{query} ORDER BY 3, 1", known)
    columns = list(zip(*rows, strict=True)) if rows else [()] * 12
    ids, orders, began, ended, promised, weights, totals, freights, origins, carriers, services, addresses = columns
    zones = [zone_of(address) for address in addresses]
    parcels = Parcels(
        began=_floats(began, 0), ended=_floats(ended, np.inf), promised=_floats(promised, np.inf),
        weight=_floats(weights, np.nan), price=_floats(totals, np.nan), freight=_floats(freights, np.nan),
        origin=[zone_of(origin) for origin in origins],
        destination=zones, place=[place_of(address) for address in addresses], carrier=list(carriers), service=list(services),
        seller=[str(origin.get("company") or origin.get("city") or "") for origin in origins],
        country=[zone.partition("-")[0] for zone in zones],
    )  # fmt: skip
    return Found(ids, orders, parcels)


def _floats(values: Sequence[float | None], missing: float) -> Floats:
    return np.array([missing if value is None else value for value in values], dtype=np.float64)
