"""Letting a journey run or not, and what it is called."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.engagement.journeys.actions.publish import archive, pause, rename, resume
from aftercare.engagement.journeys.forms import NameForm
from aftercare.engagement.journeys.overview import journey_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def pause_journey(request: StaffRequest, public_id: str) -> HttpResponse:
    """Nobody enters, and whoever is under way stays where they are."""
    return _do(request, public_id, pause, _("“%(name)s” is paused. Whoever is on it waits."))


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def resume_journey(request: StaffRequest, public_id: str) -> HttpResponse:
    """Go on where everybody was."""
    return _do(request, public_id, resume, _("“%(name)s” goes on."))


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def archive_journey(request: StaffRequest, public_id: str) -> HttpResponse:
    """Let nobody in any more, and take it off the list."""
    return _do(request, public_id, archive, _("“%(name)s” is archived. Nobody enters it any more."))


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def rename_journey(request: StaffRequest, public_id: str) -> HttpResponse:
    """Call it something else."""
    found, form = journey_by_public_id(public_id=public_id), NameForm(request.POST)
    if form.is_valid():
        rename(journey=found, name=form.cleaned_data["name"], description=form.cleaned_data["description"])
    else:
        toasts.error(request, _("A journey needs a name."))
    return redirect("journey_edit", store=request.store.slug, public_id=public_id)


def _do(request: StaffRequest, public_id: str, action: Callable[..., Any], done: str) -> HttpResponse:
    found = journey_by_public_id(public_id=public_id)
    try:
        action(journey=found, by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        toasts.success(request, done % {"name": found.name})
    return redirect("journey", store=request.store.slug, public_id=public_id)
