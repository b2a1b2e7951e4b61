"""The shopper's edges of messaging: choosing what one hears, and ending it with one click (RFC 8058)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import surviving
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.messaging.actions.choose import choose, end_pause, pause
from aftercare.engagement.messaging.actions.choose import unsubscribe as end_subscription
from aftercare.engagement.messaging.channels import Channel
from aftercare.engagement.messaging.holders import BY_CUSTOMER
from aftercare.engagement.messaging.links import PREFERENCES_LINK
from aftercare.engagement.messaging.portal.opening import dead_link, opened, opened_message
from aftercare.engagement.messaging.preferences import (
    PURPOSES,
    Choice,
    Purpose,
    channels_of,
    choices_of,
    person_of,
    preferred_channel,
    purpose_of,
)
from aftercare.engagement.messaging.queries import message_by_public_id, paused_until
from aftercare.foundation.kit import clock
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page
from aftercare.foundation.web.ratelimit import Limit, take

# By link and not by address: mail providers unsubscribe thousands of people from a handful of addresses.
_CHANGES = Limit("preferences", burst=20, seconds=600)
_FIRST, _PAUSE = "preferred", "pause"


_ORDER = "ord_"


@dataclass(frozen=True)
class Topic:
    """A purpose with its ticks, one per channel."""

    purpose: Purpose
    ticks: list[Choice]


class ChoicesForm(forms.Form):
    """One tick per purpose and channel, and which channel first."""

    def __init__(self, data: Any, *, choices: list[Choice], theirs: list[Channel], preferred: str) -> None:
        super().__init__(data)
        for choice in choices:
            if not choice.is_fixed:
                self.fields[choice.name] = forms.BooleanField(required=False, initial=choice.granted)
        ways = [("", _("No matter")), *((channel.key, channel.label) for channel in theirs)]
        self.fields[_FIRST] = forms.ChoiceField(
            label=_("By which way first?"), choices=ways, required=False, initial=preferred,
            help_text=_("Where a message can come by several ways, it comes by this one first."),
        )  # fmt: skip


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def preferences(request: PortalRequest, token: str) -> HttpResponse:
    """What one hears from the store. The link in a message is enough: nobody signs in to hear less.

    The link is also all the protection there is against forged posts: a page elsewhere does not know it.
    """
    known = opened(request, token, purpose=PREFERENCES_LINK, find=_whose)
    if known is None:
        return dead_link(request)
    who, customer = known
    if customer is None:
        return render(request, "messaging/portal/preferences.html", {"customer": None})
    choices, first = choices_of(customer=customer), preferred_channel(customer=customer)
    form = ChoicesForm(
        request.POST if request.method == "POST" else None, choices=choices, preferred=first,
        theirs=channels_of(customer=customer),
    )  # fmt: skip
    if request.method == "POST":
        take(limit=_CHANGES, who=who, now=clock.now())
        if _PAUSE in request.POST:
            (pause if request.POST[_PAUSE] == "begin" else end_pause)(customer=customer, now=clock.now())
            return redirect(f"{request.path}?saved=1")
        if form.is_valid():
            granted = {name: value for name, value in form.cleaned_data.items() if name != _FIRST}
            preferred = form.cleaned_data[_FIRST] if _FIRST in request.POST else None
            choose(customer=customer, granted=granted, preferred=preferred, now=clock.now())
            return redirect(f"{request.path}?saved=1")
    context = {
        "form": form, "customer": customer, "is_saved": "saved" in request.GET, "first": form[_FIRST],
        "topics": [Topic(one, [choice for choice in choices if choice.purpose is one]) for one in PURPOSES],
        "paused_until": paused_until(customer_id=customer.pk, placed_by=BY_CUSTOMER, now=clock.now()),
    }  # fmt: skip
    return render(request, "messaging/portal/preferences.html", context)


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def unsubscribe(request: PortalRequest, token: str) -> HttpResponse:
    """A POST ends it, at once and however often; a GET only asks, because programs that scan mail follow links."""
    message = opened_message(request, token, purpose=PREFERENCES_LINK)
    if message is None:
        return dead_link(request)
    is_done = request.method == "POST"
    if is_done:
        take(limit=_CHANGES, who=message.public_id, now=clock.now())
        end_subscription(message=message, now=clock.now())
    context = {"purpose": purpose_of(message), "token": token, "is_done": is_done}
    return render(request, "messaging/portal/unsubscribe.html", context)


def _whose(thing: str) -> tuple[str, Customer | None]:
    """What the link names, a message or an order, and whose choices it opens."""
    if thing.startswith(_ORDER):
        buyer = order_by_public_id(public_id=thing).customer
        return thing, surviving(customer=buyer) if buyer else None
    return thing, person_of(message=message_by_public_id(public_id=thing))


urlpatterns = [
    path("preferences/<str:token>/", preferences, name="preferences"),
    path("unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
]
