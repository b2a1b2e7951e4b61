"""What tests of ownership start from: jugs that arrived."""

from datetime import datetime, timedelta
from typing import Any

from aftercare.commerce.orders.models import Order
from aftercare.engagement.ownership.actions import own_lines
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores
from tests.factories import NOW, line_in, make_order

ARRIVED = NOW - timedelta(days=2)


def delivered(store: Store, number: str = "1042", *, at: datetime = ARRIVED, **line: Any) -> Order:
    """An order of one jug (line “1”) that was picked up then. Needs the store's scope."""
    arrived = {"id": "f", "kind": "pickup", "status": "completed", "status_at": at.isoformat()}
    return make_order(
        store, id=number, number=f"#{number}", placed_at=(at - timedelta(days=1)).isoformat(),
        lines=[line_in(product="jug", **line)], fulfilments=[arrived],
    )  # fmt: skip


def owned(store: Store, number: str = "1042", **told: Any) -> Order:
    """The same, as the subscriber has heard of it."""
    order = delivered(store, number, **told)
    with across_stores("a subscriber serves every store"):
        own_lines(order_ids=[order.pk], now=NOW)
    return order
