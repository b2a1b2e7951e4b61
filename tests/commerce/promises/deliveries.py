"""Stores with a history of deliveries, made through the actions that make it in the product."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.promises.subscribers import promise_new_orders, promise_parcels_that_moved
from aftercare.commerce.shipments.actions import record_shipments
from aftercare.commerce.shipments.schemas import ShipmentIn
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.stores.models import Store
from tests.factories import NOW

DAY = timedelta(days=1)
NEAR, FAR = "10115", "80331"
_LOG = """
    SELECT id, store_id, type, occurred_at, recorded_at, customer_id, order_id, shipment_id, actor, data
    FROM events_event ORDER BY tx, seq
"""


def order_in(number: str, placed: datetime, postcode: str = NEAR, **more: Any) -> OrderIn:
    """An order of a mug that is sent within Germany."""
    return OrderIn.model_validate({
        "id": number, "number": f"#{number}", "placed_at": placed, "currency": "EUR", "total": "12.50",
        "email": "sam@example.com", "lines": [{"id": "1", "title": "Mug", "quantity": 1, "unit_price": "12.50"}],
        "shipping_address": {"country": "DE", "postcode": postcode, "city": "Somewhere"}, **more,
    })  # fmt: skip


def parcel_in(number: str, placed: datetime, *, arrives_after: float | None, now: datetime = NOW) -> ShipmentIn:
    """Its parcel, handed over a day later; delivered so many days after the order, if that has come by `now`."""
    scans: list[dict[str, Any]] = [{"at": placed + DAY, "status": "picked_up"}]
    if arrives_after is not None and placed + arrives_after * DAY < now:
        scans.append({"at": placed + arrives_after * DAY, "status": "delivered"})
    return ShipmentIn.model_validate({
        "id": number, "order": number, "carrier": "dhl", "tracking_number": f"DH{number}", "created_at": placed,
        "scans": [one for one in scans if one["at"] < now], "origin": {"country": "DE", "postcode": "04103"},
    })  # fmt: skip


def delivered_history(store: Store, *, number: int = 240, days: int = 120, now: datetime = NOW) -> None:
    """Orders of the last months: to near places it takes three days, to far ones six, more or less."""
    chance = Random(7)
    orders, parcels = [], []
    for row in range(number):
        placed = now - days * DAY * (1 - row / number)
        postcode, usual = (NEAR, 3) if row % 2 else (FAR, 6)
        orders.append(order_in(f"h{row}", placed, postcode))
        after = 1.2 + (usual - 1.2) * chance.lognormvariate(0, 0.25)
        parcels.append(parcel_in(f"h{row}", placed, arrives_after=after, now=now))
    assert not record_orders(store_id=store.pk, source="shop", orders=orders, now=now).refused
    assert not record_shipments(store_id=store.pk, source="shop", shipments=parcels, now=now).refused


def handle_news(*, now: datetime) -> None:
    """Let promises read the whole log."""
    found = [Recorded(*row) for row in fetch_decoded(_LOG)]
    promise_new_orders([event for event in found if event.type == "order.placed"], now=now)
    promise_parcels_that_moved([event for event in found if event.type.startswith("shipment.")], now=now)
