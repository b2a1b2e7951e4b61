"""Orders as Shopify writes them, in the currency of the shop."""

from collections import Counter
from decimal import Decimal
from typing import Any

from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.platforms.connectors import Ignored, News
from aftercare.commerce.platforms.connectors.shopify.parcels import contents, is_void, parcels
from aftercare.commerce.platforms.connectors.shopify.people import address, customer
from aftercare.commerce.platforms.payloads import Payload, build

_PAYMENTS = {
    "paid": "paid", "partially_refunded": "partially_refunded", "refunded": "refunded", "voided": "voided",
}  # fmt: skip
_MOST_TAGS = 250


def order_with_parcels(payload: Payload) -> list[News]:
    """The order, then a parcel for each tracking number of its fulfilments."""
    shipped = [parcel for fulfilment in payload.parts("fulfillments") for parcel in parcels(fulfilment)]
    return [_order(payload), *(parcel for parcel in shipped if not isinstance(parcel, Ignored))]


def _order(payload: Payload) -> OrderIn:
    removed, refunded = _taken_back(payload)
    buyer = payload.part("customer")
    return build(OrderIn, {
        "id": payload.text("id"),
        "number": payload.text("name", "order_number"),
        "placed_at": payload.moment("processed_at", "created_at"),
        "updated_at": payload.moment("updated_at"),
        "currency": payload.text("currency"),
        "total": payload.amount("total_price"),
        "subtotal": payload.amount("subtotal_price") if "subtotal_price" in payload else None,
        "shipping": _shipping(payload),
        "discount": payload.amount("total_discounts"),
        "tax": payload.amount("total_tax"),
        "payment": _PAYMENTS.get(payload.text("financial_status"), "pending"),
        "customer": customer(buyer) if buyer.text("id") else None,
        "email": payload.text("email", "contact_email") or None,
        "phone": payload.text("phone", at_most=40) or None,
        "locale": payload.text("customer_locale", at_most=12),
        "lines": [_line(line, removed, refunded) for line in payload.parts("line_items") if line.whole("quantity") > 0],
        "fulfilments": [_fulfilment(one) for one in payload.parts("fulfillments")],
        "refunds": [refund for one in payload.parts("refunds") if (refund := _refund(one))],
        "shipping_address": address(payload.part("shipping_address")),
        "billing_address": address(payload.part("billing_address")),
        "po_number": payload.text("po_number", at_most=80),
        "note": payload.text("note", at_most=20_000),
        "tags": _tags(payload),
        "cancelled_at": payload.moment("cancelled_at"),
        "cancel_reason": payload.text("cancel_reason", at_most=200),
    })  # fmt: skip


def _line(line: Payload, removed: Counter[str], refunded: Counter[str]) -> dict[str, Any]:
    key, quantity = line.text("id"), line.whole("quantity")
    given_back = min(refunded[key], quantity)
    # An edit that takes pieces out shows in the current quantity only.
    gone = quantity - line.whole("current_quantity") if "current_quantity" in line else 0
    cancelled = max(removed[key], gone - given_back, 0)
    return {
        "id": key,
        "title": line.text("title", "name", at_most=255),
        "variant_title": line.text("variant_title", at_most=255),
        "sku": line.text("sku", at_most=120),
        "product": line.text("product_id") or None,
        "variant": line.text("variant_id") or None,
        "kind": "digital" if line.flag("gift_card") or line.flag("requires_shipping") is False else None,
        "quantity": quantity,
        "cancelled_quantity": min(cancelled, quantity - given_back),
        "refunded_quantity": given_back,
        "unit_price": line.amount("price"),
        "discount": _sum(line, "discount_allocations", "amount") or line.amount("total_discount"),
        "tax": _sum(line, "tax_lines", "price"),
        "batch": _property(line, "batch", "lot", at_most=120),
        "serials": _property(line, "serial", "serials", "serial number", "serial numbers", at_most=20_000),
    }


def _property(line: Payload, *names: str, at_most: int) -> str:
    """What a line's own properties say under one of these names, which shops and warehouse apps choose themselves."""
    for one in line.parts("properties"):
        if one.text("name", at_most=40).strip().casefold() in names:
            return one.text("value", at_most=at_most)
    return ""


def _taken_back(payload: Payload) -> tuple[Counter[str], Counter[str]]:
    """Pieces by line that were cancelled before they were sent, and those that came back or were paid back."""
    removed: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    for refund in payload.parts("refunds"):
        for item in refund.parts("refund_line_items"):
            kind = removed if item.text("restock_type") == "cancel" else refunded
            kind[item.text("line_item_id")] += max(item.whole("quantity"), 0)
    return removed, refunded


def _refund(refund: Payload) -> dict[str, Any] | None:
    """Money given back; None where only goods were."""
    paid_back = sum(
        (
            transaction.amount("amount")
            for transaction in refund.parts("transactions")
            if (transaction.text("kind") or "refund", transaction.text("status") or "success") == ("refund", "success")
        ),
        Decimal(0),
    )
    if paid_back <= 0:
        return None
    return {
        "id": refund.text("id"),
        "amount": paid_back,
        "reason": refund.text("note", at_most=200),
        "at": refund.moment("processed_at", "created_at"),
    }


def _fulfilment(fulfilment: Payload) -> dict[str, Any]:
    lines = fulfilment.parts("line_items")
    digital = bool(lines) and all(line.flag("requires_shipping") is False for line in lines)
    handed_over = "completed" if digital else "under_way" if fulfilment.text("status") == "success" else "open"
    void = is_void(fulfilment)
    return {
        "id": fulfilment.text("id"),
        "kind": "digital" if digital else "shipment",
        "status": "cancelled" if void else handed_over,
        "status_at": fulfilment.moment("updated_at") if void else fulfilment.moment("created_at"),
        "lines": contents(fulfilment),
    }


def _shipping(payload: Payload) -> Decimal:
    in_shop_money = payload.part("total_shipping_price_set").part("shop_money")
    return in_shop_money.amount("amount") if "amount" in in_shop_money else _sum(payload, "shipping_lines", "price")


def _sum(payload: Payload, list_name: str, name: str) -> Decimal:
    return sum((one.amount(name) for one in payload.parts(list_name)), Decimal(0))


def _tags(payload: Payload) -> list[str]:
    return [tag.strip()[:255] for tag in payload.text("tags").split(",") if tag.strip()][:_MOST_TAGS]
