"""What the tests of parcels start from: an order placed, a parcel announced, and a look at what was recorded."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.shipments.actions import record_scans, record_shipments
from aftercare.commerce.shipments.actions.results import Recorded
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.schemas import ScanIn, ShipmentIn, TrackingIn
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def hours(count: float) -> datetime:
    """So many hours after Monday morning."""
    return MONDAY + timedelta(hours=count)


def place_order(store: Store, number: str = "1042", **fields: Any) -> Order:
    """An order of two mugs and a teapot, placed on Monday morning."""
    lines = [
        {"id": "mug", "title": "Mug", "quantity": 2, "unit_price": "12.50"},
        {"id": "pot", "title": "Teapot", "quantity": 1, "unit_price": "49.00"},
    ]
    said = {
        "id": number, "number": f"#{number}", "placed_at": MONDAY, "currency": "EUR", "total": "74.00",
        "email": "sam@example.com", "lines": lines, **fields,
    }  # fmt: skip
    intake = record_orders(store_id=store.pk, source="shop", orders=[OrderIn.model_validate(said)], now=NOW)
    assert not intake.refused
    with store_scope(store.pk):
        return Order.objects.get(external_id=number)


def scan(at: float, status: str, **fields: Any) -> ScanIn:
    """A scan so many hours after Monday morning."""
    return ScanIn.model_validate({"at": hours(at), "status": status, **fields})


def shipment(parcel_id: str = "p1", order: str = "1042", **fields: Any) -> ShipmentIn:
    """A parcel as the shop announces it."""
    return ShipmentIn.model_validate({
        "id": parcel_id, "order": order, "carrier": "Parcel Post", "tracking_number": f"PP{parcel_id}DE",
        "created_at": MONDAY, **fields,
    })  # fmt: skip


def tracking(parcel_id: str, *scans: ScanIn, **fields: Any) -> TrackingIn:
    """News of a parcel by its id at the shop."""
    return TrackingIn(shipment=parcel_id, scans=scans, **fields)


def announce(store: Store, *shipments: ShipmentIn, now: datetime = NOW) -> Recorded:
    """Record parcels, as the shop."""
    return record_shipments(store_id=store.pk, source="shop", shipments=shipments, now=now)


def report(store: Store, *updates: TrackingIn, now: datetime = NOW) -> Recorded:
    """Record scans, as the shop."""
    return record_scans(store_id=store.pk, source="shop", updates=updates, now=now)


def parcel(store: Store, parcel_id: str = "p1") -> Shipment:
    """A parcel as it is now."""
    with store_scope(store.pk):
        return Shipment.objects.with_scans().get(external_id=parcel_id)


def events(store: Store, beginning: str = "shipment.") -> list[EventRow]:
    """What was recorded, in order."""
    with store_scope(store.pk):
        return list(EventRow.objects.filter(type__startswith=beginning).order_by("tx", "seq"))


def told(store: Store, beginning: str = "shipment.") -> list[str]:
    """The types of what was recorded, in order."""
    return [event.type for event in events(store, beginning)]


def rows(store: Store, fields: Sequence[str]) -> list[tuple[Any, ...]]:
    """Every parcel's fields, by parcel."""
    with store_scope(store.pk):
        return list(Shipment.objects.order_by("external_id").values_list(*fields))
