"""Connected shops, and messages as the platforms document them."""

import hashlib
import hmac
from base64 import b64encode
from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client

from aftercare.commerce.platforms.actions import connect_shop
from aftercare.commerce.platforms.models import Connection, Delivery
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW

SECRET = "shpss_0123456789abcdef0123456789abcdef"
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SETTINGS: dict[str, dict[str, str]] = {
    "shopify": {"shop": "juniper-oak.myshopify.com", "secret": SECRET},
    "woocommerce": {"shop": "https://juniper-oak.example", "secret": SECRET},
    "standard": {"secret": KEY},
}


def connect(store: Store, platform: str = "shopify", source: str = "") -> Connection:
    """A shop that is connected to the store."""
    with store_scope(store.pk):
        return connect_shop(
            store_id=store.pk, platform=platform, source=source or platform, settings=SETTINGS[platform], by="olga",
            now=NOW,
        )  # fmt: skip


def signature(body: bytes, secret: str = SECRET) -> str:
    """As Shopify and WooCommerce make it."""
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def push(
    connection: Connection, topic: str, payload: Any, *, message_id: str = "m-1", secret: str = SECRET
) -> HttpResponse:
    """Shopify calls; the client checks CSRF as it would for any browser."""
    body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Webhook-Id": message_id,
        "X-Shopify-Shop-Domain": "juniper-oak.myshopify.com",
        "X-Shopify-Hmac-Sha256": signature(body, secret),
    }
    return call(connection, body, headers)


def call(connection: Connection, body: bytes, headers: dict[str, str]) -> HttpResponse:
    """A call with these headers."""
    client = Client(enforce_csrf_checks=True)
    address = f"/hooks/shops/{connection.public_id}/"
    return client.post(address, body, content_type="application/json", headers=headers)  # type: ignore[return-value]


def deliveries(store: Store) -> list[Delivery]:
    """What the store keeps, in the order it came."""
    with store_scope(store.pk):
        return list(Delivery.objects.order_by("pk"))


def shopify_order(**told: Any) -> dict[str, Any]:
    """Two filters for Sam, paid and not sent yet."""
    return {
        "id": 5001, "name": "#1042", "order_number": 1042, "email": "sam@example.org", "currency": "EUR",
        "created_at": "2026-11-20T09:30:00+01:00", "processed_at": "2026-11-20T09:30:00+01:00",
        "updated_at": "2026-11-20T09:31:00+01:00", "total_price": "54.80", "subtotal_price": "49.90",
        "total_tax": "8.75", "total_discounts": "0.00", "financial_status": "paid", "fulfillment_status": None,
        "customer_locale": "de", "tags": "vip, filter club", "note": None, "cancelled_at": None,
        "total_shipping_price_set": {"shop_money": {"amount": "4.90", "currency_code": "EUR"}},
        "customer": {"id": 71, "email": "sam@example.org", "first_name": "Sam", "last_name": "Shopper"},
        "shipping_address": {
            "name": "Sam Shopper", "address1": "Lindenweg 4", "zip": "10115", "city": "Berlin", "country_code": "DE",
        },
        "line_items": [{
            "id": 1, "title": "Water filter", "variant_title": "White", "sku": "FIL-W", "quantity": 2,
            "current_quantity": 2, "price": "24.95", "product_id": 881, "variant_id": 8811, "requires_shipping": True,
            "gift_card": False, "tax_lines": [{"price": "7.97"}], "discount_allocations": [],
        }],
        "fulfillments": [], "refunds": [],
        **told,
    }  # fmt: skip


def shopify_fulfilment(**told: Any) -> dict[str, Any]:
    """Both filters in one parcel."""
    return {
        "id": 900, "order_id": 5001, "status": "success", "created_at": "2026-11-20T15:00:00+01:00",
        "updated_at": "2026-11-20T15:00:00+01:00", "tracking_company": "DHL", "shipment_status": None,
        "tracking_numbers": ["00340434161094042557"], "tracking_urls": ["https://dhl.example/557"],
        "line_items": [{"id": 1, "quantity": 2, "requires_shipping": True}],
        **told,
    }  # fmt: skip


def woo_order(**told: Any) -> dict[str, Any]:
    """The same order at a shop on WordPress, without an account."""
    person = {"first_name": "Sam", "last_name": "Shopper", "address_1": "Lindenweg 4", "city": "Berlin"}
    return {
        "id": 727, "number": "727", "status": "processing", "currency": "EUR", "total": "54.80",
        "date_created_gmt": "2026-11-20T08:30:00", "date_modified_gmt": "2026-11-20T08:31:00",
        "shipping_total": "4.12", "shipping_tax": "0.78", "discount_total": "0.00", "discount_tax": "0.00",
        "total_tax": "8.75", "customer_id": 0, "customer_note": "",
        "billing": {**person, "postcode": "10115", "country": "DE", "email": "sam@example.org", "phone": ""},
        "shipping": {**person, "postcode": "10115", "country": "DE"},
        "line_items": [{
            "id": 1, "name": "Water filter", "product_id": 93, "variation_id": 0, "quantity": 2, "sku": "FIL-W",
            "subtotal": "41.93", "subtotal_tax": "7.97", "total": "41.93", "total_tax": "7.966700", "price": 20.965,
        }],
        "refunds": [], "meta_data": [],
        **told,
    }  # fmt: skip
