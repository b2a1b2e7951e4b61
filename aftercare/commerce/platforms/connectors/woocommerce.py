"""WooCommerce: webhooks of the REST API v3, signed with the secret of each webhook.

Times come in two kinds, local ones without a zone and `…_gmt`; only the latter are read. Amounts of lines come without
tax, which is added here, because a price is what the customer sees.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.platforms.connectors import (
    Connector,
    FetchedPage,
    Headers,
    Ignored,
    News,
    PageCall,
    Settings,
    register,
)
from aftercare.commerce.platforms.payloads import Payload, build, read_json
from aftercare.commerce.platforms.signatures import check_hmac, secrets_of
from aftercare.commerce.shipments.schemas import ShipmentIn
from aftercare.foundation.kit.money import exponent, is_currency

Rounding = Callable[[Decimal], Decimal]
_SIGNATURE = "x-wc-webhook-signature"
_PING = re.compile(rb"webhook_id=\d+")
_PAYMENTS = {
    "processing": "paid", "completed": "paid", "refunded": "refunded", "cancelled": "voided", "on-hold": "pending",
}  # fmt: skip
# A checkout that has not led to an order, or no longer does.
_NO_ORDER = frozenset({"pending", "failed", "checkout-draft", "auto-draft", "draft", "trash"})
# Plugins that track parcels keep them here, by the convention of the official extension.
_TRACKING = "_wc_shipment_tracking_items"
# WooCommerce knows no fulfilments: an order is sent as a whole.
_WHOLE = "order"
_PER_PAGE = 100


class WooCommerceForm(forms.Form):
    """Where the shop is, and what it signs with."""

    shop = forms.URLField(
        label=_("Shop"), max_length=200, assume_scheme="https", help_text=_("Such as https://juniper-oak.example.")
    )
    secret = forms.CharField(
        label=_("Secret"), min_length=16, max_length=200, help_text=_("The same for every webhook of this connection.")
    )

    consumer_key = forms.CharField(
        label=_("Consumer key"), required=False, max_length=200,
        help_text=_("Of a REST API key that may read: only needed to fetch what was before."),
    )  # fmt: skip
    consumer_secret = forms.CharField(label=_("Consumer secret"), required=False, max_length=200)


def _order(payload: Payload) -> list[News]:
    status = payload.text("status")
    if status in _NO_ORDER:
        return [Ignored(f"'{status}' is no order yet, or no longer one.")]
    modified = payload.moment("date_modified_gmt", zone=UTC)
    refunds = [_refund(refund, modified) for refund in payload.parts("refunds")]
    rounded = _rounding(payload.text("currency"))
    paid = "partially_refunded" if refunds and status != "refunded" else _PAYMENTS.get(status, "paid")
    order = build(OrderIn, {
        "id": payload.text("id"),
        "number": payload.text("number", "id"),
        "placed_at": payload.moment("date_created_gmt", zone=UTC),
        "updated_at": modified,
        "currency": payload.text("currency"),
        "total": payload.amount("total"),
        "shipping": rounded(payload.amount("shipping_total") + payload.amount("shipping_tax")),
        "discount": rounded(payload.amount("discount_total") + payload.amount("discount_tax")),
        "tax": rounded(payload.amount("total_tax")),
        "payment": paid,
        "customer": _buyer(payload),
        "email": payload.part("billing").text("email") or None,
        "phone": payload.part("billing").text("phone", at_most=40) or None,
        "lines": [_line(line, rounded) for line in payload.parts("line_items") if line.whole("quantity") > 0],
        "fulfilments": _fulfilments(payload),
        "refunds": refunds,
        "shipping_address": _address(payload.part("shipping")),
        "billing_address": _address(payload.part("billing")),
        "note": payload.text("customer_note", at_most=20_000),
        "cancelled_at": modified if status == "cancelled" else None,
    })  # fmt: skip
    return [order, *_parcels(payload)]


def _customer(payload: Payload) -> list[News]:
    billing = payload.part("billing")
    told = {
        "id": payload.text("id") or None,
        "email": payload.text("email") or billing.text("email") or None,
        "phone": billing.text("phone", at_most=40) or None,
        "name": _name(payload) or _name(billing),
        "country": _country(billing),
        "addresses": [one for one in (_address(billing), _address(payload.part("shipping"))) if one],
        "created_at": payload.moment("date_created_gmt", zone=UTC),
    }
    return [build(CustomerIn, told)]


def _product(payload: Payload) -> list[News]:
    if payload.text("status") in {"auto-draft", "draft", "pending"}:
        return [Ignored("The product is a draft.")]
    pictures = payload.parts("images")
    told = {
        "id": payload.text("id"),
        "title": payload.text("name", at_most=255),
        "kind": "digital" if payload.flag("virtual") or payload.flag("downloadable") else "goods",
        "category": next((one.text("name", at_most=120) for one in payload.parts("categories")), ""),
        "description": payload.prose("description", at_most=20_000),
        "url": payload.text("permalink"),
        "image_url": pictures[0].text("src", at_most=500) if pictures else "",
        "tags": [one.text("name", at_most=255) for one in payload.parts("tags")][:250],
        "variants": [_only_variant(payload)] if not payload.texts("variations") else [],
        "archived": payload.text("status") in {"trash", "private"},
        "created_at": payload.moment("date_created_gmt", zone=UTC),
    }
    return [build(ProductIn, told)]


def _kept(_payload: Payload) -> list[News]:
    return [Ignored("What the shop deletes is kept here as it was last known.")]


_TRANSLATORS: dict[str, Callable[[Payload], list[News]]] = {
    **dict.fromkeys(("order.created", "order.updated", "order.restored"), _order),
    **dict.fromkeys(("customer.created", "customer.updated"), _customer),
    **dict.fromkeys(("product.created", "product.updated", "product.restored"), _product),
    **dict.fromkeys(("order.deleted", "customer.deleted", "product.deleted"), _kept),
}


@register
class WooCommerce(Connector):
    """A shop on WordPress with WooCommerce."""

    key: ClassVar = "woocommerce"
    label: ClassVar = "WooCommerce"
    SettingsForm: ClassVar = WooCommerceForm
    topics: ClassVar = tuple(topic for topic, translate in _TRANSLATORS.items() if translate is not _kept)
    where: ClassVar = _("In WordPress: WooCommerce, Settings, Advanced, Webhooks; one webhook for each topic.")
    topic_header: ClassVar = "x-wc-webhook-topic"
    id_header: ClassVar = "x-wc-webhook-delivery-id"
    header_prefix: ClassVar = "x-wc-webhook-"
    resources: ClassVar = ("products", "customers", "orders")

    def verify(self, *, headers: Headers, body: bytes, settings: Settings, now: datetime) -> None:
        given = headers.get(_SIGNATURE, "")
        check_hmac(body=body, given=given, secrets=secrets_of(settings, now=now), header=_SIGNATURE)

    def is_greeting(self, *, headers: Headers, body: bytes) -> bool:
        """When a webhook is made, WooCommerce calls it once with its number, unsigned, and drops it unless answered."""
        return _SIGNATURE not in headers and _PING.fullmatch(body) is not None

    def translate(self, *, topic: str, payload: Any) -> list[News]:
        translate = _TRANSLATORS.get(topic)
        return translate(Payload(payload)) if translate else [Ignored(f"Nothing here is made of '{topic}'.")]

    def has_access(self, settings: Settings) -> bool:
        return bool(settings.get("consumer_key") and settings.get("consumer_secret"))

    def page_call(self, *, resource: str, cursor: str, settings: Settings) -> PageCall:
        query = urlencode({"per_page": _PER_PAGE, "page": cursor or "1", "orderby": "id", "order": "asc"})
        pair = f"{settings['consumer_key']}:{settings['consumer_secret']}".encode()
        headers = {"Authorization": f"Basic {b64encode(pair).decode()}", "Accept": "application/json"}
        return PageCall(f"{settings['shop'].rstrip('/')}/wp-json/wc/v3/{resource}?{query}", headers)

    def read_page(self, *, resource: str, cursor: str, headers: Headers, body: bytes) -> FetchedPage:
        records = Payload({resource: read_json(body)}).objects(resource)
        page, pages = int(cursor or "1"), headers.get("x-wp-totalpages", "")
        is_last = not records or (pages.isdecimal() and page >= int(pages))
        topic = f"{resource.removesuffix('s')}.updated"
        return FetchedPage([(topic, record) for record in records], "" if is_last else str(page + 1))


def _buyer(payload: Payload) -> dict[str, Any] | None:
    """The account that ordered; a guest's is 0."""
    account, billing = payload.text("customer_id"), payload.part("billing")
    if account in {"", "0"}:
        return None
    return {"id": account, "email": billing.text("email") or None, "name": _name(billing), "country": _country(billing)}


