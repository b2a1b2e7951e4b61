"""From draft to version and back: publish, discard, look at what was, compare, and take up again."""

from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.engagement.journeys.actions.drafts import change_draft, discard_draft, publish_draft
from aftercare.engagement.journeys.comparing import Compared, Fate, compare
from aftercare.engagement.journeys.console.opened import revision_of
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.drafts import Working, working_definition
from aftercare.engagement.journeys.forms import PublishForm
from aftercare.engagement.journeys.models import Version
from aftercare.engagement.journeys.overview import (
    journey_by_public_id,
    version_by_number,
    version_uses,
    versions_of,
)
from aftercare.engagement.journeys.people import names_of_actors
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

DRAFT = "draft"


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def publish(request: StaffRequest, public_id: str) -> HttpResponse:
    """Make the draft what new enrolments follow."""
    found, form = journey_by_public_id(public_id=public_id), PublishForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        version = publish_draft(
            journey=found, revision=revision_of(request), note=note, by=request.who, now=clock.now()
        )
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
        return redirect("journey_edit", store=request.store.slug, public_id=public_id)
    said = _("Version %(number)s is live. Whoever is under way finishes the version they began on.")
    toasts.success(request, said % {"number": version.number})
    return redirect("journey", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def discard(request: StaffRequest, public_id: str) -> HttpResponse:
    """Throw the draft away."""
    try:
        discard_draft(journey=journey_by_public_id(public_id=public_id), revision=revision_of(request))
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
        return redirect("journey_edit", store=request.store.slug, public_id=public_id)
    toasts.success(request, _("The draft is discarded."))
    return redirect("journey", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def restore(request: StaffRequest, public_id: str, row_id: int) -> HttpResponse:
    """Begin a draft with what a version said; a draft that is there already is not overwritten."""
    found = journey_by_public_id(public_id=public_id)
    version = version_by_number(journey=found, number=row_id)
    try:
        change_draft(
            journey=found, definition=Definition.model_validate(version.definition), revision=0,
            based_on=version.number, by=request.who, now=clock.now(),
        )  # fmt: skip
    except Refusal:
        toasts.error(request, _("There is a draft already. Publish or discard it first; nothing was changed."))
        return redirect("journey_versions", store=request.store.slug, public_id=public_id)
    said = _("The draft is as version %(number)s was.") % {"number": version.number}
    toasts.success(request, said)
    return redirect("journey_edit", store=request.store.slug, public_id=public_id)


@staff_page(Permission.JOURNEYS_READ)
def versions(request: StaffRequest, public_id: str) -> HttpResponse:
    """Every version, who is on it, and what two of them differ in."""
    found = journey_by_public_id(public_id=public_id)
    published, working = versions_of(journey=found), working_definition(journey=found)
    uses = version_uses(versions=published)
    before, after = _chosen(request, published, working)
    lines = _compared(before, after, published, working)
    context = {
        "journey": found,
        "versions": [(version, uses.get(version.pk)) for version in published],
        "people": names_of_actors(version.created_by for version in published),
        "names": [(DRAFT, _("Draft"))] * bool(working.draft)
        + [(str(one.number), _("Version %(number)s") % {"number": one.number}) for one in published],
        "before": before,
        "after": after,
        "lines": lines,
        "differences": sum(line.fate != Fate.SAME for line in lines),
        "has_draft": working.draft is not None,
    }
    return render(request, "journeys/console/versions.html", context)


def _chosen(request: StaffRequest, published: list[Version], working: Working) -> tuple[str, str]:
    """Which two to compare; usually the live one and the draft, else the latest two."""
    numbers = [str(version.number) for version in published]
    known = [DRAFT, *numbers] if working.draft else numbers
    before, after = request.GET.get("from", ""), request.GET.get("to", "")
    if before not in known or after not in known:
        usual = [*known[:2], "", ""]
        after, before = usual[0], usual[1]
    return before, after


def _compared(before: str, after: str, published: list[Version], working: Working) -> list[Compared]:
    texts: dict[str, Any] = {str(version.number): version.definition for version in published}
    if working.draft is not None:
        texts[DRAFT] = working.draft.definition
    if before not in texts or after not in texts:
        return []
    return compare(
        before=Definition.model_validate(texts[before]), after=Definition.model_validate(texts[after])
    )  # fmt: skip
