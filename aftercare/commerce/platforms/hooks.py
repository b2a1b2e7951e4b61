"""Where connected shops send what happens there. A message is answered when it is on disk, and worked off later."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aftercare.commerce.platforms.actions import note_refusal, receive_delivery
from aftercare.commerce.platforms.connectors import Connector, Headers, registry
from aftercare.commerce.platforms.models import Connection
from aftercare.commerce.platforms.payloads import read_json
from aftercare.commerce.platforms.queries import connection_called, settings_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.ratelimit import Limit, caller, take
from aftercare.foundation.web.refusals import TooLarge, Unreadable

LARGEST = 2 * 1024 * 1024
# Counted only where a call is turned away: counting every one would cost more than keeping it.
_TURNED_AWAY = Limit("shop hook refused", burst=120, seconds=60)
Receive = Callable[..., object]
_HEADERS_KEPT = ("content-type", "user-agent")


@csrf_exempt
@require_POST
def from_shop(request: HttpRequest, connection: str) -> HttpResponse:
    """Take one message in."""
    try:
        found = connection_called(public_id=connection)
    except Refusal:
        take(limit=_TURNED_AWAY, who=caller(request), now=clock.now())
        raise
    with store_scope(found.store_id):
        try:
            kept = keep_message(
                connection=found, settings=settings_of(found), headers=_headers(request), body=_body(request),
                now=clock.now(), receive=receive_delivery,
            )  # fmt: skip
        except Refusal as refusal:
            take(limit=_TURNED_AWAY, who=f"{found.public_id} {caller(request)}", now=clock.now())
            note_refusal(connection=found, refusal=refusal, now=clock.now())
            raise
    return JsonResponse({"message": kept or ""})


def keep_message(
    *, connection: Connection, settings: Mapping[str, Any], headers: Headers, body: bytes, now: datetime, receive: Receive
) -> str | None:  # fmt: skip
    """Verify a message and hand it to `receive`; answers its id, or None for a greeting, of which nothing is kept."""
    connector = registry[connection.platform]
    if connector.is_greeting(headers=headers, body=body):
        return None
    connector.verify(headers=headers, body=body, settings=settings, now=now)
    topic = connector.topic(headers=headers, payload=read_json(body))
    message_id = connector.message_id(headers=headers, body=body)
    kept = _worth_keeping(headers, connector)
    receive(connection=connection, message_id=message_id, topic=topic, headers=kept, body=body, now=now)
    return message_id


def _worth_keeping(headers: Headers, connector: Connector) -> Headers:
    """The platform's own headers, without what signs: secrets are verified, never kept."""
    return {
        name: value[:300]
        for name, value in headers.items()
        if name in _HEADERS_KEPT
        or (name.startswith(connector.header_prefix) and "sig" not in name and "hmac" not in name)
    }


def _headers(request: HttpRequest) -> Headers:
    return {name.lower(): value for name, value in request.headers.items()}


def _body(request: HttpRequest) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig:
        raise TooLarge(at_most=LARGEST) from None
    except UnreadablePostError:
        raise Unreadable("The body ended too early.", field="body") from None
    if len(body) > LARGEST:
        raise TooLarge(at_most=LARGEST)
    return body