def _rounding(currency: str) -> Rounding:
    """To what the currency has; WooCommerce calculates taxes to six places."""
    step = Decimal(1).scaleb(-exponent(currency) if is_currency(currency) else -2)
    return lambda amount: amount.quantize(step, ROUND_HALF_UP)


def _line(line: Payload, rounded: Rounding) -> dict[str, Any]:
    quantity = line.whole("quantity")
    before = line.amount("subtotal", "total") + line.amount("subtotal_tax", "total_tax")
    after = line.amount("total") + line.amount("total_tax")
    unit_price, discount = rounded(before / quantity), rounded(max(before - after, Decimal(0)))
    return {
        "id": line.text("id"),
        "title": line.text("name", at_most=255),
        "sku": line.text("sku", at_most=120),
        "product": line.text("product_id") or None,
        "variant": line.text("variation_id") if line.text("variation_id") not in {"", "0"} else None,
        "quantity": quantity,
        "unit_price": unit_price,
        "discount": min(discount, unit_price * quantity),
        "tax": rounded(line.amount("total_tax")),
    }


def _refund(refund: Payload, at: datetime | None) -> dict[str, Any]:
    """The order lists refunds with negative totals and without a time of their own."""
    return {
        "id": refund.text("id"),
        "amount": abs(refund.amount("total")),
        "reason": refund.text("reason", at_most=200),
        "at": at,
    }


