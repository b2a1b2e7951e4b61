"""Where the short links of messages lead, and what browsers report of notifications."""

import re

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.links import preferences_path
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.news import News, key_of
from aftercare.engagement.messaging.portal.opening import dead_link
from aftercare.engagement.messaging.queries import message_by_public_id
from aftercare.engagement.messaging.reputation import NewsKind
from aftercare.engagement.messaging.texting import message_of_code
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.web.portal_edge import PortalRequest, portal_page

# What fetches a link for its preview says so, mostly.
_MACHINE = re.compile(
    r"bot|crawl|spider|preview|facebookexternalhit|whatsapp|slack|telegram|curl|python", re.IGNORECASE
)


@require_safe
@portal_page
def short_link(request: PortalRequest, code: str) -> HttpResponse:
    """To the order a message is about, or else to what one hears from the store. Looking twice is heard once."""
    message = _message(code)
    if message is None:
        return dead_link(request)
    if request.method == "GET":
        agent = request.headers.get("User-Agent", "")
        _heard(message, NewsKind.CLICKED, is_machine=not agent or bool(_MACHINE.search(agent)))
    url = message.context.get("order", {}).get("url")
    return redirect(url or preferences_path(
        store_slug=request.store.slug, store_id=request.store.pk, thing=message.public_id
    ))  # fmt: skip


@csrf_exempt
@require_POST
@portal_page
def seen(request: PortalRequest, code: str) -> HttpResponse:
    """The page's worker has shown a notification: nobody else knows the code."""
    message = _message(code)
    if message is None:
        return dead_link(request)
    _heard(message, NewsKind.DELIVERED)
    return HttpResponse(status=204)


def _message(code: str) -> Message | None:
    public_id = message_of_code(code)
    try:
        return message_by_public_id(public_id=public_id) if public_id else None
    except NotFound:
        return None


def _heard(message: Message, kind: NewsKind, *, is_machine: bool = False) -> None:
    news = News(
        key=key_of(message.public_id, kind.value, str(is_machine)), kind=kind, at=clock.now(), recipient="",
        provider_id="", public_id=message.public_id, is_machine=is_machine,
    )  # fmt: skip
    take_news(store_id=message.store_id, connection=None, news=[news], now=clock.now(), channel=message.channel)


urlpatterns = [path("m/<str:code>", short_link, name="short_link"), path("seen/<str:code>", seen, name="seen")]
