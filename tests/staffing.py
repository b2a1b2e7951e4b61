"""A member of staff at the console: Django's test client, signed in, and a shop with some life in it."""

from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.actions import record_shipments
from aftercare.commerce.shipments.schemas import ShipmentIn
from aftercare.engagement.journeys.actions.enter import enter_from_events
from aftercare.engagement.journeys.actions.travel import move_due
from aftercare.engagement.messaging.actions.delivery import deliver_due
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.actions import add_staff
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW, make_order, make_product

SCANS = (
    {"at": "2026-11-02T10:00:00Z", "status": "picked_up", "text": "Handed over", "place": "Berlin", "code": "PU"},
    {"at": "2026-11-03T06:12:00Z", "status": "in_transit", "text": "Left the sorting centre", "place": "Leipzig"},
)


class Staff:
    """Somebody signed in. Pages are named as in the addresses: `olga.see("order", public_id)`."""

    def __init__(self, store: Store, role: Role = Role.OWNER, email: str = "olga@juniper.example") -> None:
        self.store = store
        with store_scope(store.pk):
            self.user = add_staff(
                store=store, email=email, role=role, now=NOW, name=email.partition("@")[0].title()
            ).user
        self.client = Client()
        self.client.force_login(self.user)

    def url(self, name: str, *args: object) -> str:
        """The address of a page of the store."""
        return reverse(name, args=[self.store.slug, *args])

    def see(self, name: str, /, *args: object, expect: int = 200, **query: str) -> str:
        """A page as HTML."""
        response = self.client.get(self.url(name, *args), query)
        assert response.status_code == expect, response.status_code
        return str(response.content.decode())

    def get(self, name: str, /, *args: object, **query: str) -> HttpResponse:
        """The whole answer."""
        return self.client.get(self.url(name, *args), query)

    def do(self, name: str, /, *args: object, expect: int = 302, **form: Any) -> HttpResponse:
        """Send a form."""
        response = self.client.post(self.url(name, *args), form)
        assert response.status_code == expect, response.status_code
        return response

    def count_queries(self, name: str, /, *args: object, **query: str) -> int:
        """How many statements a page takes, once it is warm."""
        self.see(name, *args, **query)
        with CaptureQueriesContext(connection) as captured:
            self.see(name, *args, **query)
        return len(captured)


def live(store: Store, number: int) -> Order:
    """An order of a customer of its own: a product, a parcel with scans, a journey, and a message of it."""
    key = f"{1000 + number}"
    with store_scope(store.pk):
        make_product(store, id=f"jug-{key}", title=f"Filter jug {key}")
        buyer = {"id": f"c{key}", "email": f"sam{key}@example.com", "name": f"Sam {key}", "phone": f"+4930123{key}"}
        line = {"id": "1", "title": "Filter jug", "product": f"jug-{key}", "unit_price": "34.90", "quantity": 1}
        refund = {"id": "r", "amount": "5.00", "at": "2026-11-22T09:30:00Z", "reason": "late"}
        order = make_order(
            store, id=key, number=f"#{key}", placed_at="2026-11-22T09:00:00Z", customer=buyer, lines=[line],
            email=buyer["email"], refunds=[refund],
        )  # fmt: skip
        parcel = ShipmentIn.model_validate(
            {"id": f"p{key}", "order": key, "carrier": "dhl", "tracking_number": f"003404{key}", "scans": SCANS}
        )
        record_shipments(store_id=store.pk, source="shop", shipments=[parcel], now=NOW)
        with transaction.atomic():
            enter_from_events(events=[_placing(order)], now=NOW)
            move_due(NOW)
    deliver_due(NOW)
    return order


def _placing(order: Order) -> Recorded:
    row = EventRow.objects.get(order_id=order.pk, type=OrderPlaced.type)
    return Recorded(
        row.id, row.store_id, row.type, row.occurred_at, row.recorded_at, row.customer_id, row.order_id,
        row.shipment_id, row.actor, row.data,
    )  # fmt: skip
