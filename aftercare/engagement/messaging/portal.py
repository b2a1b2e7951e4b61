"""The shopper's edges of messaging: choosing what one hears, ending it with one click (RFC 8058), and reading
what a digest only names."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from aftercare.engagement.messaging.actions.choose import choose
from aftercare.engagement.messaging.actions.choose import unsubscribe as end_subscription
from aftercare.engagement.messaging.actions.digests import READ_PURPOSE
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.preferences import Choice, choices_of, purpose_of
from aftercare.engagement.messaging.queries import message_by_public_id
from aftercare.engagement.messaging.showing import as_sent
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page, read_link
from aftercare.foundation.web.ratelimit import Limit, caller, take
from aftercare.foundation.web.untrusted import untrusted_html

LINK_PURPOSE = "preferences"
_DEAD_LINKS = Limit("dead preference link", burst=30, seconds=600)
# By link and not by address: mail providers unsubscribe thousands of people from a handful of addresses.
_CHANGES = Limit("preferences", burst=20, seconds=600)


class ChoicesForm(forms.Form):
    """One tick per purpose and channel."""

    def __init__(self, data: Any, *, choices: list[Choice]) -> None:
        super().__init__(data)
        for choice in choices:
            self.fields[choice.name] = forms.BooleanField(
                label=f"{choice.purpose.label} · {choice.channel_label}", help_text=choice.purpose.explanation,
                required=False, initial=choice.granted,
            )  # fmt: skip


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def preferences(request: PortalRequest, token: str) -> HttpResponse:
    """What one hears from the store. The link in a message is enough: nobody signs in to hear less.

    The link is also all the protection there is against forged posts: a page elsewhere does not know it.
    """
    message = _message(request, token)
    if message is None:
        return _dead_link(request)
    form = ChoicesForm(request.POST if request.method == "POST" else None, choices=choices_of(message=message))
    if form.is_valid():
        take(limit=_CHANGES, who=message.public_id, now=clock.now())
        choose(message=message, granted=form.cleaned_data, now=clock.now())
        return redirect(f"{request.path}?saved=1")
    context = {"form": form, "message": message, "is_saved": "saved" in request.GET}
    return render(request, "messaging/portal/preferences.html", context)


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def unsubscribe(request: PortalRequest, token: str) -> HttpResponse:
    """A POST ends it, at once and however often; a GET only asks, because programs that scan mail follow links."""
    message = _message(request, token)
    if message is None:
        return _dead_link(request)
    is_done = request.method == "POST"
    if is_done:
        take(limit=_CHANGES, who=message.public_id, now=clock.now())
        end_subscription(message=message, now=clock.now())
    context = {"purpose": purpose_of(message), "token": token, "is_done": is_done}
    return render(request, "messaging/portal/unsubscribe.html", context)


@require_http_methods(["GET", "HEAD"])
@portal_page
def merged_message(request: PortalRequest, token: str) -> HttpResponse:
    """A message that went out in a digest, in full. Whoever has the link may read, as with the mail itself."""
    message = _message(request, token, purpose=READ_PURPOSE)
    if message is None or message.merged_into_id is None:
        return _dead_link(request)
    return untrusted_html(as_sent(message, now=clock.now()).html)


def _message(request: PortalRequest, token: str, *, purpose: str = LINK_PURPOSE) -> Message | None:
    try:
        public_id = read_link(purpose=purpose, store_id=request.store.pk, token=token)
        return message_by_public_id(public_id=public_id)
    except (Http404, NotFound):
        return None


def _dead_link(request: PortalRequest) -> HttpResponse:
    take(limit=_DEAD_LINKS, who=caller(request), now=clock.now())
    return render(request, "messaging/portal/dead_link.html", status=404)


urlpatterns = [
    path("preferences/<str:token>/", preferences, name="preferences"),
    path("messages/<str:token>/", merged_message, name="merged_message"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
]
