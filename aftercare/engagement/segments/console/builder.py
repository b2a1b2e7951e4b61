"""Building a segment: every click answers with the whole builder, in its place where a script asks, and who fits now."""

from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from aftercare.engagement.segments.actions import change_segment, create_segment
from aftercare.engagement.segments.conditions import conditions
from aftercare.engagement.segments.console.working import Working, act, begin, keep, take_up
from aftercare.engagement.segments.errors import UnusableDefinition
from aftercare.engagement.segments.forms import NameForm
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.queries import preview, segment_by_public_id
from aftercare.engagement.segments.sentences import read
from aftercare.engagement.segments.vocabulary import Match
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

BUILDER = "builder"


@staff_page(Permission.SEGMENTS_WRITE)
def new_segment(request: StaffRequest) -> HttpResponse:
    """A segment from nothing."""
    return _build(request, None)


@staff_page(Permission.SEGMENTS_WRITE)
def edit_segment(request: StaffRequest, public_id: str) -> HttpResponse:
    """A segment as it is, to be changed. A list has no rules."""
    segment = segment_by_public_id(public_id=public_id)
    if segment.is_list or not segment.is_live:
        return redirect("segment", store=request.store.slug, public_id=public_id)
    return _build(request, segment)


def _build(request: StaffRequest, segment: Segment | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, segment, begin(segment))
    try:
        working = take_up(request.POST)
    except UnusableDefinition as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
        return _page(request, segment, begin(segment), status=422)
    do = request.POST.get("builder_do", "")
    if do == "save":
        return _save(request, segment, working)
    act(working, do, request.POST)
    is_refused = working.opened is not None and working.opened.form is not None and working.opened.form.is_bound
    return _page(request, segment, working, status=422 if is_refused else 200)


def _save(request: StaffRequest, segment: Segment | None, working: Working) -> HttpResponse:
    """An open form is kept first: what somebody has just entered is part of what they save."""
    working.name = NameForm(request.POST)
    try:
        kept = keep(working, request.POST)
    except KeyError:
        kept = True
    if not kept or not working.name.is_valid():
        return _page(request, segment, working, status=422)
    said = {
        "name": working.name.cleaned_data["segment_name"],
        "description": working.name.cleaned_data["segment_description"],
        "definition": working.definition, "by": request.who, "now": clock.now(),
    }  # fmt: skip
    try:
        if segment is None:
            saved = create_segment(store=request.store, **said)
        else:
            saved = change_segment(segment=segment, revision=working.revision, **said)
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
        return _page(request, segment, working, status=refusal.status)
    toasts.success(request, _("Saved. Who is in it is being worked out."))
    address = reverse("segment", args=[request.store.slug, saved.public_id])
    return HttpResponse(headers={"HX-Redirect": address}) if _is_in_place(request) else redirect(address)


def _page(request: StaffRequest, segment: Segment | None, working: Working, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "segment": segment,
        "working": working,
        "reading": read(working.definition),
        "opened": working.opened,
        "kinds": sorted(conditions, key=lambda kind: str(kind.label)),
        "matches": Match.choices,
        "preview": preview(working.definition, store=request.store, now=clock.now()),
    }
    if _is_in_place(request):
        # Scripts put nothing in its place that was refused.
        response = render(request, "segments/console/builder.html", context)
    else:
        response = render(request, "segments/console/edit.html", context, status=status)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _is_in_place(request: StaffRequest) -> bool:
    return request.headers.get("HX-Target") == BUILDER


urlpatterns = [
    path("segments/new/", new_segment, name="segment_new"),
    path("segments/<str:public_id>/edit/", edit_segment, name="segment_edit"),
]
