"""Products as Shopify writes them."""

from typing import Any

from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.commerce.platforms.payloads import Payload, build

_MOST_TAGS = 250


def product(payload: Payload) -> ProductIn:
    """A product with its variants."""
    pictures = {one.text("id"): one.text("src", at_most=500) for one in payload.parts("images")}
    variants = payload.parts("variants")
    shipped = [variant.flag("requires_shipping") for variant in variants]
    return build(ProductIn, {
        "id": payload.text("id"),
        "title": payload.text("title", at_most=255),
        "kind": "digital" if shipped and all(needs is False for needs in shipped) else "goods",
        "category": payload.text("product_type", at_most=120),
        "vendor": payload.text("vendor", at_most=120),
        "description": payload.prose("body_html", at_most=20_000),
        "image_url": payload.part("image").text("src", at_most=500) or next(iter(pictures.values()), ""),
        "tags": [tag.strip()[:255] for tag in payload.text("tags").split(",") if tag.strip()][:_MOST_TAGS],
        "variants": [_variant(variant, pictures) for variant in variants],
        "archived": payload.text("status") == "archived",
        "created_at": payload.moment("created_at"),
    })  # fmt: skip


def _variant(variant: Payload, pictures: dict[str, str]) -> dict[str, Any]:
    return {
        "id": variant.text("id"),
        "sku": variant.text("sku", at_most=120),
        "title": variant.text("title", at_most=255),
        "price": variant.amount("price") if "price" in variant else None,
        "weight_g": variant.whole("grams") if "grams" in variant else None,
        "barcode": variant.text("barcode", at_most=40),
        "image_url": pictures.get(variant.text("image_id"), ""),
    }
