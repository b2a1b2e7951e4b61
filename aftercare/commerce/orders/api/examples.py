"""An order as the API's description shows it; the tests send it."""

from typing import Any

ORDER: dict[str, Any] = {
    "id": "1042",
    "number": "#1042",
    "placed_at": "2025-11-20T09:12:00Z",
    "currency": "EUR",
    "total": "93.90",
    "shipping": "4.90",
    "customer": {"id": "77", "name": "Sam Okafor", "email": "sam@example.com"},
    "lines": [{"id": "1", "title": "Linen throw", "sku": "THROW-01", "quantity": 1, "unit_price": "89.00"}],
    "shipping_address": {
        "recipient": "Sam Okafor", "street": "Torstraße 1", "postcode": "10119", "city": "Berlin", "country": "DE",
    },
}  # fmt: skip
ORDERS = {"source": "shop", "orders": [ORDER]}
