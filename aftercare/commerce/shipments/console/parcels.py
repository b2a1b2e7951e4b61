"""The console's pages about parcels."""

from operator import attrgetter

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from aftercare.commerce.shipments.actions import correct_carrier, look_now
from aftercare.commerce.shipments.faring import fares_of
from aftercare.commerce.shipments.forms import CarrierForm, ShipmentListFilters
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.queries import asking_of, shipment_by_public_id, shipments_for_list
from aftercare.commerce.shipments.vocabulary import NamedBy
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(_("Parcel")),
    Column(_("Order")),
    Column(_("Carrier")),
    Column(_("Status")),
    Column(_("How it fares")),
    Column(_("Last heard of")),
    Column(_("Announced")),
)
_VIEWS = (
    View(_("All")),
    View(_("On its way"), {"status": "in_transit"}),
    View(_("In trouble"), {"fares": "troubled"}),
    View(_("Could not be delivered"), {"status": "delivery_failed"}),
    View(_("Held"), {"status": "on_hold"}),
    View(_("Coming back"), {"status": "return_to_sender"}),
)
# Why a carrier is asked no more.
STOPS = {
    "delivered": _("delivered"),
    "returned": _("going back to the sender"),
    "cancelled": _("cancelled"),
    "silent": _("nothing was heard for thirty days"),
    "not_asked": _("no connection asks this carrier any more"),
}


@staff_page(Permission.SHIPMENTS_READ)
def shipments(request: StaffRequest) -> HttpResponse:
    """All parcels, the latest first."""
    filters = ShipmentListFilters(request)
    found = shipments_for_list(narrowed=filters.narrowed(), after=cursor_of(request))
    context = {
        "listing": listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS),
        "fares": fares_of([row.pk for row in found.rows]),
    }
    return render(request, "shipments/console/shipments.html", context)


@staff_page(Permission.SHIPMENTS_READ)
def shipment(request: StaffRequest, public_id: str) -> HttpResponse:
    """One parcel: where it is, and every scan as the carrier sent it beside what it means."""
    found = shipment_by_public_id(public_id=public_id)
    return _shipment_page(request, found, CarrierForm(shipment=found))


@require_POST
@staff_page(Permission.SHIPMENTS_WRITE)
def change_carrier(request: StaffRequest, public_id: str) -> HttpResponse:
    """Staff say who carries the parcel."""
    found = shipment_by_public_id(public_id=public_id)
    form = CarrierForm(request.POST, shipment=found)
    if not form.is_valid():
        return _shipment_page(request, found, form, status=422)
    correct_carrier(shipment=found, by=request.who, now=clock.now(), **form.cleaned_data)
    toasts.success(request, _("Noted. It stays so, whatever the shop says of it from now on."))
    return redirect("shipment", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SHIPMENTS_WRITE)
def look(request: StaffRequest, public_id: str) -> HttpResponse:
    """Staff do not want to wait for the next look."""
    try:
        look_now(shipment=shipment_by_public_id(public_id=public_id), now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        toasts.success(request, _("The carrier is asked in the background, as soon as it may be."))
    return redirect("shipment", store=request.store.slug, public_id=public_id)


def _shipment_page(request: StaffRequest, shown: Shipment, form: CarrierForm, *, status: int = 200) -> HttpResponse:
    scans = list(shown.scans.all())
    context = {
        "shipment": shown,
        "fare": fares_of([shown.pk]).get(shown.pk),
        "scans": scans,
        "heard": max(scans, key=attrgetter("received_at"), default=None),
        "asking": asking_of(shown),
        "stops": STOPS,
        "is_guessed": shown.named_by == NamedBy.NUMBER,
        "form": form,
    }
    return render(request, "shipments/console/shipment.html", context, status=status)


urlpatterns = [
    path("shipments/", shipments, name="shipments"),
    path("shipments/<str:public_id>/", shipment, name="shipment"),
    path("shipments/<str:public_id>/carrier/", change_carrier, name="shipment_carrier"),
    path("shipments/<str:public_id>/look/", look, name="shipment_look"),
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
