"""Events to try a journey on: real ones, with the order and customer they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import customer_by_email, person_ids
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.overview import orders_named
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.events.base import Recorded

_LOOKED_THROUGH = 20_000
_ORDERS_FOUND = 20
_COLUMNS = "id, store_id, type, occurred_at, recorded_at, customer_id, order_id, shipment_id, actor, data"
# Of the store's latest facts only, along their index: a type that has become rare would have it read the whole log.
_RECENT = f"""
    SELECT {_COLUMNS} FROM (
        SELECT {_COLUMNS} FROM events_event WHERE store_id = %s ORDER BY recorded_at DESC LIMIT {_LOOKED_THROUGH}
    ) AS latest WHERE type = %s ORDER BY recorded_at DESC LIMIT %s
"""  # noqa: S608 -- constants of this module
_OF_ORDERS = f"""
    SELECT {_COLUMNS} FROM events_event WHERE store_id = %s AND type = %s AND order_id = ANY(%s)
    ORDER BY occurred_at DESC LIMIT %s
"""  # noqa: S608 -- constants of this module
_OF_CUSTOMERS = f"""
    SELECT {_COLUMNS} FROM events_event WHERE store_id = %s AND type = %s AND customer_id = ANY(%s)
    ORDER BY occurred_at DESC LIMIT %s
"""  # noqa: S608 -- constants of this module
_ONE = f"SELECT {_COLUMNS} FROM events_event WHERE store_id = %s AND id = %s"  # noqa: S608 -- constants of this module


@dataclass(frozen=True)
class Example:
    """An event with what it is about, as people know it."""

    event: Recorded
    order: Order | None
    customer: Customer | None


def examples(*, store_id: int, trigger: str, words: str = "", limit: int = 6) -> list[Example]:
    """The latest events of a type; with words, those of an order's number or a customer's address."""
    words = words.replace("\x00", "").strip()
    rows = _named(store_id, trigger, words, limit) if words else fetch_decoded(_RECENT, [store_id, trigger, limit])
    return _with_subjects([Recorded(*row) for row in rows])


def example_by_id(*, store_id: int, event_id: str, trigger: str) -> Example | None:
    """The event of this id, if it is one that starts such a journey."""
    try:
        wanted = UUID(event_id)
    except ValueError:
        return None
    found = _with_subjects([Recorded(*row) for row in fetch_decoded(_ONE, [store_id, wanted])])
    return next((example for example in found if example.event.type == trigger), None)


def _named(store_id: int, trigger: str, words: str, limit: int) -> list[tuple[object, ...]]:
    orders = [order.pk for order in orders_named(words=words, limit=_ORDERS_FOUND)]
    rows = fetch_decoded(_OF_ORDERS, [store_id, trigger, orders, limit]) if orders else []
    customer = customer_by_email(email=words) if "@" in words and not rows else None
    if customer is not None:
        rows = fetch_decoded(_OF_CUSTOMERS, [store_id, trigger, person_ids(customer=customer), limit])
    return list(rows)


def _with_subjects(events: Sequence[Recorded]) -> list[Example]:
    orders = Order.objects.in_bulk([event.order_id for event in events if event.order_id])
    customers = Customer.objects.in_bulk([event.customer_id for event in events if event.customer_id])
    return [Example(event, orders.get(event.order_id or 0), customers.get(event.customer_id or 0)) for event in events]