def _fulfilments(payload: Payload) -> list[dict[str, Any]]:
    if payload.text("status") != "completed":
        return []
    return [{"id": _WHOLE, "status": "under_way", "status_at": payload.moment("date_completed_gmt", zone=UTC)}]


def _parcels(payload: Payload) -> list[News]:
    items = [
        item for meta in payload.parts("meta_data") if meta.text("key") == _TRACKING
        for item in meta.parts("value")
    ]  # fmt: skip
    key = payload.text("id")
    return [
        build(ShipmentIn, {
            "id": f"{key}-{item.text('tracking_id') or place}",
            "order": key,
            "fulfilment": _WHOLE,
            "carrier": item.text("tracking_provider", "custom_tracking_provider", at_most=40),
            "tracking_number": item.text("tracking_number"),
            "tracking_url": item.text("custom_tracking_link"),
            "created_at": _at(item.whole("date_shipped")),
        })
        for place, item in enumerate(items, 1)
        if item.text("tracking_number")
    ]  # fmt: skip


def _at(seconds: int) -> datetime | None:
    """The plugin writes Unix seconds; what is no time of this century is no time."""
    return datetime.fromtimestamp(seconds, UTC) if 946_684_800 <= seconds < 4_102_444_800 else None


def _only_variant(payload: Payload) -> dict[str, Any]:
    price = payload.amount("price") if payload.text("price") else None
    return {"id": payload.text("id"), "sku": payload.text("sku", at_most=120), "price": price}


def _address(payload: Payload) -> dict[str, Any] | None:
    told = {
        "recipient": _name(payload),
        "company": payload.text("company", at_most=255),
        "street": payload.text("address_1", at_most=255),
        "street2": payload.text("address_2", at_most=255),
        "city": payload.text("city", at_most=255),
        "postcode": payload.text("postcode", at_most=20),
        "region": payload.text("state", at_most=80),
        "country": _country(payload),
        "phone": payload.text("phone", at_most=40),
    }
    return told if any(told.values()) else None


def _name(payload: Payload) -> str:
    return " ".join(filter(None, (payload.text("first_name"), payload.text("last_name"))))[:200]


def _country(payload: Payload) -> str | None:
    code = payload.text("country")
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None
