"""The health of parcels opens, escalates and closes incidents."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.care.incidents.actions import Change, follow_health
from aftercare.commerce.health.events import ShipmentHealthChanged
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe


@subscribe("incidents.follow_health", ShipmentHealthChanged)
def open_and_close_incidents(batch: Sequence[Recorded], *, now: datetime) -> None:
    """In sets, however many changed at once."""
    follow_health(changes=[_change(told) for told in batch if told.order_id and told.shipment_id], now=now)


def _change(told: Recorded) -> Change:
    assert told.order_id is not None, "health is told of a parcel of an order"
    assert told.shipment_id is not None, "health is told of a parcel of an order"
    return Change(
        store_id=told.store_id, order_id=told.order_id, shipment_id=told.shipment_id, customer_id=told.customer_id,
        health=told.data["after"], why=told.data["why"], carrier=told.data["carrier"],
        place=told.data.get("place", ""), lane=told.data.get("lane", ""), responsible=told.data.get("responsible", ""),
    )  # fmt: skip
