"""The inbox: what the shop has said, on its own pages. Whoever has an order's link sees what is about that order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from aftercare.commerce.customers.queries import customer_by_public_id, person_ids, surviving
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.channels import INBOX
from aftercare.engagement.messaging.links import INBOX_LINK, preferences_path
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.news import News, key_of
from aftercare.engagement.messaging.portal.opening import dead_link, opened
from aftercare.engagement.messaging.queries import inbox_of
from aftercare.engagement.messaging.reputation import NewsKind
from aftercare.engagement.messaging.showing import Shown, all_as_sent
from aftercare.foundation.kit import clock
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page

_CUSTOMER = "cus_"


@dataclass(frozen=True)
class Letter:
    """A message as it lies in the inbox."""

    message: Message
    shown: Shown

    @property
    def is_unread(self) -> bool:
        """Nobody has opened it."""
        return not self.message.delivery


@csrf_exempt
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def inbox(request: PortalRequest, token: str) -> HttpResponse:
    """All of it; a POST says that all was read. The link is all the proof, as for the order's page."""
    found = opened(request, token, purpose=INBOX_LINK, find=_messages)
    if found is None:
        return dead_link(request)
    if request.method == "POST":
        _read([message for message in found if not message.delivery])
        return redirect("inbox", store=request.store.slug, token=token)
    return _page(request, token, found)


@gzip_page
@require_safe
@portal_page
def letter(request: PortalRequest, token: str, public_id: str) -> HttpResponse:
    """One message, which is read now."""
    found = opened(request, token, purpose=INBOX_LINK, find=_messages)
    chosen = next((message for message in found or [] if message.public_id == public_id), None)
    if found is None or chosen is None:
        return dead_link(request)
    if request.method == "GET" and not chosen.delivery:
        _read([chosen])
        chosen.delivery = Message.Delivery.DELIVERED.value
    return _page(request, token, found, chosen)


def _page(
    request: PortalRequest, token: str, found: Sequence[Message], chosen: Message | None = None
) -> HttpResponse:  # fmt: skip
    shown = all_as_sent(found, now=clock.now())
    letters = [Letter(message, one) for message, one in zip(found, shown, strict=True)]
    context = {
        "letters": letters,
        "opened": next((one for one in letters if chosen and one.message.pk == chosen.pk), None),
        "unread": sum(one.is_unread for one in letters),
        "token": token,
        "preferences_url": preferences_path(
            store_slug=request.store.slug, store_id=request.store.pk, thing=found[0].public_id
        ) if found else "",
    }  # fmt: skip
    return render(request, "messaging/portal/inbox.html", context)


def _messages(thing: str) -> list[Message]:
    if thing.startswith(_CUSTOMER):
        person = surviving(customer=customer_by_public_id(public_id=thing))
        return inbox_of(customer_ids=person_ids(customer=person))
    return inbox_of(order_id=order_by_public_id(public_id=thing).pk)


def _read(messages: Sequence[Message]) -> None:
    now = clock.now()
    news = [
        News(
            key=key_of(message.public_id, kind.value), kind=kind, at=now, recipient="", provider_id="",
            public_id=message.public_id,
        )
        for message in messages
        for kind in (NewsKind.DELIVERED, NewsKind.OPENED)
    ]  # fmt: skip
    if messages:
        take_news(store_id=messages[0].store_id, connection=None, news=news, now=now, channel=INBOX)


urlpatterns = [
    path("inbox/<str:token>/", inbox, name="inbox"),
    path("inbox/<str:token>/<str:public_id>/", letter, name="letter"),
]
