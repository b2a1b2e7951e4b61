"""Fulfilments as Shopify writes them: each tracking number is a parcel."""

from typing import Any

from aftercare.commerce.platforms.connectors import Ignored, News
from aftercare.commerce.platforms.connectors.shopify.people import address
from aftercare.commerce.platforms.payloads import Payload, build
from aftercare.commerce.shipments.schemas import ShipmentIn, TrackingIn

_VOID = frozenset({"cancelled", "error", "failure"})
_STATUSES = {
    "label_printed": "pending", "label_purchased": "pending", "confirmed": "pending",
    "carrier_picked_up": "picked_up", "picked_up": "picked_up", "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery", "ready_for_pickup": "ready_for_pickup",
    "attempted_delivery": "delivery_failed", "failure": "delivery_failed", "delayed": "delivery_delayed",
    "delivered": "delivered",
}  # fmt: skip


def parcels(fulfilment: Payload) -> list[News]:
    """A parcel for each tracking number; the first bears the fulfilment's own id."""
    if is_void(fulfilment):
        return [Ignored("The fulfilment was cancelled.")]
    numbers = fulfilment.texts("tracking_numbers") or [fulfilment.text("tracking_number")]
    urls = fulfilment.texts("tracking_urls") or [fulfilment.text("tracking_url")]
    numbers = [number for number in numbers if number]
    if not numbers and not any(urls):
        return [Ignored("The fulfilment has no tracking number yet.")]
    return [
        _parcel(fulfilment, place, number, urls[place] if place < len(urls) else "")
        for place, number in enumerate(numbers or [""])
    ]


def parcel_event(event: Payload) -> News:
    """A scan of a parcel already announced."""
    status = event.text("status")
    if not event.moment("happened_at"):
        return Ignored("The event does not say when it happened.")
    scan = {
        "at": event.moment("happened_at"),
        "status": _STATUSES.get(status, "unknown"),
        "code": status[:60],
        "text": event.text("message", at_most=300),
        "place": ", ".join(filter(None, (event.text("city"), event.text("country"))))[:120],
    }
    expected_by = event.moment("estimated_delivery_at")
    return build(TrackingIn, {"shipment": event.text("fulfillment_id"), "scans": [scan], "expected_by": expected_by})


def is_void(fulfilment: Payload) -> bool:
    """Whether the fulfilment was taken back."""
    return fulfilment.text("status") in _VOID


def contents(fulfilment: Payload) -> list[dict[str, Any]]:
    """How many pieces of which line are in it."""
    return [
        {"line": line.text("id"), "quantity": line.whole("quantity")}
        for line in fulfilment.parts("line_items")
        if line.whole("quantity") > 0
    ]


def _parcel(fulfilment: Payload, place: int, number: str, url: str) -> ShipmentIn:
    key = fulfilment.text("id")
    company = fulfilment.text("tracking_company")
    return build(ShipmentIn, {
        "id": f"{key}-{place + 1}" if place else key,
        "order": fulfilment.text("order_id"),
        "fulfilment": key,
        # Which pieces are in which of several parcels is not said.
        "lines": contents(fulfilment) if place == 0 else (),
        "carrier": company[:40],
        "carrier_name": company[:80],
        "service": fulfilment.text("service", at_most=80),
        "tracking_number": number,
        "tracking_url": url,
        "created_at": fulfilment.moment("created_at"),
        "origin": address(fulfilment.part("origin_address")),
        "scans": _scans(fulfilment),
    })  # fmt: skip


def _scans(fulfilment: Payload) -> list[dict[str, Any]]:
    code, at = fulfilment.text("shipment_status"), fulfilment.moment("updated_at")
    return [{"at": at, "status": _STATUSES[code], "code": code}] if code in _STATUSES and at else []
