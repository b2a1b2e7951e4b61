"""The usual case of asking how an order stands, without the weight of a page: a good token, one order, nothing else said.

It answers the same as `api.read_order` would, byte for byte, at a third of the cost; its token is looked up at every call,
so one that was revoked opens nothing from then on. Whatever is unusual (a wrong token, a missing scope, an unknown order,
a query, a condition, too many calls) is left to the API, which refuses and tells.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import Error as DatabaseError
from django.db import close_old_connections

from aftercare.commerce.orders.api.shapes import order_out
from aftercare.commerce.orders.queries import order_with_parts
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.staff.actions import note_token_use
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.staff.queries import live_token
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.api_edge import CALLS
from aftercare.foundation.web.observe import count_answer
from aftercare.foundation.web.preconditions import etag_of, rendered
from aftercare.foundation.web.ratelimit import take_ahead

Environ = dict[str, Any]
Answer = Callable[..., Any]
Headers = list[tuple[str, str]]
_ROUTE = "api/v1/orders/<order>"
_PATH = re.compile(r"/api/v1/orders/(ord_[0-9a-z]{1,20})")
_BEARER = "Bearer "
# What makes a request unusual: conditions, a chosen language, an id of the caller's own.
_UNUSUAL = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_COOKIE",
    "HTTP_X_REQUEST_ID", "HTTP_TRANSFER_ENCODING",
)  # fmt: skip
_ANY_LANGUAGE = ("", "*")
_OF_ONE_ANSWER = ("etag", "content-length", "x-request-id")
_MOST = 100
# What every answer carries, by host and scheme, as the API itself answered there: so whatever middleware adds is added
# here too, and a host that it refuses is never known.
_carried: dict[tuple[str, ...], Headers] = {}


def read(environ: Environ, answer: Answer) -> Iterable[bytes] | None:
    """The answer where this is the usual case, else None."""
    asked = _PATH.fullmatch(environ["PATH_INFO"])
    if asked is None or not _is_usual(environ):
        return None
    headers = _carried.get(_place(environ))
    if headers is None:
        return None
    started = time.perf_counter()
    try:
        body = _body(asked[1], environ["HTTP_AUTHORIZATION"][len(_BEARER) :])
    except (NotFound, DatabaseError):
        return None
    finally:
        close_old_connections()  # nobody ends a request here who would give it back
    if body is None:
        return None
    own = [("ETag", etag_of(body)), ("Content-Length", str(len(body))), ("X-Request-Id", public_id("req"))]
    answer("200 OK", [*headers, *own])
    count_answer(route=_ROUTE, method="GET", status=200, started=started)
    return [body]


def learning(environ: Environ, answer: Answer) -> Answer:
    """What to answer through instead, so that the headers of a usual answer become known."""
    if _PATH.fullmatch(environ["PATH_INFO"]) is None or not _is_usual(environ) or _place(environ) in _carried:
        return answer

    def heard(status: str, headers: Headers, *more: Any) -> Any:
        if status.startswith("200") and not any(name.lower() == "set-cookie" for name, _ in headers):
            if len(_carried) >= _MOST:
                _carried.clear()
            _carried[_place(environ)] = [pair for pair in headers if pair[0].lower() not in _OF_ONE_ANSWER]
        return answer(status, headers, *more)

    return heard


def _is_usual(environ: Mapping[str, Any]) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and environ.get("HTTP_AUTHORIZATION", "").startswith(_BEARER)
        and environ.get("HTTP_ACCEPT_LANGUAGE", "") in _ANY_LANGUAGE
        and not any(name in environ for name in _UNUSUAL)
    )


def _place(environ: Mapping[str, Any]) -> tuple[str, ...]:
    return (environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO", ""))


def _body(order: str, secret: str) -> bytes | None:
    now = clock.now()
    token = live_token(secret=secret, now=now)
    if token is None or Permission.ORDERS_READ.value not in token.scopes:
        return None
    if not take_ahead(limit=CALLS, who=str(token.pk), now=now):
        return None
    with store_scope(token.store_id):
        note_token_use(token=token, now=now)
        return rendered(order_out(order_with_parts(public_id=order)).model_dump())
