"""Editing a journey's draft: every sentence opens as a form, and every change is kept at once or refused whole."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.engagement.journeys import editing
from aftercare.engagement.journeys.actions.drafts import change_draft
from aftercare.engagement.journeys.conditions import ConditionUse
from aftercare.engagement.journeys.console.opened import Desk, Opened, kept_query, revision_of
from aftercare.engagement.journeys.console.showing import editor_context, is_in_place, rehearsed
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.drafts import Working, working_definition
from aftercare.engagement.journeys.forms import EntryForm
from aftercare.engagement.journeys.leaving_forms import LEAVING_FORMS
from aftercare.engagement.journeys.models import Journey
from aftercare.engagement.journeys.outline import NEXT, ways_out
from aftercare.engagement.journeys.overview import journey_by_public_id
from aftercare.engagement.journeys.triggers import date_kind
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.drafts import DraftChanged
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.config_forms import ConfigForm
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.untrusted import untrusted_html

Edit = Callable[[Definition], Definition]


@staff_page(Permission.JOURNEYS_WRITE)
def edit_journey(request: StaffRequest, public_id: str) -> HttpResponse:
    """The draft in sentences, what is wrong with it, and how it would go for a real customer."""
    found, working = _found(public_id)
    return _page(request, found, working, Desk(request, found, working.definition, None).asked_for())


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def add_step(request: StaffRequest, public_id: str) -> HttpResponse:
    """Put a new step where it was asked for."""
    found, working = _found(public_id)
    said = request.POST
    kind, after, way = said.get("kind", ""), said.get("add", ""), said.get("way", "")
    desk = Desk(request, found, working.definition, said)
    opened = desk.new_step(after, way, kind, said.get("condition", ""))
    if opened is None or not isinstance(opened.form, ConfigForm):
        return _gone(request, found)
    if not opened.is_valid():
        return _page(request, found, working, opened, status=422)
    use = editing.new_step(working.definition, kind=kind, config=opened.form.config)
    answer = _change(
        request, found, working, opened, f"step-{use.id}",
        lambda definition: editing.add_step(definition, use=use, after=after, way=way),
    )  # fmt: skip
    if answer.status_code == HTTPStatus.FOUND and "then" in said and NEXT in ways_out(use):
        return _back(request, found, "opened", open_there=f"add={use.id}")
    return answer


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def change_step(request: StaffRequest, public_id: str, key: str) -> HttpResponse:
    """Give a step other settings, and lead its ways elsewhere."""
    found, working = _found(public_id)
    opened = Desk(request, found, working.definition, request.POST).step(
        key, request.POST.get("condition", ""), request.POST.get("way_number", "")
    )
    if opened is None or not isinstance(opened.form, ConfigForm):
        return _gone(request, found)
    if not opened.is_valid():
        return _page(request, found, working, opened, status=422)
    config, ways = opened.form.config, opened.ways.changed_ways() if opened.ways else {}

    def changed(definition: Definition) -> Definition:
        definition = editing.replace_step(definition, step_id=key, config=config)
        for way, target in ways.items():
            definition = editing.lead(definition, step_id=key, way=way, to=target)
        return definition

    return _change(request, found, working, opened, f"step-{key}", changed)


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def move_step(request: StaffRequest, public_id: str, key: str) -> HttpResponse:
    """One place up or down."""
    found, working = _found(public_id)
    by = -1 if request.POST.get("by") == "up" else 1
    return _change(
        request, found, working, None, f"step-{key}",
        lambda definition: editing.move_step(definition, step_id=key, by=by),
    )  # fmt: skip


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def drop_step(request: StaffRequest, public_id: str, key: str) -> HttpResponse:
    """Take a step out, with what is indented under it."""
    found, working = _found(public_id)
    return _change(
        request, found, working, None, "flow", lambda definition: editing.remove_step(definition, step_id=key)
    )


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def change_entry(request: StaffRequest, public_id: str) -> HttpResponse:
    """Say what starts it, and for whom how often."""
    found, working = _found(public_id)
    opened = Desk(request, found, working.definition, request.POST).entry()
    form = opened.form
    if not opened.is_valid() or not isinstance(form, EntryForm):
        return _page(request, found, working, opened, status=422)
    trigger, entry, settings = form.cleaned_data["trigger"], form.entry(), form.settings()
    answer = _change(
        request, found, working, opened, "begin",
        lambda definition: editing.set_entry(definition, trigger=trigger, entry=entry, settings=settings),
    )  # fmt: skip
    if answer.status_code == HTTPStatus.FOUND and date_kind(trigger) and trigger != working.definition.trigger:
        answer = _back(request, found, "begin", open_there="entry")
    return answer


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def add_condition(request: StaffRequest, public_id: str) -> HttpResponse:
    """Ask one thing more before anything is said."""
    found, working = _found(public_id)
    opened = Desk(request, found, working.definition, request.POST).new_condition(
        request.POST.get("condition", ""), _group(request)
    )
    return _set_condition(request, found, working, opened, None)


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def change_condition(request: StaffRequest, public_id: str, row_id: int) -> HttpResponse:
    """Ask it differently."""
    found, working = _found(public_id)
    desk = Desk(request, found, working.definition, request.POST)
    return _set_condition(
        request, found, working, desk.condition(row_id, request.POST.get("condition", ""), _group(request)), row_id
    )


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def drop_condition(request: StaffRequest, public_id: str, row_id: int) -> HttpResponse:
    """Ask one thing less."""
    found, working = _found(public_id)
    return _change(
        request, found, working, None, "begin",
        lambda definition: editing.remove_condition(definition, place=row_id, group=_group(request)),
    )  # fmt: skip


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def change_leaving(request: StaffRequest, public_id: str, key: str) -> HttpResponse:
    """Say at which events people leave early."""
    found, working = _found(public_id)
    if key not in LEAVING_FORMS:
        raise Http404
    opened = Desk(request, found, working.definition, request.POST).leaving(key)
    if not opened.is_valid() or not isinstance(opened.form, ConfigForm):
        return _page(request, found, working, opened, status=422)
    events = LEAVING_FORMS[key].model_validate(opened.form.config).model_dump()
    return _change(
        request, found, working, opened, "begin", lambda definition: editing.set_leaving(definition, events=events)
    )


@staff_page(Permission.JOURNEYS_WRITE)
def step_mail(request: StaffRequest, public_id: str, key: str) -> HttpResponse:
    """What a step would say to the customer of the preview, for a frame."""
    _journey, working = _found(public_id)
    shown = rehearsed(request, working.definition, now=clock.now())
    moments = shown.rehearsal.moments if shown and shown.rehearsal else []
    mail = next((moment.mail for moment in moments if moment.step == key and moment.mail), None)
    if mail is None:
        raise Http404
    return untrusted_html(mail.html or escape(mail.problem))


def _found(public_id: str) -> tuple[Journey, Working]:
    found = journey_by_public_id(public_id=public_id)
    return found, working_definition(journey=found)


def _set_condition(
    request: StaffRequest, journey: Journey, working: Working, opened: Opened | None, place: int | None
) -> HttpResponse:
    if opened is None or not isinstance(opened.form, ConfigForm):
        return _gone(request, journey)
    if not opened.is_valid():
        return _page(request, journey, working, opened, status=422)
    use = ConditionUse.model_validate(opened.form.config)
    return _change(
        request, journey, working, opened, "begin",
        lambda definition: editing.set_condition(definition, use=use, place=place, group=_group(request)),
    )  # fmt: skip


def _change(
    request: StaffRequest, journey: Journey, working: Working, opened: Opened | None, anchor: str, edit: Edit
) -> HttpResponse:
    """Keep one change; whoever comes second keeps their form, and is told who was first."""
    try:
        changed = edit(working.definition)
    except (KeyError, StopIteration):
        return _gone(request, journey)
    try:
        change_draft(
            journey=journey, definition=changed, revision=revision_of(request), by=request.who, now=clock.now()
        )
    except DraftChanged as refusal:
        if opened is None:
            toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
            return _back(request, journey, anchor)
        note = _("%(what)s What you entered is still here: look at the journey, then keep it.")
        noted = Opened(**{**vars(opened), "note": note % {"what": refusal.sentence}})
        return _page(request, journey, working, noted, status=refusal.status)
    return _back(request, journey, anchor)


def _group(request: StaffRequest) -> str:
    """Of which conditions a form speaks."""
    return editing.LEAVE if request.POST.get("group") == editing.LEAVE else editing.ONLY


def _gone(request: StaffRequest, journey: Journey) -> HttpResponse:
    toasts.error(request, _("What you were changing is no longer there. Look at the draft as it is now."))
    return _back(request, journey, "flow")


def _back(request: StaffRequest, journey: Journey, anchor: str, *, open_there: str = "") -> HttpResponse:
    kept = "&".join(part for part in (kept_query(request), open_there) if part)
    address = reverse("journey_edit", args=[request.store.slug, journey.public_id])
    return redirect(f"{address}{'?' if kept else ''}{kept}#{anchor}")


def _page(
    request: StaffRequest, journey: Journey, working: Working, opened: Opened | None, *, status: int = 200
) -> HttpResponse:
    context = editor_context(request, journey=journey, working=working, opened=opened, now=clock.now())
    template = "journeys/console/flow/card.html" if is_in_place(request) else "journeys/console/edit.html"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Target"])
    return response
