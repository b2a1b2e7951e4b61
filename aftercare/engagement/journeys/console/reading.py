"""Reading journeys: what they do, who is on them, and what happened to each and why."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.drafts import draft_of
from aftercare.engagement.journeys.dry_run.queries import dry_runs_of
from aftercare.engagement.journeys.forms import EnrolmentFilters
from aftercare.engagement.journeys.models import Journey
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
from aftercare.engagement.journeys.people import names_of_actors
from aftercare.engagement.journeys.sentences import StepSentence, read
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_VERSIONS_SHOWN = 5
_DRY_RUNS_SHOWN = 3
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
    found = flows(store_id=request.store.pk, now=clock.now())
    context = {
        "flows": [flow for flow in found if flow.journey.state != Journey.State.ARCHIVED],
        "archived": [flow for flow in found if flow.journey.state == Journey.State.ARCHIVED],
    }
    return render(request, "journeys/console/journeys.html", context)


@staff_page(Permission.JOURNEYS_READ)
def journey(request: StaffRequest, public_id: str) -> HttpResponse:
    """One journey in sentences, with figures on every step, its versions, and who is on it."""
    now = clock.now()
    found = journey_by_public_id(public_id=public_id)
    versions, draft = versions_of(journey=found), draft_of(journey=found)
    current = next((version for version in versions if version.is_live), versions[0] if versions else None)
    reading = read(Definition.model_validate(current.definition)) if current else None
    filters = EnrolmentFilters(request)
    enrolments = enrolments_for_list(
        journey=found, state=filters.chosen("state") or "", outcome=filters.chosen("outcome") or "",
        after=cursor_of(request),
    )  # fmt: skip
    context = {
        "journey": found,
        "now": now,
        "problems": {},
        "flow": flows(store_id=request.store.pk, now=now, journeys=[found])[0],
        "reading": reading,
        "counts": step_counts(journey=found, now=now),
        "versions": versions[:_VERSIONS_SHOWN],
        "version_count": len(versions),
        "people": names_of_actors(version.created_by for version in versions[:_VERSIONS_SHOWN]),
        "current": current,
        "draft": draft,
        "dry_runs": dry_runs_of(journey=found, limit=_DRY_RUNS_SHOWN),
        "draft_by": actor_name(draft.changed_by) if draft else "",
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
