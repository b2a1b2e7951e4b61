"""What promises show on the console's page of an order."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.commerce.orders.overview import OrderDetail
from aftercare.commerce.promises.models import OrderPromise, Promise
from aftercare.commerce.promises.policy import Basis
from aftercare.commerce.promises.queries import promises_of_order
from aftercare.foundation.web.panels import Panel, register_panel

_BASES = {
    Basis.LANE: gettext_lazy("from this lane"),
    Basis.WIDE_LANE: gettext_lazy("from this destination"),
    Basis.CARRIER: gettext_lazy("from this carrier"),
    Basis.STORE: gettext_lazy("from the whole store"),
    Basis.STATED: gettext_lazy("as the store says, until it has learned"),
}


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any] | None:
    """The parcels' promises, or before there are any the order's."""
    of_order, of_parcels = promises_of_order(order_id=about.order.pk)
    if of_parcels:
        rows = [
            _row(
                str(promise.shipment),
                promise.shipment.public_id,
                promise,
            )
            for promise in of_parcels.values()
        ]
        return {"rows": rows}
    return {"rows": [_row(_("Order"), "", of_order)]} if of_order else None


def _row(title: str, parcel: str, promise: Promise | OrderPromise) -> dict[str, Any]:
    moved = (promise.earliest.date(), promise.latest.date()) != (
        promise.first_earliest.date(), promise.first_latest.date(),
    )  # fmt: skip
    return {"title": title, "parcel": parcel, "promise": promise, "basis": _BASES[Basis(promise.basis)], "moved": moved}


register_panel(
    Panel("console.order.side", "promises", position=5, template="promises/console/of_order.html", context=_of_order)
)
