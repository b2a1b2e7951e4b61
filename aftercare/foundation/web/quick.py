"""What the short ways past Django share: how a server asks, what every answer carries, and how it is counted."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.web.observe import count_answer

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Answer = Iterable[bytes]
# An id of the caller's own, or a body of unknown length: the long way knows what to make of them.
_UNUSUAL = ("HTTP_X_REQUEST_ID", "HTTP_TRANSFER_ENCODING")


def is_plain(environ: Environ, *, method: str) -> bool:
    """Whether the request is of this method and says nothing that only the long way understands."""
    return environ["REQUEST_METHOD"] == method and not any(name in environ for name in _UNUSUAL)


def place_of(environ: Environ) -> tuple[str, ...]:
    """Host and scheme: middleware refuses some, and adds headers by others."""
    return (environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO", ""))


class Turn:
    """One request on a short way, counted and given an id as `ObserveMiddleware` does."""

    def __init__(self, *, route: str, method: str) -> None:
        self._route, self._method, self._started = route, method, time.perf_counter()

    def answer(self, start: StartResponse, headers: Headers, body: bytes) -> Answer:
        """Send 200 with this body and these headers besides what every answer carries."""
        own = [("Content-Length", str(len(body))), ("X-Request-Id", public_id("req"))]
        start("200 OK", [*headers, *own])
        count_answer(route=self._route, method=self._method, status=200, started=self._started)
        return [body]
