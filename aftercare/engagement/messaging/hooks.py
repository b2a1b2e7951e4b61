"""Where providers report what became of our messages, and bring what came in.

A call is answered once it is on disk. Senders repeat what is not answered with 2xx.
"""

from collections.abc import Callable

from django.conf import settings as installation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from aftercare.engagement.messaging.actions.answering import take_heard
from aftercare.engagement.messaging.actions.arriving import take_mail
from aftercare.engagement.messaging.actions.connections import note_heard, note_refusal
from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.calling_back import call_back_path
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.gateways import Call
from aftercare.engagement.messaging.models import ChannelConnection
from aftercare.engagement.messaging.providers import provider_called
from aftercare.engagement.messaging.providers.receiving import Read, read_call
from aftercare.engagement.messaging.queries import channel_connection_called, settings_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound, Refusal
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.ratelimit import Limit, caller, take
from aftercare.foundation.web.refusals import TooLarge, Unreadable

# Mails come with their attachments; events are small but come a thousand at a time.
LARGEST, LARGEST_EVENT = 25 * 1024 * 1024, 1024 * 1024
# Counted only where a call is turned away: counting every one would cost more than keeping it.
_TURNED_AWAY = Limit("mail hook refused", burst=120, seconds=60)


Take = Callable[[HttpRequest, ChannelConnection, str], HttpResponse]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def from_mail_provider(request: HttpRequest, connection: str, webhook: str) -> HttpResponse:
    """Take one call in. Some providers look first whether anybody is there, with HEAD or GET."""
    return _taken(request, connection, webhook, _take_mail_call)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def from_provider(request: HttpRequest, connection: str, webhook: str) -> HttpResponse:
    """The same for every other channel."""
    return _taken(request, connection, webhook, _take_call)


def _taken(request: HttpRequest, connection: str, webhook: str, take_in: Take) -> HttpResponse:
    try:
        found = channel_connection_called(public_id=connection)
    except Refusal:
        take(limit=_TURNED_AWAY, who=caller(request), now=clock.now())
        raise
    if request.method != "POST":
        return HttpResponse()
    with store_scope(found.store_id):
        try:
            return take_in(request, found, webhook)
        except Refusal as refusal:
            take(limit=_TURNED_AWAY, who=f"{found.public_id} {caller(request)}", now=clock.now())
            note_refusal(connection=found, refusal=refusal, now=clock.now())
            raise


def _take_call(request: HttpRequest, found: ChannelConnection, webhook: str) -> HttpResponse:
    gateway = channels[found.channel].gateways()[found.provider]
    if webhook not in gateway.webhooks:
        raise NotFound(f"{gateway.label} has no webhook '{webhook}' here.", field="webhook")
    _take_body(request, at_most=LARGEST_EVENT)
    call = Call(
        url=installation.SITE_URL + request.get_full_path(), headers=dict(request.headers.items()), body=request.body,
        settings=settings_of(found),
    )  # fmt: skip
    heard = gateway.read(webhook, call, now=clock.now())
    replies = take_heard(connection=found, heard=heard, now=clock.now())
    if not gateway.answers_inline:
        for reply in replies:
            gateway.reply(reply.recipient, reply.text, call.settings, now=clock.now())
        replies = []
    return HttpResponse(gateway.answer(replies[0].text if replies else ""), content_type=gateway.answers_in)


def _take_mail_call(request: HttpRequest, found: ChannelConnection, webhook: str) -> HttpResponse:
    read = _read(request, found, webhook)
    return JsonResponse({"events": _keep(found, read), "ignored": read.ignored})


def _read(request: HttpRequest, found: ChannelConnection, webhook: str) -> Read:
    provider = provider_called(found.provider)
    asked = provider.webhooks.get(webhook)
    if asked is None:
        raise NotFound(f"{provider.label} has no webhook '{webhook}' here.", field="webhook")
    _take_body(request, at_most=LARGEST)
    return read_call(
        request=request, provider=provider, webhook=asked, settings=settings_of(found), now=clock.now(),
        url=installation.SITE_URL + call_back_path(found, webhook),
    )  # fmt: skip


def _keep(found: ChannelConnection, read: Read) -> int:
    now = clock.now()
    taken = take_news(store_id=found.store_id, connection=found, news=read.news, now=now)
    taken += take_mail(store_id=found.store_id, connection=found, arrived=read.arrived, now=now)
    if read.news or read.arrived:
        note_heard(connection=found, count=taken, now=now)
    return taken


def _take_body(request: HttpRequest, *, at_most: int) -> None:
    """The bytes as they came, for signatures are made over those. Mails are larger than Django lets forms be."""
    try:
        body = request.read(at_most + 1)
    except (OSError, UnreadablePostError):
        raise Unreadable("The body ended too early.", field="body") from None
    if len(body) > at_most:
        raise TooLarge(at_most=at_most)
    request._body = body  # noqa: SLF001 -- where Django itself keeps what it has read
