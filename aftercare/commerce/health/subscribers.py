"""What happens to parcels changes their health."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.commerce.health.actions import follow_parcels, note_heard
from aftercare.commerce.shipments import events
from aftercare.commerce.shipments.following import register_follower
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe

_MILESTONES = (
    events.ShipmentCreated, events.ShipmentHandedOver, events.ShipmentOutForDelivery, events.ShipmentAttemptFailed,
    events.ShipmentReadyForPickup, events.ShipmentDelivered, events.ShipmentDelayed, events.ShipmentHeld,
    events.ShipmentReturning, events.ShipmentCancelled,
)  # fmt: skip


@subscribe("health.judge_parcels", *_MILESTONES)
def judge_parcels_that_moved(batch: Sequence[Recorded], *, now: datetime) -> None:
    """A failed attempt is remembered until something nearer the recipient is heard of, for the depot scans it at night."""
    parcels: dict[int, datetime | None] = {}
    for told in batch:
        if told.shipment_id is not None:
            failed = told.type == events.ShipmentAttemptFailed.type and told.data.get("current", True)
            parcels[told.shipment_id] = told.occurred_at if failed else parcels.get(told.shipment_id)
    follow_parcels(parcels=parcels, now=now)


register_follower(note_heard)
