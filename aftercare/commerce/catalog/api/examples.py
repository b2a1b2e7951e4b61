"""A product as the API's description shows it; the tests send it."""

from typing import Any

PRODUCT: dict[str, Any] = {
    "id": "filter-jug",
    "title": "Filter jug",
    "category": "Kitchen",
    "warranty_months": 24,
    "variants": [{"id": "filter-jug-2l", "sku": "JUG-2L", "title": "2 litres", "price": "39.00", "currency": "EUR"}],
    "relations": [{"kind": "accessory_of", "to": "tea-set"}],
}
PRODUCTS = {"source": "shop", "products": [PRODUCT]}
