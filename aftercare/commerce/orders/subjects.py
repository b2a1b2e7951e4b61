"""Orders as what events are about."""

from aftercare.commerce.orders.queries import order_by_public_id, public_ids_of_orders
from aftercare.foundation.events.subjects import Followed, register_subject


def _rows(public_id: str) -> list[int]:
    return [order_by_public_id(public_id=public_id).pk]


register_subject(Followed(prefix="ord", name="order", key="order_id", public_ids=public_ids_of_orders, rows=_rows))
