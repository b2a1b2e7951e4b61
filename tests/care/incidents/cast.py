"""What the tests of incidents start from: parcels whose health changes, and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aftercare.care.incidents.actions import Change, follow_health
from aftercare.care.incidents.models import Incident
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.policy import lane_of
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope
from tests.commerce.shipments.parcels import announce, hours, place_order, scan, shipment

TUESDAY = hours(28)


def parcels(
    store: Store, count: int = 1, *, customers: int | None = None, to: dict[str, str] | None = None, first: int = 0,
    **fields: Any,
) -> list[Shipment]:  # fmt: skip
    """Parcels on their way, each of an order of its own; of so many customers, else each of their own."""
    names = [f"o{index}" for index in range(first, first + count)]
    for index, name in enumerate(names, first):
        email = f"sam{index % (customers or first + count)}@example.com"
        place_order(store, name, email=email, **({"shipping_address": to} if to else {}))
        said = {"order": name, "scans": (scan(4, "in_transit", place="Leipzig"),), **fields}
        announce(store, shipment(f"p-{name}", **said), now=hours(5))
    with store_scope(store.pk):
        made = Shipment.objects.filter(external_id__in=[f"p-{name}" for name in names])
        return list(made.select_related("order").order_by("id"))


def fare(found: Sequence[Shipment], health: str, why: str, *, now: datetime = TUESDAY, **told: str) -> None:
    """Let the health of these parcels change, in one batch."""
    changes = [
        Change(
            store_id=one.store_id, order_id=one.order_id, shipment_id=one.pk, customer_id=one.order.customer_id,
            health=health, why=why, carrier=one.carrier, place=told.get("place", one.status_place),
            lane=lane_of(origin=one.origin, destination=one.order.shipping_address),
            responsible=told.get("responsible", ""),
        )
        for one in found
    ]  # fmt: skip
    with across_stores("a subscriber serves every store"):
        follow_health(changes=changes, now=now)


def incidents(store: Store) -> list[Incident]:
    """All of them, in the order in which they were opened."""
    with store_scope(store.pk):
        return list(Incident.objects.select_related("order", "mass").order_by("id"))


def told(store: Store, beginning: str = "incident.") -> list[tuple[str, bool]]:
    """What was recorded: type, and whether the customer is told."""
    with store_scope(store.pk):
        rows = EventRow.objects.filter(type__startswith=beginning).order_by("tx", "seq")
        return [(row.type, row.data.get("tells", False)) for row in rows]
