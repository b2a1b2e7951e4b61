"""What orders do when customers and products change."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.commerce.catalog.events import ProductChanged
from aftercare.commerce.customers.events import CustomerUnmerged
from aftercare.commerce.customers.queries import customer_by_public_id, survivors
from aftercare.commerce.orders.actions import give_back_orders, link_lines
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe
from aftercare.foundation.stores.scope import store_scope


@subscribe("orders.link_lines_to_products", ProductChanged)
def link_lines_to_products(batch: Sequence[Recorded], *, now: datetime) -> None:  # noqa: ARG001 -- links have no time
    """History is often imported orders first, products second."""
    products: dict[int, set[str]] = {}
    for event in batch:
        products.setdefault(event.store_id, set()).add(event.data["product"])
    for store_id, public_ids in products.items():
        link_lines(store_id=store_id, products=sorted(public_ids))


@subscribe("orders.give_back_orders_of_the_separated", CustomerUnmerged)
def give_back_orders_of_the_separated(batch: Sequence[Recorded], *, now: datetime) -> None:
    """While two were one, what either ordered was taken in for the survivor."""
    for event in batch:
        with store_scope(event.store_id):
            separated = customer_by_public_id(public_id=event.data["absorbed"])
            since = datetime.fromisoformat(event.data["merged_at"])
            assert event.customer_id is not None, "the survivor"
            holder = survivors(store_id=event.store_id, ids=[event.customer_id])[event.customer_id]
            give_back_orders(survivor_id=holder, separated=separated, since=since, by=event.actor, now=now)
