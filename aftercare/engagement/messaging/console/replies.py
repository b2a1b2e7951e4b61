"""Mail that came in: answers of customers, and what machines wrote."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy

from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.forms import ReplyFilters
from aftercare.engagement.messaging.queries import inbound_by_public_id, inbound_for_list
from aftercare.engagement.messaging.tones import REPLY_TONES
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.untrusted import untrusted_html

_COLUMNS = (
    Column(gettext_lazy("From")),
    Column(gettext_lazy("Subject")),
    Column(gettext_lazy("Kind")),
    Column(gettext_lazy("Customer")),
    Column(gettext_lazy("Order")),
    Column(gettext_lazy("When")),
)
_VIEWS = (
    View(gettext_lazy("All")),
    View(gettext_lazy("Written by people"), {"kind": "reply"}),
    View(gettext_lazy("Automatic answers"), {"kind": "automatic"}),
    View(gettext_lazy("Delivery reports"), {"kind": "bounce"}),
)


@staff_page(Permission.MESSAGES_READ)
def replies(request: StaffRequest) -> HttpResponse:
    """Everything that came in by mail."""
    filters = ReplyFilters(request)
    found = inbound_for_list(
        words=filters.chosen("q") or "", kind=filters.chosen("kind") or "", after=cursor_of(request)
    )
    context = {
        "listing": listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS),
        "tabs": tabs(request, "replies"),
        "tones": REPLY_TONES,
    }
    return render(request, "messaging/console/replies.html", context)


@staff_page(Permission.MESSAGES_READ)
def reply(request: StaffRequest, public_id: str) -> HttpResponse:
    """One mail, and what it answers."""
    context = {"mail": inbound_by_public_id(public_id=public_id), "tones": REPLY_TONES}
    return render(request, "messaging/console/reply.html", context)


@staff_page(Permission.MESSAGES_READ)
def reply_html(request: StaffRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 -- the guard's signature
    """Its HTML, for the frame on its page."""
    return untrusted_html(inbound_by_public_id(public_id=public_id).html)


urlpatterns = [
    path("messages/received/", replies, name="replies"),
    path("messages/received/<str:public_id>/", reply, name="reply"),
    path("messages/received/<str:public_id>/html/", reply_html, name="reply_html"),
]
