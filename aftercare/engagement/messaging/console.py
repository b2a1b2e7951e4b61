"""The console's pages about messages: what was said, what was not and why, and what keeps us from saying it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.engagement.messaging.actions.suppress import lift_suppression
from aftercare.engagement.messaging.forms import MessageListFilters, SuppressionFilters
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.queries import (
    count_in_state,
    latest_message_of,
    live_templates,
    message_by_public_id,
    messages_for_list,
    suppression_by_id,
    suppressions_for_list,
    template_versions,
)
from aftercare.engagement.messaging.showing import as_sent, preview
from aftercare.engagement.messaging.templates import fall_backs
from aftercare.engagement.messaging.types import type_label
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.untrusted import untrusted_html

_FAILED_LATELY = timedelta(days=2)
_MOST_COUNTED = 99
_COLUMNS = (
    Column(gettext_lazy("Message")),
    Column(gettext_lazy("Subject")),
    Column(gettext_lazy("To")),
    Column(gettext_lazy("State")),
    Column(gettext_lazy("Why")),
    Column(gettext_lazy("Order")),
    Column(gettext_lazy("When")),
)
_VIEWS = (
    View(gettext_lazy("All")),
    View(gettext_lazy("Sent"), {"state": "sent"}),
    View(gettext_lazy("Waiting"), {"state": "waiting"}),
    View(gettext_lazy("Not sent"), {"state": "dropped"}),
    View(gettext_lazy("Failed"), {"state": "failed"}),
)


@staff_page(Permission.MESSAGES_READ)
def messages(request: StaffRequest) -> HttpResponse:
    """The outbox: everything said and everything not said."""
    filters = MessageListFilters(request)
    found = messages_for_list(filters=filters.narrowed(), after=cursor_of(request))
    context = {
        "listing": listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS),
        "tabs": _tabs(request, "messages"),
    }
    return render(request, "messaging/console/messages.html", context)


@staff_page(Permission.MESSAGES_READ)
def message(request: StaffRequest, public_id: str) -> HttpResponse:
    """One message as it was sent, and everything that led to it."""
    found = message_by_public_id(public_id=public_id)
    context = {"message": found, "mail": as_sent(found, now=clock.now())}
    return render(request, "messaging/console/message.html", context)


@staff_page(Permission.MESSAGES_READ)
def message_html(request: StaffRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 -- the guard's signature
    """The HTML part, for the frame on the message's page."""
    return untrusted_html(as_sent(message_by_public_id(public_id=public_id), now=clock.now()).html)


@staff_page(Permission.MESSAGES_READ)
def message_source(request: StaffRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 -- the guard's signature
    """The bytes, to be kept or opened in a mail program."""
    raw = as_sent(message_by_public_id(public_id=public_id), now=clock.now()).raw
    response = HttpResponse(raw, content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="{public_id}.eml"'
    return response


@staff_page(Permission.MESSAGES_READ)
def suppressions(request: StaffRequest) -> HttpResponse:
    """Addresses that nothing is sent to."""
    filters = SuppressionFilters(request)
    found = suppressions_for_list(
        words=filters.chosen("q") or "", cause=filters.chosen("cause") or "", after=cursor_of(request)
    )
    columns = (
        Column(gettext_lazy("Address")),
        Column(gettext_lazy("Channel")),
        Column(gettext_lazy("Cause")),
        Column(gettext_lazy("Since")),
        Column(gettext_lazy("Action"), hidden=True),
    )
    context = {
        "listing": listing(request, filters=filters, page=found, columns=columns),
        "tabs": _tabs(request, "suppressions"),
    }
    return render(request, "messaging/console/suppressions.html", context)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def lift(request: StaffRequest, row_id: int) -> HttpResponse:
    """Let an address be written to again."""
    suppression = suppression_by_id(row_id=row_id)
    lift_suppression(suppression=suppression)
    toasts.success(request, _("%(address)s can be written to again.") % {"address": suppression.address})
    return redirect("suppressions", store=request.store.slug)


@staff_page(Permission.MESSAGES_READ)
def templates(request: StaffRequest) -> HttpResponse:
    """Every template with its live version in each language."""
    live = live_templates()
    context = {
        "templates": live,
        "fall_backs": fall_backs(
            live=[(version.key, version.locale) for version in live], store_locale=request.store.locale,
            languages=list(dict(settings.LANGUAGES)),
        ),
        "tabs": _tabs(request, "templates"),
    }  # fmt: skip
    return render(request, "messaging/console/templates.html", context)


@staff_page(Permission.MESSAGES_READ)
def template(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """One template: its versions, source, and how it looks with real data."""
    versions = template_versions(key=key, locale=locale)
    context = {
        "key": key,
        "name": type_label(key),
        "locale": locale,
        "versions": versions,
        "current": next((version for version in versions if version.is_live), versions[0]),
        "example": latest_message_of(message_type=key),
    }
    return render(request, "messaging/console/template.html", context)


@staff_page(Permission.MESSAGES_READ)
def template_preview(request: StaffRequest, key: str, locale: str) -> HttpResponse:
    """The live version with the data of the latest message of its type."""
    versions = template_versions(key=key, locale=locale)
    live = next((version for version in versions if version.is_live), versions[0])
    example = latest_message_of(message_type=key)
    shown = preview(live, example, store=request.store, now=clock.now())
    return untrusted_html(shown.html or escape(shown.problem))


def _tabs(request: StaffRequest, active: str) -> list[dict[str, Any]]:
    pages = {"messages": _("Messages"), "templates": _("Templates"), "suppressions": _("Blocked addresses")}
    return [
        {"label": label, "url": reverse(name, args=[request.store.slug]), "active": name == active}
        for name, label in pages.items()
    ]


def _failed_lately(_store_id: int) -> int:
    """Within the store's scope, as every page is."""
    return count_in_state(state=Message.State.FAILED, since=clock.now() - _FAILED_LATELY, most=_MOST_COUNTED)


urlpatterns = [
    path("messages/", messages, name="messages"),
    path("messages/templates/", templates, name="templates"),
    path("messages/templates/<slug:key>/<slug:locale>/", template, name="template"),
    path("messages/templates/<slug:key>/<slug:locale>/preview/", template_preview, name="template_preview"),
    path("messages/blocked/", suppressions, name="suppressions"),
    path("messages/blocked/<int:row_id>/lift/", lift, name="suppression_lift"),
    path("messages/<str:public_id>/", message, name="message"),
    path("messages/<str:public_id>/html/", message_html, name="message_html"),
    path("messages/<str:public_id>/source/", message_source, name="message_source"),
]

register_entry(
    Entry(
        group="Engagement",
        position=10,
        label=gettext_lazy("Messages"),
        icon="mail",
        url_name="messages",
        permission=Permission.MESSAGES_READ,
        count=_failed_lately,
    )
)
