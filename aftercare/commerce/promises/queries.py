"""Reads: what was promised of orders and parcels, and how true it was. All within a store's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from aftercare.commerce.orders.promised import PromiseOut
from aftercare.commerce.promises.models import Handling, Learned, OrderPromise, Promise
from aftercare.commerce.promises.policy import Rules, Transit
from aftercare.foundation.database.bulk import fetch, fetch_prepared
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.policy import BusinessHours
from aftercare.foundation.stores.queries import stores_by_id
from aftercare.foundation.stores.scope import active_store_id

LOOKED_BACK = timedelta(weeks=12)
# Promises that can be judged: the parcel has come, or should have. Those of parcels that were called off cannot.
_KEPT = """
    SELECT {by}, count(*), count(*) FILTER (WHERE held), count(*) FILTER (WHERE late), avg(width)::float8,
           avg(abs(off))::float8
    FROM (
        SELECT p.lane, date_trunc('week', p.first_made_at AT TIME ZONE %(zone)s)::date AS week,
               coalesce(s.delivered_at BETWEEN p.first_earliest AND p.first_latest, false) AS held,
               coalesce(s.delivered_at > p.first_latest, true) AS late,
               extract(epoch FROM p.first_latest - p.first_earliest) / 86400 AS width,
               extract(epoch FROM s.delivered_at - p.first_likely) / 86400 AS off
        FROM promises_promise p JOIN shipments_shipment s ON s.id = p.shipment_id
        WHERE p.store_id = %(store)s AND p.first_made_at > %(since)s
          AND (s.delivered_at > p.first_made_at OR (s.delivered_at IS NULL AND p.first_latest < %(now)s))
          AND s.status <> ALL(%(void)s)) judged
    GROUP BY {by} ORDER BY {order} LIMIT %(most)s
"""
_BY_WEEK = _KEPT.format(by="week", order="week")
_BY_LANE = _KEPT.format(by="lane", order="count(*) DESC, lane")
_WEEKS = 60
_VOID = ["cancelled", "return_to_sender"]


@dataclass(frozen=True, slots=True)
class Kept:
    """How promises were kept: `held` arrived within their range, `late` after it; `width` and `off` are mean days."""

    promises: int
    held: int
    late: int
    width: float
    off: float | None

    @property
    def share(self) -> float:
        return self.held / self.promises


_TOLD = """
    SELECT shipment_id, earliest, latest, made_at FROM promises_promise WHERE store_id = %(store)s AND order_id = %(order)s
    UNION ALL
    SELECT NULL, earliest, latest, made_at FROM promises_orderpromise WHERE store_id = %(store)s AND order_id = %(order)s
"""


_SHOWN = tuple(PromiseOut.model_fields)
_OF_THESE = f"SELECT {{key}}, {', '.join(_SHOWN)} FROM {{table}} WHERE store_id = %s AND {{key}} = ANY(%s)"  # noqa: S608 -- names of ours
_OF_ORDERS = _OF_THESE.format(key="order_id", table="promises_orderpromise")
_OF_PARCELS = _OF_THESE.format(key="shipment_id", table="promises_promise")


class Told(NamedTuple):
    """What a page says of a promise."""

    earliest: datetime
    latest: datetime
    made_at: datetime


def told_of_order(*, order_id: int) -> dict[int | None, Told]:
    """What is promised of an order's parcels by their row ids, and of the order itself under None; one query."""
    rows = fetch(_TOLD, {"store": active_store_id(), "order": order_id})
    return {shipment_id: Told(*told) for shipment_id, *told in rows}


def promises_of_order(*, order_id: int) -> tuple[OrderPromise | None, dict[int, Promise]]:
    """What was promised of an order, and of its parcels by their row ids."""
    parcels = {
        promise.shipment_id: promise for promise in Promise.objects.filter(order_id=order_id).select_related("shipment")
    }
    return OrderPromise.objects.filter(order_id=order_id).first(), parcels


def promised_of_orders(ids: Sequence[int]) -> dict[int, PromiseOut]:
    """What is promised of orders by their row ids, as programs see it; one query."""
    return _promised(_OF_ORDERS, ids)


def promised_of_parcels(ids: Sequence[int]) -> dict[int, PromiseOut]:
    """What is promised of parcels by their row ids, as programs see it; one query."""
    return _promised(_OF_PARCELS, ids)


def _promised(query: str, ids: Sequence[int]) -> dict[int, PromiseOut]:
    rows = fetch_prepared(query, [active_store_id(), list(ids)])
    return {row_id: PromiseOut(**dict(zip(_SHOWN, shown, strict=True))) for row_id, *shown in rows}


def handling_of(*, store: Store) -> Handling | None:
    """What staff said of how orders reach the carrier, if they did."""
    return Handling.objects.filter(store_id=store.pk).first()


def rules_of(*, store_id: int) -> Rules | None:
    """How orders reach the carrier, as the store says; two queries, or one where it says nothing."""
    said = Handling.objects.filter(store_id=store_id).first()
    if said is None:
        return None
    store = stores_by_id(ids={store_id})[store_id]
    hours = BusinessHours(
        time_zone=store.time_zone, country=store.country, region=store.region,
        weekly={day: [["00:00", "24:00"]] for day in said.weekdays}, closures=frozenset(said.closures),
    )  # fmt: skip
    known = said.transit_fewest is not None and said.transit_most is not None
    transit = Transit(said.transit_fewest or 0, said.transit_most or 0) if known else None
    return Rules(hours, said.cut_off, said.days, transit)


def learned_last() -> Learned | None:
    """What the store has learned from its parcels last."""
    return Learned.objects.filter(stage=Learned.Stage.HAND_OVER).defer("content").first()


def kept_by_week(*, zone: str, now: datetime) -> list[tuple[date, Kept]]:
    """By the week in which something was promised first (its Monday), the oldest first."""
    return [(week, Kept(*sums)) for week, *sums in fetch(_BY_WEEK, _chosen(zone, now, _WEEKS))]


def kept_by_lane(*, zone: str, now: datetime, most: int) -> Sequence[tuple[str, Kept]]:
    """The busiest lanes first."""
    return [(lane, Kept(*sums)) for lane, *sums in fetch(_BY_LANE, _chosen(zone, now, most))]


def _chosen(zone: str, now: datetime, most: int) -> dict[str, Any]:
    return {
        "store": active_store_id(),
        "zone": zone,
        "now": now,
        "since": now - LOOKED_BACK,
        "void": _VOID,
        "most": most,
    }
