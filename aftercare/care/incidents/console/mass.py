"""What holds up many: one task instead of hundreds."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aftercare.care.incidents.actions import close_mass, word_mass
from aftercare.care.incidents.console.queue import COLUMNS
from aftercare.care.incidents.forms import IncidentFilters, MassForm
from aftercare.care.incidents.queries import incidents_for_list, mass_by_public_id
from aftercare.care.incidents.tones import TONES
from aftercare.care.incidents.wording import macro_of, said_of_mass
from aftercare.foundation.events.timelines import names_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import cursor_of, listing
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page


@staff_page(Permission.ORDERS_READ)
def mass_incident(request: StaffRequest, public_id: str) -> HttpResponse:
    """What customers read, what staff answer, and every incident of it."""
    found = mass_by_public_id(public_id=public_id)
    filters = IncidentFilters(request)
    page = incidents_for_list(narrowed=filters.narrowed(who=request.who, mass_id=found.pk), after=cursor_of(request))
    carrier = found.carrier_name or found.carrier
    context = {
        "mass": found, "listing": listing(request, filters=filters, page=page, columns=COLUMNS), "tones": TONES,
        "names": names_of([found.closed_by, *(row.assignee for row in page.rows)]), "now": clock.now(),
        "words": said_of_mass(carrier=carrier, banner=found.banner),
        "macro": macro_of(carrier=carrier, macro=found.macro),
        "form": MassForm(initial={"banner": found.banner, "macro": found.macro}),
    }  # fmt: skip
    return render(request, "incidents/console/mass.html", context)


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def change_mass(request: StaffRequest, public_id: str) -> HttpResponse:
    """Word it, or close it with all that is open of it."""
    found = mass_by_public_id(public_id=public_id)
    form = MassForm(request.POST)
    if request.POST.get("do") == "close":
        try:
            count = close_mass(mass=found, by=request.who, now=clock.now())
        except Refusal as refusal:
            toasts.error(request, refusal.sentence)
        else:
            text = ngettext("%(n)d incident closed.", "%(n)d incidents closed.", count)
            toasts.success(request, text % {"n": count})
    elif form.is_valid():
        word_mass(mass=found, **form.cleaned_data)
    return redirect("mass_incident", store=request.store.slug, public_id=public_id)


urlpatterns = [
    path("incidents/mass/<str:public_id>/", mass_incident, name="mass_incident"),
    path("incidents/mass/<str:public_id>/change/", change_mass, name="mass_incident_change"),
]
