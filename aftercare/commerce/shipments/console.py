"""The console's pages about parcels."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.shipments.forms import ShipmentListFilters
from aftercare.commerce.shipments.queries import shipment_by_public_id, shipments_for_list
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(_("Parcel")),
    Column(_("Order")),
    Column(_("Carrier")),
    Column(_("Status")),
    Column(_("Last heard of")),
    Column(_("Announced")),
)
_VIEWS = (
    View(_("All")),
    View(_("On its way"), {"status": "in_transit"}),
    View(_("Could not be delivered"), {"status": "delivery_failed"}),
    View(_("Held"), {"status": "on_hold"}),
    View(_("Coming back"), {"status": "return_to_sender"}),
)


@staff_page(Permission.SHIPMENTS_READ)
def shipments(request: StaffRequest) -> HttpResponse:
    """All parcels, the latest first."""
    filters = ShipmentListFilters(request)
    found = shipments_for_list(narrowed=filters.narrowed(), after=cursor_of(request))
    context = {"listing": listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS)}
    return render(request, "shipments/console/shipments.html", context)


@staff_page(Permission.SHIPMENTS_READ)
def shipment(request: StaffRequest, public_id: str) -> HttpResponse:
    """One parcel: where it is, and every scan as the carrier sent it beside what it means."""
    found = shipment_by_public_id(public_id=public_id)
    return render(request, "shipments/console/shipment.html", {"shipment": found, "scans": list(found.scans.all())})


urlpatterns = [
    path("shipments/", shipments, name="shipments"),
    path("shipments/<str:public_id>/", shipment, name="shipment"),
]

register_entry(
    Entry(
        group="Orders",
        position=30,
        label=_("Shipments"),
        icon="truck",
        url_name="shipments",
        permission=Permission.SHIPMENTS_READ,
    )
)
