"""How parcels fare, on the console's pages of their order, of parcels, and of one of them."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from aftercare.commerce.health.queries import health_of_parcels, parcels_faring
from aftercare.commerce.health.tones import TONES
from aftercare.commerce.health.vocabulary import ENDED, TROUBLED
from aftercare.commerce.orders.overview import OrderDetail
from aftercare.commerce.shipments.faring import Fare, Judge, register_judge
from aftercare.commerce.shipments.queries import parcels_of_orders
from aftercare.foundation.web.panels import Panel, register_panel

_ANY = "troubled"


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


def _fares(shipment_ids: Collection[int]) -> dict[int, Fare]:
    """Of what is over its status says enough."""
    return {
        key: Fare(str(one.get_state_display()), TONES[one.state], str(one.get_why_display()))
        for key, one in health_of_parcels(shipment_ids=shipment_ids).items()
        if one.state not in ENDED
    }


register_judge(
    Judge(
        choices=[(_ANY, gettext_lazy("In trouble")), *((state.value, state.label) for state in TROUBLED)],
        of=_fares, having=lambda value: parcels_faring(states=TROUBLED if value == _ANY else [value]),
    )
)  # fmt: skip
register_panel(
    Panel("console.order.main", "health", position=9, template="health/console/order.html", context=_of_order)
)
