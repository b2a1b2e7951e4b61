"""How parcels fare, on the console's page of their order."""

from typing import Any

from django.http import HttpRequest

from aftercare.commerce.health.queries import health_of_parcels
from aftercare.commerce.health.tones import TONES
from aftercare.commerce.health.vocabulary import TROUBLED
from aftercare.commerce.orders.overview import OrderDetail
from aftercare.commerce.shipments.queries import parcels_of_orders
from aftercare.foundation.web.panels import Panel, register_panel


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any] | None:
    """Only what is not well: that the rest is, its status says."""
    parcels = parcels_of_orders(order_ids=[about.order.pk]).get(about.order.pk, [])
    known = health_of_parcels(shipment_ids=[parcel.pk for parcel in parcels])
    troubled = [
        {"parcel": parcel, "health": known[parcel.pk], "tone": TONES[known[parcel.pk].state]}
        for parcel in parcels
        if parcel.pk in known and known[parcel.pk].state in TROUBLED
    ]
    return {"troubled": troubled} if troubled else None


register_panel(
    Panel("console.order.main", "health", position=9, template="health/console/order.html", context=_of_order)
)
