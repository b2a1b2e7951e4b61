"""Products."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from aftercare.commerce.catalog.actions import record_products
from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.commerce.platforms.importable import Importable, register
from aftercare.foundation.kit.intake import Intake


@register
class Products(Importable[ProductIn]):
    """What the shop sells, in which variants, and how products relate."""

    key = "products"
    title = "Products"
    schema = ProductIn
    keys = ("id",)
    examples: ClassVar = (
        {
            "id": "881",
            "title": "Water filter",
            "kind": "goods",
            "category": "Kitchen",
            "vendor": "Juniper & Oak",
            "description": "Filters two litres in five minutes.",
            "url": "https://shop.example/filter",
            "image_url": "https://shop.example/filter.jpg",
            "tags": ["kitchen", "water"],
            "return_class": "hygiene",
            "warranty_months": 24,
            "variants": [
                {
                    "id": "881-w",
                    "sku": "FIL-W",
                    "title": "White",
                    "price": "24.95",
                    "currency": "EUR",
                    "weight_g": 850,
                    "barcode": "4006381333931",
                    "image_url": "https://shop.example/filter-white.jpg",
                }
            ],
            "relations": [{"kind": "accessory_of", "to": "880"}],
            "archived": False,
            "created_at": "2026-03-01T09:00:00+01:00",
        },
    )

    def record(self, *, store_id: int, source: str, things: Sequence[ProductIn], now: datetime) -> Intake:
        return record_products(store_id=store_id, source=source, products=things, now=now)
