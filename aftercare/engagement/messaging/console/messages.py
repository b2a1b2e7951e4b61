"""What was said, what was not and why, and what was heard of it."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy

from aftercare.engagement.messaging.actions.digests import ORIGIN
from aftercare.engagement.messaging.console.simulator import moment_in_words
from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.forms import MessageListFilters
from aftercare.engagement.messaging.heard import heard_of
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.moments import moments_of
from aftercare.engagement.messaging.queries import (
    attempts_of,
    count_in_state,
    decisions_of,
    handover_of,
    merged_in,
    message_by_public_id,
    messages_for_list,
    news_of,
    replies_to,
)
from aftercare.engagement.messaging.showing import as_sent
from aftercare.engagement.messaging.tones import REPLY_TONES
from aftercare.engagement.messaging.wording import kept_in_words
from aftercare.foundation.events.timelines import actor_name
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
    View(gettext_lazy("In digests"), {"state": "merged"}),
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
        "tabs": tabs(request, "messages"),
    }
    return render(request, "messaging/console/messages.html", context)


@staff_page(Permission.MESSAGES_READ)
def message(request: StaffRequest, public_id: str) -> HttpResponse:
    """One message as it was sent, and everything that led to it."""
    found = message_by_public_id(public_id=public_id)
    now = clock.now()
    moment = moments_of(messages=[found], now=now).get(found.pk)
    context = {
        "message": found,
        "asked_by": actor_name(found.origin),
        "moment": moment_in_words(moment) if moment else None,
        "decisions": [kept_in_words(one) for one in decisions_of(message=found)],
        "merged": merged_in(digest=found) if found.origin == ORIGIN else [],
        "mail": as_sent(found, now=now),
        "attempts": attempts_of(message=found),
        "handover": handover_of(message=found),
        "heard": heard_of(news=news_of(message=found)),
        "replies": replies_to(message=found),
        "reply_tones": REPLY_TONES,
    }
    return render(request, "messaging/console/message.html", context)


@staff_page(Permission.MESSAGES_READ)
def message_html(request: StaffRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 -- the guard's signature
    """The HTML part, for the frame on the message's page."""
    return untrusted_html(as_sent(message_by_public_id(public_id=public_id), now=clock.now()).html)


@staff_page(Permission.MESSAGES_READ)
def message_source(request: StaffRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 -- the guard's signature
    """The bytes, to be kept, or opened in a mail program where it is mail."""
    shown = as_sent(message_by_public_id(public_id=public_id), now=clock.now())
    kind, ending = ("message/rfc822", "eml") if shown.headers else ("text/plain; charset=utf-8", "txt")
    response = HttpResponse(shown.raw, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{public_id}.{ending}"'
    return response


def _failed_lately(_store_id: int) -> int:
    """Within the store's scope, as every page is."""
    return count_in_state(state=Message.State.FAILED, since=clock.now() - _FAILED_LATELY, most=_MOST_COUNTED)


first_urlpatterns = [path("messages/", messages, name="messages")]
# Whatever else begins with `messages/` comes before these.
last_urlpatterns = [
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
