"""Whoever buys, or learns which one they got, after a notice was published is addressed like all before them."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.commerce.orders import events
from aftercare.engagement.notices.actions import address_orders
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe

# Batches and serial numbers are often known only once somebody has packed.
_TELLING = (
    events.OrderPlaced, events.OrderEdited, events.FulfilmentPacked, events.FulfilmentUnderWay,
    events.FulfilmentCompleted, events.OrderDelivered,
)  # fmt: skip


@subscribe("notices.address_later_orders", *_TELLING)
def address_later_orders(batch: Sequence[Recorded], *, now: datetime) -> None:
    """In sets; an order is addressed once by a notice, however many events tell of it."""
    address_orders(order_ids={told.order_id for told in batch if told.order_id is not None}, now=now)
