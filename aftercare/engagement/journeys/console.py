"""The console's pages about journeys: what they do, who is on them, and what happened to each and why."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.engagement.journeys.actions.publish import pause, resume
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.forms import EnrolmentFilters
from aftercare.engagement.journeys.overview import (
    enrolment_by_public_id,
    enrolments_for_list,
    flows,
    journey_by_public_id,
    passages,
    step_counts,
    subjects_of,
    versions_of,
)
from aftercare.engagement.journeys.sentences import StepSentence, read
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(gettext_lazy("Who")),
    Column(gettext_lazy("Order")),
    Column(gettext_lazy("State")),
    Column(gettext_lazy("Step")),
    Column(gettext_lazy("Entered")),
)
_VIEWS = (
    View(gettext_lazy("All")),
    View(gettext_lazy("Under way"), {"state": "running"}),
    View(gettext_lazy("Finished"), {"state": "ended"}),
)


@staff_page(Permission.JOURNEYS_READ)
def journeys(request: StaffRequest) -> HttpResponse:
    """Every journey, how many are on it and how they came out."""
    context = {"flows": flows(store_id=request.store.pk, now=clock.now())}
    return render(request, "journeys/console/journeys.html", context)


@staff_page(Permission.JOURNEYS_READ)
def journey(request: StaffRequest, public_id: str) -> HttpResponse:
    """One journey in sentences, with figures on every step, its versions, and who is on it."""
    now = clock.now()
    found = journey_by_public_id(public_id=public_id)
    versions = versions_of(journey=found)
    current = next((version for version in versions if version.is_live), versions[0] if versions else None)
    reading = read(Definition.model_validate(current.definition)) if current else None
    filters = EnrolmentFilters(request)
    enrolments = enrolments_for_list(
        journey=found, state=filters.chosen("state") or "", outcome=filters.chosen("outcome") or "",
        after=cursor_of(request),
    )  # fmt: skip
    counts = step_counts(journey=found, now=now)
    context = {
        "journey": found,
        "flow": flows(store_id=request.store.pk, now=now, journeys=[found])[0],
        "reading": reading,
        "steps": [(step, counts.get(step.id)) for step in reading.steps] if reading else [],
        "versions": versions,
        "current": current,
        "listing": listing(request, filters=filters, page=enrolments, columns=_COLUMNS, views=_VIEWS),
        "subjects": subjects_of(enrolments.rows),
    }
    return render(request, "journeys/console/journey.html", context)


@staff_page(Permission.JOURNEYS_READ)
def enrolment(request: StaffRequest, public_id: str) -> HttpResponse:
    """One way through a journey: what happened at each step, and why."""
    found = enrolment_by_public_id(public_id=public_id)
    reading = read(Definition.model_validate(found.version.definition))
    sentences: dict[str, StepSentence] = {step.id: step for step in reading.steps}
    subjects = subjects_of([found])
    context = {
        "enrolment": found,
        "step": sentences.get(found.step),
        "passages": [(one, sentences.get(one.log.step)) for one in passages(enrolment=found)],
        "order": subjects.orders.get(found.order_id or 0),
        "customer": subjects.customers.get(found.customer_id or 0),
    }
    return render(request, "journeys/console/enrolment.html", context)


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def pause_journey(request: StaffRequest, public_id: str) -> HttpResponse:
    """Nobody enters, and whoever is under way stays where they are."""
    found = journey_by_public_id(public_id=public_id)
    pause(journey=found)
    toasts.success(request, _("“%(name)s” is paused. Whoever is on it waits.") % {"name": found.name})
    return redirect("journey", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def resume_journey(request: StaffRequest, public_id: str) -> HttpResponse:
    """Go on where everybody was."""
    found = journey_by_public_id(public_id=public_id)
    resume(journey=found, now=clock.now())
    toasts.success(request, _("“%(name)s” goes on.") % {"name": found.name})
    return redirect("journey", store=request.store.slug, public_id=public_id)


urlpatterns = [
    path("journeys/", journeys, name="journeys"),
    path("journeys/enrolments/<str:public_id>/", enrolment, name="enrolment"),
    path("journeys/<str:public_id>/", journey, name="journey"),
    path("journeys/<str:public_id>/pause/", pause_journey, name="journey_pause"),
    path("journeys/<str:public_id>/resume/", resume_journey, name="journey_resume"),
]

register_entry(
    Entry(
        group="Engagement",
        position=20,
        label=gettext_lazy("Journeys"),
        icon="route",
        url_name="journeys",
        permission=Permission.JOURNEYS_READ,
    )
)
