"""All that the editor's page shows, put together."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.messaging.builtin.composing import known_language
from aftercare.engagement.messaging.checking import Problem
from aftercare.engagement.messaging.contents import LONGEST, Content
from aftercare.engagement.messaging.drafts import Working, languages, working_content
from aftercare.engagement.messaging.judging import judged, store_sample
from aftercare.engagement.messaging.translations import has_newer_builtin
from aftercare.engagement.messaging.tryout import Example, Scheme, example_of, example_orders, render, usual_order
from aftercare.engagement.messaging.types import MessageType, message_type
from aftercare.engagement.messaging.variables import variables_of
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.web.panels import render_panels
from aftercare.foundation.web.staff_edge import StaffRequest

LABELS: Mapping[str, "Promise"] = {
    "subject": _("Subject"),
    "preview": _("Preview text"),
    "heading": _("Heading"),
    "body": _("Text"),
    "button": _("Words on the button"),
    "source": _("Source (MJML and Liquid)"),
    "short": _("Short text"),
}
HELP: Mapping[str, "Promise"] = {
    "preview": _("Stands after the subject in the inbox."),
    "body": _(
        "An empty line begins a new paragraph. **bold**, [words](address), “~ ” before small print. {lines}, {totals},"
        " {guides} and {button} stand for those blocks."
    ),
    "short": _("For text messages, notifications, the inbox and calls; the link is added. Empty: the subject is said."),
}
_ROWS = {"body": 14, "source": 28, "preview": 2, "short": 3}
_KEPT = ("order", "q", "width", "scheme", "part", "beside")


@dataclass(frozen=True)
class Template:
    """What an address names: a message in a language."""

    kind: MessageType
    locale: str
    working: Working

    @property
    def key(self) -> str:
        """Of its message type."""
        return self.kind.key


@dataclass(frozen=True)
class Attempt:
    """What somebody wanted to keep, and why it was not kept."""

    content: Content
    note: str = ""


@dataclass(frozen=True)
class Part:
    """A field of the editor, with what is wrong with it, and what it says in the language beside."""

    name: str
    label: Any
    help: Any
    text: str
    rows: int
    longest: int
    problems: list[tuple[Problem, str]] = field(default_factory=list)
    beside: str | None = None


def found_template(key: str, locale: str) -> Template:
    """The template of an address; raises NotFound."""
    return Template(message_type(key), locale, working_content(key=key, locale=locale))


def kept_query(request: StaffRequest) -> str:
    """What of the address stays, whatever is done: how the preview is looked at."""
    return urlencode({name: request.GET[name] for name in _KEPT if request.GET.get(name)})


def editor_context(
    request: StaffRequest, template: Template, *, attempt: Attempt | None = None, now: datetime
) -> dict[str, Any]:
    """The editor's page."""
    store, working = request.store, template.working
    content = attempt.content if attempt else working.content
    problems = judged(store=store, key=template.key, locale=template.locale, content=content, now=now)
    return {
        "template": template,
        "name": template.kind.label,
        "working": working,
        "is_composed": content.words is not None,
        "parts": _parts(content, problems, _beside(request, template)),
        "beside": request.GET.get("beside", ""),
        "note": attempt.note if attempt else "",
        "listed": [(problem, LABELS[problem.field]) for problem in problems],
        "errors": sum(problem.blocks for problem in problems),
        "changed_by": actor_name(working.draft.changed_by) if working.draft else "",
        "live_name": str(working.live.number) if working.live else "",
        "has_newer_builtin": working.live is not None and has_newer_builtin(working.live),
        "variables": variables_of(
            kind=template.kind, sample=store_sample(store=store, kind=template.kind, locale=template.locale, now=now)
        ),
        "uses": render_panels(place="console.template.side", about=template.kind, request=request),
        "languages": _language_tabs(request, template),
        "direction": "rtl" if get_language_info(known_language(template.locale))["bidi"] else "ltr",
        "others": {code: name for code, name in languages().items() if code != template.locale},
        "keep": kept_query(request),
        **_preview(request, template, working.content, now),
    }  # fmt: skip


def example_asked_for(request: StaffRequest, template: Template, *, now: datetime) -> Example:
    """The order that the address names, else the usual one."""
    order = order_asked_for(request) or usual_order(store=request.store, kind=template.kind)
    return example_of(store=request.store, kind=template.kind, locale=template.locale, order=order, now=now)


def order_asked_for(request: StaffRequest) -> Order | None:
    """The order that the address names, if there is one."""
    public_id = request.GET.get("order", "")
    try:
        return order_by_public_id(public_id=public_id) if public_id else None
    except NotFound:
        return None


def scheme_asked_for(request: StaffRequest) -> Scheme:
    """Light, unless dark is asked for."""
    return "dark" if request.GET.get("scheme") == "dark" else "light"


def _preview(request: StaffRequest, template: Template, content: Content, now: datetime) -> dict[str, Any]:
    example, words = example_asked_for(request, template, now=now), request.GET.get("q", "")
    return {
        "example": example,
        "rendered": render(content=content, example=example),
        "words": words,
        "orders": example_orders(words=words),
        "width": "phone" if request.GET.get("width") == "phone" else "desktop",
        "scheme": scheme_asked_for(request),
        "part": "text" if request.GET.get("part") == "text" else "html",
        "switches": _switches(request),
    }


def _switches(request: StaffRequest) -> list[dict[str, Any]]:
    """How else the preview may be looked at: links, each of which changes one thing."""
    choices = (
        ("width", "desktop", _("Desktop")), ("width", "phone", _("Phone")), ("scheme", "light", _("Light")),
        ("scheme", "dark", _("Dark")), ("part", "html", _("Designed")), ("part", "text", _("Plain text")),
    )  # fmt: skip
    usual = {"width": "desktop", "scheme": "light", "part": "html"}
    kept = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    return [
        {
            "label": label,
            "url": f"?{urlencode({**kept, name: value})}#preview",
            "active": kept.get(name, usual[name]) == value,
            "begins": value in usual.values(),
        }
        for name, value, label in choices
    ]


def _parts(content: Content, problems: list[Problem], beside: Mapping[str, str]) -> list[Part]:
    by_field: dict[str, list[tuple[Problem, str]]] = defaultdict(list)
    for problem in problems:
        by_field[problem.field].append((problem, _line(content.parts.get(problem.field, ""), problem.line)))
    return [
        Part(
            name, LABELS[name], HELP.get(name, ""), text, _ROWS.get(name, 1), LONGEST[name], by_field[name],
            beside.get(name),
        )
        for name, text in content.parts.items()
    ]  # fmt: skip


def _line(text: str, number: int) -> str:
    """The line a problem stands in, where there are several to choose from."""
    lines = text.split("\n")
    return lines[number - 1].strip()[:120] if len(lines) > 1 and 0 < number <= len(lines) else ""


def _beside(request: StaffRequest, template: Template) -> Mapping[str, str]:
    """What the message says in the language that it is translated from."""
    other = request.GET.get("beside", "")
    if other not in languages() or other == template.locale:
        return {}
    return working_content(key=template.key, locale=other).content.parts


def _language_tabs(request: StaffRequest, template: Template) -> list[dict[str, Any]]:
    kept = kept_query(request)
    shown = dict.fromkeys([*languages(), template.locale])
    return [
        {
            "label": languages().get(code, code),
            "url": reverse("template", args=[request.store.slug, template.key, code]) + (f"?{kept}" if kept else ""),
            "active": code == template.locale,
        }
        for code in shown
    ]
