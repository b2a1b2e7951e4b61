"""An order, and every milestone of a parcel, is a reason to say anew when it arrives."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.commerce.promises.actions import PROMISES, promise_orders, promise_parcels
from aftercare.commerce.shipments import events
from aftercare.commerce.shipments.following import register_follower
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.stores.scope import store_scope

_MILESTONES = (
    events.ShipmentCreated, events.ShipmentHandedOver, events.ShipmentOutForDelivery, events.ShipmentAttemptFailed,
    events.ShipmentDelayed, events.ShipmentHeld,
)  # fmt: skip


@subscribe("promises.promise_orders", OrderPlaced)
def promise_new_orders(batch: Sequence[Recorded], *, now: datetime) -> None:
    by_store: dict[int, set[int]] = defaultdict(set)
    for event in batch:
        if event.order_id is not None:
            by_store[event.store_id].add(event.order_id)
    for store_id, ids in by_store.items():
        with store_scope(store_id):
            promise_orders(store_id=store_id, ids=sorted(ids), now=now)


@subscribe("promises.promise_parcels", *_MILESTONES)
def promise_parcels_that_moved(batch: Sequence[Recorded], *, now: datetime) -> None:
    by_store: dict[int, set[int]] = defaultdict(set)
    for event in batch:
        if event.shipment_id is not None:
            by_store[event.store_id].add(event.shipment_id)
    for store_id, ids in by_store.items():
        with store_scope(store_id):
            promise_parcels(store_id=store_id, ids=sorted(ids), now=now)


def _promise_soon(*, heard: Collection[int], changed: Collection[int], now: datetime) -> None:  # noqa: ARG001 -- a follower's
    """One more scan in a depot is no fact for the log; the loop finds the parcels by itself."""
    wake(PROMISES)


register_follower(_promise_soon)
