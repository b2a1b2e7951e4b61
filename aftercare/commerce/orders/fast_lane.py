"""The usual case of asking how an order stands, without the weight of a page: a good token, one order, nothing else said.

It answers the same as `api.read_order` would, byte for byte, at a third of the cost; its token is looked up at every call,
so one that was revoked opens nothing from then on. Whatever is unusual (a wrong token, a missing scope, an unknown order,
a query, a condition, too many calls) is left to the API, which refuses and tells.
"""

import re
from typing import Any

from django.db import Error as DatabaseError
from django.db import close_old_connections

from aftercare.commerce.orders.api.shapes import order_out
from aftercare.commerce.orders.queries import order_with_parts
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.staff.actions import note_token_use
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.staff.queries import live_token
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.api_edge import CALLS
from aftercare.foundation.web.preconditions import etag_of, rendered
from aftercare.foundation.web.quick import Answer, Environ, Headers, StartResponse, Turn, is_plain, place_of
from aftercare.foundation.web.ratelimit import take_ahead

_ROUTE = "api/v1/orders/<order>"
_PATH = re.compile(r"/api/v1/orders/(ord_[0-9a-z]{1,20})")
_BEARER = "Bearer "
# What makes a request unusual besides: conditions, somebody who has signed in.
_UNUSUAL = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_COOKIE",
)  # fmt: skip
_ANY_LANGUAGE = ("", "*")
_OF_ONE_ANSWER = ("etag", "content-length", "x-request-id")
_MOST = 100
# What every answer carries, by host and scheme, as the API itself answered there: so whatever middleware adds is added
# here too, and a host that it refuses is never known.
_carried: dict[tuple[str, ...], Headers] = {}


def read(environ: Environ, start: StartResponse) -> Answer | None:
    """The answer where this is the usual case, else None."""
    asked = _PATH.fullmatch(environ["PATH_INFO"])
    if asked is None or not _is_usual(environ):
        return None
    headers = _carried.get(place_of(environ))
    if headers is None:
        return None
    turn = Turn(environ, route=_ROUTE)
    try:
        body = _body(asked[1], environ["HTTP_AUTHORIZATION"][len(_BEARER) :])
    except (NotFound, DatabaseError):
        return None
    finally:
        close_old_connections()  # nobody ends a request here who would give it back
    if body is None:
        return None
    return turn.answer(start, [*headers, ("ETag", etag_of(body))], body)


def learning(environ: Environ, start: StartResponse) -> StartResponse:
    """What to answer through instead, so that the headers of a usual answer become known."""
    if _PATH.fullmatch(environ["PATH_INFO"]) is None or not _is_usual(environ) or place_of(environ) in _carried:
        return start

    def heard(status: str, headers: Headers, *more: Any) -> Any:
        if status.startswith("200") and not any(name.lower() == "set-cookie" for name, _ in headers):
            if len(_carried) >= _MOST:
                _carried.clear()
            _carried[place_of(environ)] = [pair for pair in headers if pair[0].lower() not in _OF_ONE_ANSWER]
        return start(status, headers, *more)

    return heard


def _is_usual(environ: Environ) -> bool:
    return (
        is_plain(environ, method="GET")
        and not environ.get("QUERY_STRING")
        and environ.get("HTTP_AUTHORIZATION", "").startswith(_BEARER)
        and environ.get("HTTP_ACCEPT_LANGUAGE", "") in _ANY_LANGUAGE
        and not any(name in environ for name in _UNUSUAL)
    )


def _body(order: str, secret: str) -> bytes | None:
    now = clock.now()
    token = live_token(secret=secret, now=now, with_store=False)
    if token is None or Permission.ORDERS_READ.value not in token.scopes:
        return None
    if not take_ahead(limit=CALLS, who=str(token.pk), now=now):
        return None
    with store_scope(token.store_id):
        note_token_use(token=token, now=now)
        return rendered(order_out(order_with_parts(public_id=order)).model_dump())
