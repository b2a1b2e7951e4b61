"""Orders and parcels as they come in decide what is asked of their delivery, and show whether they have it."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.care.protection.actions import judge_parcels, safeguard_orders
from aftercare.commerce.orders.events import OrderCancelled, OrderEdited, OrderPlaced
from aftercare.commerce.shipments import events as shipments
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe


@subscribe(
    "protection.safeguard_orders",
    OrderPlaced, OrderEdited, OrderCancelled, shipments.ShipmentCreated, shipments.ShipmentCarrierCorrected,
)  # fmt: skip
def decide_what_is_asked(batch: Sequence[Recorded], *, now: datetime) -> None:
    """In sets. A parcel tells of its carrier, which a rule may ask for."""
    safeguard_orders(order_ids={told.order_id for told in batch if told.order_id is not None}, now=now)


@subscribe(
    "protection.judge_parcels", shipments.ShipmentCreated, shipments.ShipmentHandedOver, shipments.ShipmentDelivered
)
def notice_what_is_lacking(batch: Sequence[Recorded], *, now: datetime) -> None:
    """A parcel may be known before what is asked of it is decided: whichever comes last finds both."""
    judge_parcels(shipment_ids={told.shipment_id for told in batch if told.shipment_id is not None}, now=now)
