"""An order, and every milestone of a parcel, is a reason to say anew when it arrives."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.commerce.promises.actions import note_heard, promise_orders, promise_parcels
from aftercare.commerce.shipments import events
from aftercare.commerce.shipments.following import register_follower
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe
from aftercare.foundation.stores.scope import store_scope

_MILESTONES = (
    events.ShipmentCreated, events.ShipmentHandedOver, events.ShipmentOutForDelivery, events.ShipmentAttemptFailed,
    events.ShipmentDelayed, events.ShipmentHeld,
)  # fmt: skip


@subscribe("promises.promise_orders", OrderPlaced)
def promise_new_orders(batch: Sequence[Recorded], *, now: datetime) -> None:
    for store_id, ids in _by_store((told.store_id, told.order_id) for told in batch).items():
        with store_scope(store_id):
            promise_orders(store_id=store_id, ids=ids, now=now)


@subscribe("promises.promise_parcels", *_MILESTONES)
def promise_parcels_that_moved(batch: Sequence[Recorded], *, now: datetime) -> None:
    for store_id, ids in _by_store((told.store_id, told.shipment_id) for told in batch).items():
        with store_scope(store_id):
            promise_parcels(store_id=store_id, ids=ids, now=now)


def _by_store(told: Iterable[tuple[int, int | None]]) -> Mapping[int, Sequence[int]]:
    """Row ids of each store, each once and sorted."""
    found: dict[int, set[int]] = defaultdict(set)
    for store_id, row_id in told:
        if row_id is not None:
            found[store_id].add(row_id)
    return {store_id: sorted(ids) for store_id, ids in found.items()}


register_follower(note_heard)
