"""The templates messages are made from."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import escape

from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.queries import latest_message_of, live_templates, template_versions
from aftercare.engagement.messaging.showing import preview
from aftercare.engagement.messaging.templates import fall_backs
from aftercare.engagement.messaging.types import type_label
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.untrusted import untrusted_html


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
        "tabs": tabs(request, "templates"),
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


urlpatterns = [
    path("messages/templates/", templates, name="templates"),
    path("messages/templates/<slug:key>/<slug:locale>/", template, name="template"),
    path("messages/templates/<slug:key>/<slug:locale>/preview/", template_preview, name="template_preview"),
]
