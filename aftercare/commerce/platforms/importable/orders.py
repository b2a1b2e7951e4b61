"""Orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.platforms.importable import Importable, register
from aftercare.foundation.kit.intake import Intake


@register
class Orders(Importable[OrderIn]):
    """What was sold, to whom, how it is fulfilled, and what was paid back."""

    key = "orders"
    title = "Orders"
    schema = OrderIn
    keys = ("id",)
    examples: ClassVar = (
        {
            "id": "450789469",
            "number": "#1042",
            "placed_at": "2026-11-01T09:30:00+01:00",
            "updated_at": "2026-11-09T11:00:00+01:00",
            "currency": "EUR",
            "total": "54.80",
            "subtotal": "49.90",
            "shipping": "4.90",
            "discount": "0.00",
            "tax": "8.75",
            "payment": "partially_refunded",
            "customer": {"id": "7081", "email": "sam@example.org", "name": "Sam Shopper"},
            "email": "sam@example.org",
            "phone": "+49 30 1234567",
            "locale": "de",
            "lines": [
                {
                    "id": "1",
                    "title": "Water filter",
                    "variant_title": "White",
                    "sku": "FIL-W",
                    "product": "881",
                    "variant": "881-w",
                    "kind": "goods",
                    "quantity": 2,
                    "cancelled_quantity": 0,
                    "refunded_quantity": 1,
                    "unit_price": "24.95",
                    "discount": "0.00",
                    "tax": "7.97",
                    "image_url": "https://shop.example/filter.jpg",
                    "batch": "L2026-07",
                    "serials": "FIL-000117 FIL-000118",
                }
            ],
            "fulfilments": [
                {
                    "id": "F1",
                    "kind": "pickup",
                    "status": "ready",
                    "status_at": "2026-11-02T15:00:00+01:00",
                    "scheduled_from": "2026-11-03T09:00:00+01:00",
                    "scheduled_until": "2026-11-03T18:00:00+01:00",
                    "location": {
                        "recipient": "Juniper & Oak",
                        "street": "Torstraße 1",
                        "city": "Berlin",
                        "country": "DE",
                    },
                    "lines": [{"line": "1", "quantity": 2}],
                }
            ],
            "refunds": [{"id": "R1", "amount": "24.95", "reason": "damaged", "at": "2026-11-09T11:00:00+01:00"}],
            "shipping_address": {"recipient": "Kim Friend", "street": "Am Markt 3", "city": "Bremen", "country": "DE"},
            "billing_address": {"recipient": "Sam Shopper", "street": "Lindenweg 4", "city": "Berlin", "country": "DE"},
            "promised_by": "2026-11-04T18:00:00+01:00",
            "gift": {"recipient": "Kim Friend", "email": "kim@example.org", "message": "Happy birthday!"},
            "po_number": "PO-2026-117",
            "note": "Please ring twice.",
            "tags": ["vip", "gift"],
        },
        {
            "id": "450789470",
            "number": "#1043",
            "placed_at": "2026-11-02T18:05:00+01:00",
            "currency": "EUR",
            "total": "24.95",
            "payment": "voided",
            "email": "sam@example.org",
            "lines": [{"id": "1", "title": "Water filter", "unit_price": "24.95"}],
            "cancelled_at": "2026-11-02T19:00:00+01:00",
            "cancel_reason": "customer changed their mind",
        },
    )

    def record(self, *, store_id: int, source: str, things: Sequence[OrderIn], now: datetime) -> Intake:
        return record_orders(store_id=store_id, source=source, orders=things, now=now)
