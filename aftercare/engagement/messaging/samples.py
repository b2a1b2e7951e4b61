"""An order that does not exist: what every variable of a template looks like, and what templates are tried on first."""

from datetime import datetime, timedelta
from typing import Any

from aftercare.engagement.messaging.types import MessageType

_TOKEN = "example"  # noqa: S105 -- leads nowhere, on purpose
NAME = "Sam Okafor"


def sample_context(*, kind: MessageType, locale: str, currency: str, time_zone: str, now: datetime) -> dict[str, Any]:
    """All that a template of this type is given, but for the brand; as `contexts` makes it of a real order."""
    context: dict[str, Any] = {
        "customer": {"name": NAME, "first_name": "Sam"},
        "locale": locale,
        "time_zone": time_zone,
        "unsubscribe": _TOKEN,
        "event": {**kind.event, **({"currency": currency} if "currency" in kind.event else {})},
        "order": _order(currency, now),
        "shipment": {
            "id": "shp_example", "carrier": "DHL", "tracking_number": "00340434161094042557",
            "tracking_url": "https://www.dhl.de/", "expected_from": (now + timedelta(days=1)).isoformat(),
            "expected_by": (now + timedelta(days=2)).isoformat(), "text": "Nobody was in", "place": "Berlin",
            "arrives_from": (now + timedelta(days=1)).isoformat(),
            "arrives_by": (now + timedelta(days=2)).isoformat(),
        },
    }  # fmt: skip
    if kind.guides:
        guide = {"title": "The first day", "summary": "Five minutes that make it last.", "url": "https://shop.example/"}
        context["guides"] = [guide]
    return context


def _order(currency: str, now: datetime) -> dict[str, Any]:
    return {
        "id": "ord_example", "number": "#1042", "placed_at": now.isoformat(), "currency": currency,
        "subtotal": 7900, "shipping": 490, "discount": 300, "tax": 1261, "total": 8090, "refunded": 0,
        "promised_by": (now + timedelta(days=4)).isoformat(),
        "arrives_from": (now + timedelta(days=2)).isoformat(), "arrives_by": (now + timedelta(days=3)).isoformat(),
        "po_number": "PO-7", "url": "https://shop.example/order",
        "lines": [
            {"title": "Linen throw", "variant": "Oat", "quantity": 1, "total": 7900, "image_url": "https://shop.example/1.jpg"}
        ],
        "address": {
            "recipient": NAME, "company": "", "street": "Lindenweg 4", "street2": "", "city": "Berlin",
            "postcode": "10115", "region": "", "country": "DE", "phone": "",
        },
    }  # fmt: skip
