"""A new journey: from scratch, or as another one is."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from aftercare.engagement.journeys.actions.publish import begin_journey
from aftercare.engagement.journeys.builtin import builtin_journeys
from aftercare.engagement.journeys.definition import Definition, Entry
from aftercare.engagement.journeys.drafts import FIRST_TRIGGER, working_definition
from aftercare.engagement.journeys.forms import BUILTIN, NewJourneyForm
from aftercare.engagement.journeys.overview import all_journeys, journey_by_public_id
from aftercare.engagement.journeys.triggers import date_kind, subjects_of
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page


@staff_page(Permission.JOURNEYS_WRITE)
def new_journey(request: StaffRequest) -> HttpResponse:
    """Ask for a name and a beginning; what comes of it is a draft."""
    form, status = NewJourneyForm(request.POST or None, journeys=all_journeys()), 200
    if request.method == "POST":
        if form.is_valid():
            said = form.cleaned_data
            made = begin_journey(
                store=request.store, name=said["name"], description=said["description"],
                definition=_beginning(said["copy_of"], said["trigger"] or FIRST_TRIGGER),
                by=request.who, now=clock.now(),
            )  # fmt: skip
            return redirect("journey_edit", store=request.store.slug, public_id=made.public_id)
        status = 422
    return render(request, "journeys/console/new.html", {"form": form}, status=status)


def _beginning(copy_of: str, trigger: str) -> Definition:
    if copy_of.startswith(BUILTIN):
        key = copy_of.removeprefix(BUILTIN)
        built = next(one for one in builtin_journeys() if one["key"] == key)
        return Definition.model_validate(built["definition"])
    if copy_of:
        return working_definition(journey=journey_by_public_id(public_id=copy_of)).definition
    about = subjects_of(trigger=trigger)
    usual = next((one for one in ("shipment", "order", "customer") if one in about), "event")
    # A date comes again; each time it does is an occasion of its own.
    usual = "event" if date_kind(trigger) else usual
    return Definition(trigger=trigger, entry=Entry.model_validate({"once_per": usual}))
