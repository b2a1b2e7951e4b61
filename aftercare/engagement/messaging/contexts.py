"""What templates see: plain data about the order, its lines and the parcel, read in sets for a whole batch.

Amounts are minor units with their currency beside them, times are ISO 8601: templates format them by filter in the
recipient's language and zone.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftercare.commerce.orders.links import order_page_url
from aftercare.engagement.content.queries import OrderGuide, guides_for_orders, in_language
from aftercare.engagement.messaging.markup import FLAG, has_markup
from aftercare.engagement.messaging.requests import MessageRequest, Recipient
from aftercare.engagement.messaging.types import message_type
from aftercare.foundation.database.bulk import fetch, fetch_decoded

_ORDERS = """
    SELECT o.id, o.public_id, o.number, o.placed_at, o.currency, o.subtotal, o.shipping, o.discount, o.tax, o.total,
           o.refunded, o.promised_by, o.shipping_address, o.po_number, s.slug, o.store_id, p.earliest,
           coalesce(p.latest, o.promised_by)
    FROM orders_order o JOIN stores_store s ON s.id = o.store_id
         LEFT JOIN promises_orderpromise p ON p.order_id = o.id
    WHERE o.id = ANY(%s)
"""
_LINES = """
    SELECT order_id, title, variant_title, quantity - cancelled_quantity, total, image_url FROM orders_line
    WHERE order_id = ANY(%s) AND quantity > cancelled_quantity ORDER BY order_id, id
"""
_SHIPMENTS = """
    SELECT s.id, s.public_id, s.carrier_name, s.carrier, s.tracking_number, s.tracking_url, s.expected_from,
           s.expected_by, s.status_text, s.status_place, coalesce(p.earliest, s.expected_from),
           coalesce(p.latest, s.expected_by)
    FROM shipments_shipment s LEFT JOIN promises_promise p ON p.shipment_id = s.id WHERE s.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class _OrderRead:
    """What templates see of an order, and whose it is."""

    store_slug: str
    context: dict[str, Any]


def contexts_of(requests: Sequence[MessageRequest], recipients: Sequence[Recipient]) -> list[dict[str, Any]]:
    """One context for each pair of request and recipient."""
    order_ids = list({request.order_id for request in requests if request.order_id})
    orders = _orders(order_ids)
    shipments = _shipments(list({request.shipment_id for request in requests if request.shipment_id}))
    guides = guides_for_orders(order_ids=order_ids) if _wants_guides(requests) else {}
    return [
        _context(request, recipient, orders, shipments, guides)
        for request, recipient in zip(requests, recipients, strict=True)
    ]


def _wants_guides(requests: Sequence[MessageRequest]) -> bool:
    return any(message_type(request.message_type).guides for request in requests)


def _context(
    request: MessageRequest,
    recipient: Recipient,
    orders: dict[int, _OrderRead],
    shipments: dict[int, dict[str, Any]],
    guides: dict[int, list[OrderGuide]],
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "customer": {"name": recipient.name, "first_name": recipient.name.partition(" ")[0]},
        "locale": recipient.locale,
        "time_zone": recipient.time_zone,
        "event": request.data,
    }
    order = orders.get(request.order_id or 0)
    if order is not None:
        if has_markup(request.message_type):
            context[FLAG] = True
        context["order"] = _for_recipient(order, request.store_id) if recipient.is_gift_recipient else order.context
    if request.shipment_id in shipments:
        context["shipment"] = shipments[request.shipment_id]
    if request.order_id in guides:
        chosen = in_language(guides[request.order_id], recipient.locale)
        context["guides"] = [{"title": guide.title, "summary": guide.summary, "url": guide.url} for guide in chosen]
    return context


def _for_recipient(order: _OrderRead, store_id: int) -> dict[str, Any]:
    """Without prices, and with a link to a page that shows none either."""
    url = order_page_url(
        store_slug=order.store_slug, store_id=store_id, order_public_id=order.context["id"], for_recipient=True
    )
    return {**without_prices(order.context), "url": url}


def without_prices(order: dict[str, Any]) -> dict[str, Any]:
    """What a gift's recipient may know."""
    hidden = {"subtotal", "shipping", "discount", "tax", "total", "refunded", "po_number"}
    shown = {key: value for key, value in order.items() if key not in hidden}
    shown["lines"] = [{key: value for key, value in line.items() if key != "total"} for line in order["lines"]]
    return shown


def _orders(ids: list[int]) -> dict[int, _OrderRead]:
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for order_id, title, variant, quantity, total, image in fetch(_LINES, [ids]):
        lines[order_id].append(
            {"title": title, "variant": variant, "quantity": quantity, "total": total, "image_url": image}
        )
    return {
        row[0]: _OrderRead(row[14], {
            "id": row[1], "number": row[2], "placed_at": _iso(row[3]), "currency": row[4], "subtotal": row[5],
            "shipping": row[6], "discount": row[7], "tax": row[8], "total": row[9], "refunded": row[10],
            "promised_by": _iso(row[11]), "arrives_from": _iso(row[16]), "arrives_by": _iso(row[17]),
            "address": row[12], "po_number": row[13], "lines": lines[row[0]],
            "url": order_page_url(store_slug=row[14], store_id=row[15], order_public_id=row[1]),
        })
        for row in fetch_decoded(_ORDERS, [ids])
    }  # fmt: skip


def _shipments(ids: list[int]) -> dict[int, dict[str, Any]]:
    return {
        row[0]: {
            "id": row[1], "carrier": row[2] or row[3], "tracking_number": row[4], "tracking_url": row[5],
            "expected_from": _iso(row[6]), "expected_by": _iso(row[7]), "text": row[8], "place": row[9],
            "arrives_from": _iso(row[10]), "arrives_by": _iso(row[11]),
        }
        for row in fetch(_SHIPMENTS, [ids])
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
