"""Editing a template's draft, and looking at what comes of it."""

from dataclasses import replace

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.engagement.messaging.actions.drafts import change_draft
from aftercare.engagement.messaging.console.templates.showing import (
    Attempt,
    Template,
    editor_context,
    example_asked_for,
    found_template,
    kept_query,
    scheme_asked_for,
)
from aftercare.engagement.messaging.contents import WORDS, Content, Words, with_newlines
from aftercare.engagement.messaging.drafts import made
from aftercare.engagement.messaging.tryout import render as try_out
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.untrusted import untrusted_html


@staff_page(Permission.MESSAGES_READ)
def template(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """The draft or what is live, what is wrong with it, and how it looks for a real order."""
    return _page(request, found_template(key, locale))


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def save(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """Keep it as a draft, whatever is wrong with it; whoever comes second keeps their words, and is told who was first."""
    found = found_template(key, locale)
    content = _sent(request, found)
    if found.working.draft is None and with_newlines(content).parts == with_newlines(found.working.content).parts:
        toasts.info(request, _("Nothing was changed."))
        return back_to_editor(request, key, locale)
    return _keep(request, found, content)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def take_source(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """Go on with the whole source instead of the words."""
    found = found_template(key, locale)
    content = found.working.content
    return _keep(request, found, replace(content, words=None))


@staff_page(Permission.MESSAGES_READ)
def template_preview(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """What the draft, or what is live, makes of an order: for a frame."""
    found, now = found_template(key, locale), clock.now()
    example = example_asked_for(request, found, now=now)
    shown = try_out(content=found.working.content, example=example, scheme=scheme_asked_for(request))
    return untrusted_html(shown.html or escape(shown.problem))


def revision_of(request: StaffRequest) -> int:
    """The revision of the draft that whoever sends a form was looking at."""
    said = str(request.POST.get("revision", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def back_to_editor(request: StaffRequest, key: str, locale: str, anchor: str = "") -> HttpResponse:
    """The editor as it was looked at."""
    kept = kept_query(request)
    address = reverse("template", args=[request.store.slug, key, locale])
    return redirect(f"{address}{'?' if kept else ''}{kept}{anchor}")


def _sent(request: StaffRequest, found: Template) -> Content:
    """What the form says; it has the fields of the form that the template was in when it was opened."""
    said = request.POST
    words = None if "source" in said else Words(**{name: str(said.get(name, "")) for name in WORDS})
    return made(
        subject=str(said.get("subject", "")), words=words, source=str(said.get("source", "")), locale=found.locale,
        short=str(said.get("short", "")),
    )  # fmt: skip


def _keep(request: StaffRequest, found: Template, content: Content) -> HttpResponse:
    try:
        change_draft(
            store=request.store, key=found.key, locale=found.locale, content=content, revision=revision_of(request),
            by=request.who, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        note = _("%(what)s What you wrote is still here, and not yet kept. %(remedy)s")
        said = note % {"what": refusal.sentence, "remedy": refusal.remedy}
        return _page(request, found, Attempt(with_newlines(content), said), status=refusal.status)
    toasts.success(request, _("The draft is kept. Customers get it once it is published."))
    return back_to_editor(request, found.key, found.locale)


def _page(request: StaffRequest, found: Template, attempt: Attempt | None = None, *, status: int = 200) -> HttpResponse:
    context = editor_context(request, found, attempt=attempt, now=clock.now())
    return render(request, "messaging/console/template.html", context, status=status)
