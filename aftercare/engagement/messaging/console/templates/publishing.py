"""From draft to version and back: publish, discard, look at what was, compare, and take up again."""

from dataclasses import dataclass

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.engagement.messaging.actions.drafts import change_draft, discard_draft, publish_draft
from aftercare.engagement.messaging.actions.templates import BY_US
from aftercare.engagement.messaging.builtin import builtin_template
from aftercare.engagement.messaging.comparing import Part, compare
from aftercare.engagement.messaging.console.templates.editor import back_to_editor, revision_of
from aftercare.engagement.messaging.console.templates.showing import LABELS, Template, found_template
from aftercare.engagement.messaging.contents import Content
from aftercare.engagement.messaging.drafts import content_of_version
from aftercare.engagement.messaging.models import TemplateVersion
from aftercare.engagement.messaging.queries import template_version, template_versions
from aftercare.foundation.events.timelines import names_of, said_by
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.drafts import DraftChanged
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

DRAFT = "draft"
BUILTIN = "builtin"
_NOTE_LENGTH = 300


@dataclass(frozen=True)
class Comparison:
    """Which two were chosen, of which there are, and what they differ in."""

    before: str
    after: str
    names: list[tuple[str, str]]
    parts: list[tuple[str, Part]]

    @property
    def differs(self) -> bool:
        """Whether they do at all."""
        return any(part.differs for _label, part in self.parts)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def publish(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """Make the draft what the next messages are made from."""
    note = " ".join(str(request.POST.get("note", "")).replace("\x00", "").split())[:_NOTE_LENGTH]
    try:
        version = publish_draft(
            store=request.store, key=key, locale=locale, revision=revision_of(request), note=note, by=request.who,
            now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        said = _("Version %(number)s is live. Messages that are made from now on say it.")
        toasts.success(request, said % {"number": version.number})
    return back_to_editor(request, key, locale)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def discard(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """Throw the draft away."""
    try:
        discard_draft(
            store=request.store, key=key, locale=locale, revision=revision_of(request), by=request.who,
            now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        toasts.success(request, _("The draft is discarded."))
    return back_to_editor(request, key, locale)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def restore(request: StaffRequest, key: str, locale: str, row_id: int) -> HttpResponse:
    """Begin a draft with what a version said, 0 being the built-in one; a draft that is there is not overwritten."""
    found = found_template(key, locale)
    content = _content(found, str(row_id) if row_id else BUILTIN)
    try:
        change_draft(
            store=request.store, key=key, locale=locale, content=content, revision=0, by=request.who, now=clock.now(),
            based_on=row_id or None,
        )  # fmt: skip
    except DraftChanged:
        toasts.error(request, _("There is a draft already. Publish or discard it first; nothing was changed."))
        return redirect("template_versions", store=request.store.slug, key=key, locale=locale)
    toasts.success(request, _("The draft is as it was then."))
    return back_to_editor(request, key, locale)


@staff_page(Permission.MESSAGES_READ)
def versions(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """Every version, by whom and why, and what two of them differ in."""
    found = found_template(key, locale)
    published = template_versions(key=key, locale=locale)
    called = names_of(version.created_by for version in published)
    context = {
        "template": found,
        "name": found.kind.label,
        "versions": published,
        "people": {
            one.created_by: _("Aftercare") if one.created_by == BY_US else said_by(one.created_by, called)
            for one in published
        },
        "comparison": _comparison(request, found, published),
        "builtin": builtin_template(key=key, locale=locale),
    }
    return render(request, "messaging/console/versions.html", context)


def _comparison(request: StaffRequest, found: Template, published: list[TemplateVersion]) -> Comparison:
    """What was asked for; usually the live version and the draft, else the latest two, else the built-in and the live."""
    names = [(DRAFT, _("Draft"))] if found.working.draft else []
    names += [(str(one.number), _("Version %(number)s") % {"number": one.number}) for one in published]
    if builtin_template(key=found.key, locale=found.locale):
        names.append((BUILTIN, _("Built-in, as it is today")))
    known = [value for value, _label in names]
    before, after = request.GET.get("from", ""), request.GET.get("to", "")
    if before not in known or after not in known:
        after, before = [*known[:2], "", ""][:2]
    if not (before and after):
        return Comparison(before, after, names, [])
    parts = compare(before=_content(found, before), after=_content(found, after))
    return Comparison(before, after, names, [(str(LABELS[part.name]), part) for part in parts])


def _content(found: Template, value: str) -> Content:
    """What a draft, a version or the built-in template says; raises NotFound."""
    if value == DRAFT:
        return found.working.content
    built = builtin_template(key=found.key, locale=found.locale)
    if value == BUILTIN and built is not None:
        return built
    number = int(value) if value.isdigit() and len(value) < 10 else 0
    return content_of_version(template_version(key=found.key, locale=found.locale, number=number))
