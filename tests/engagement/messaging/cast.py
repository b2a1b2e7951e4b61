"""Rows that messaging tests stand on, made directly: commerce has tests of its own."""

from datetime import datetime, timedelta
from typing import Any

from aftercare.commerce.customers.models import Consent, Customer
from aftercare.commerce.orders.models import Line, Order
from aftercare.engagement.messaging.actions.templates import install_builtin_templates
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.stores.models import Store


def make_customer(store: Store, now: datetime, *, email: str = "sam@example.com", **fields: Any) -> Customer:
    """Sam, who shops."""
    return Customer.objects.create(store=store, name="Sam Okafor", email=email, created_at=now, **fields)


def make_order(customer: Customer, now: datetime, *, number: str = "#1001", **fields: Any) -> Order:
    """One linen throw."""
    order = Order.objects.create(
        store=customer.store, source="test", external_id=number, number=number, customer=customer, placed_at=now,
        currency="EUR", total=8900, subtotal=8900, changed_at=now, **fields,
    )  # fmt: skip
    Line.objects.create(
        store=customer.store, order=order, external_id="1", title="Linen throw", quantity=1, unit_price=8900, total=8900
    )
    return order


def consent(customer: Customer, now: datetime, *, purpose: str, granted: bool) -> None:
    """What Sam said about e-mail."""
    Consent.objects.create(
        store=customer.store, customer=customer, purpose=purpose, channel="email", granted=granted, source="test",
        changed_at=now,
    )  # fmt: skip


def request_for(
    order: Order, now: datetime, *, message_type: str = "order_confirmed", key: str = "one"
) -> MessageRequest:
    """Please tell Sam."""
    return MessageRequest(
        store_id=order.store_id, message_type=message_type, channel="email", origin="test", dedupe_key=key,
        customer_id=order.customer_id, order_id=order.pk, caused_at=now,
    )  # fmt: skip


def with_templates(store: Store, now: datetime) -> Store:
    """The store with its built-in templates."""
    install_builtin_templates(store=store, now=now - timedelta(days=30))
    return store
