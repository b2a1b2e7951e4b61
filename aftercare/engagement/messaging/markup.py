"""What mail programs read beside the words: schema.org Order and ParcelDelivery as JSON-LD, as Gmail shows them.

Made from the message's own context, so that it can be made again. A context says whether its message has it: what was
sent before there was any stays as it was, byte for byte.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from aftercare.foundation.kit.money import exponent

FLAG = "markup"
_SCHEMA = "http://schema.org"
# By message type, what became of the order; a parcel is told of where the context has one.
_STATUS = {
    "order_confirmed": "OrderProcessing", "on_its_way": "OrderInTransit", "out_for_delivery": "OrderInTransit",
    "delivered": "OrderDelivered", "ready_for_pickup": "OrderPickupAvailable",
}  # fmt: skip
# Within a script nothing is escaped, and `</script>` ends it wherever it stands.
_HARMLESS = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


def has_markup(message_type: str) -> bool:
    """Whether messages of this type get any."""
    return message_type in _STATUS


def markup_of(*, message_type: str, context: Mapping[str, Any], look: Mapping[str, str]) -> str:
    """The script element; empty where the message has none."""
    order = context.get("order")
    if not context.get(FLAG) or not order:
        return ""
    parcel, status = context.get("shipment"), _STATUS[message_type]
    told = _parcel(parcel, order, look, status) if parcel else _order(order, look, status)
    document = orjson.dumps({"@context": _SCHEMA, **told}, option=orjson.OPT_SORT_KEYS)
    for character, escaped in _HARMLESS:
        document = document.replace(character, escaped)
    return f'<script type="application/ld+json">{document.decode()}</script>'


def _order(order: Mapping[str, Any], look: Mapping[str, str], status: str) -> dict[str, Any]:
    currency = order["currency"]
    return _brief(order, look, status) | _known(
        orderDate=order.get("placed_at"),
        priceCurrency=currency if "total" in order else None,
        price=_amount(order.get("total"), currency),
        acceptedOffer=[_offer(line, currency) for line in order.get("lines", ())],
    )


def _brief(order: Mapping[str, Any], look: Mapping[str, str], status: str) -> dict[str, Any]:
    return {
        "@type": "Order",
        "merchant": {"@type": "Organization", "name": look["name"]},
        "orderNumber": order["number"],
        "orderStatus": f"{_SCHEMA}/{status}",
        "url": order["url"],
    }


def _parcel(
    parcel: Mapping[str, Any], order: Mapping[str, Any], look: Mapping[str, str], status: str
) -> dict[str, Any]:  # fmt: skip
    return {"@type": "ParcelDelivery"} | _known(
        carrier={"@type": "Organization", "name": parcel["carrier"]},
        deliveryAddress=_address(order.get("address") or {}),
        expectedArrivalFrom=parcel.get("expected_from"),
        expectedArrivalUntil=parcel.get("expected_by") or order.get("promised_by"),
        itemShipped=[_product(line) for line in order.get("lines", ())],
        partOfOrder=_brief(order, look, status),
        trackingNumber=parcel.get("tracking_number"),
        trackingUrl=parcel.get("tracking_url") or order["url"],
    )


def _offer(line: Mapping[str, Any], currency: str) -> dict[str, Any]:
    quantity = {"@type": "QuantitativeValue", "value": line["quantity"]}
    price = _amount(line.get("total"), currency)
    return {"@type": "Offer", "itemOffered": _product(line), "eligibleQuantity": quantity} | _known(
        price=price, priceCurrency=currency if price else None
    )


def _product(line: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{line['title']}, {line['variant']}" if line.get("variant") else line["title"]
    return {"@type": "Product", "name": name} | _known(image=line.get("image_url"))


def _address(address: Mapping[str, Any]) -> dict[str, Any]:
    street = ", ".join(str(address[name]) for name in ("street", "street2") if address.get(name))
    return {"@type": "PostalAddress"} | _known(
        name=address.get("recipient"), streetAddress=street, addressLocality=address.get("city"),
        addressRegion=address.get("region"), postalCode=address.get("postcode"), addressCountry=address.get("country"),
    )  # fmt: skip


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else str(Decimal(minor).scaleb(-exponent(currency)))


def _known(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
