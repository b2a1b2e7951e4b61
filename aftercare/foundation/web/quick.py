"""What the short ways past Django share: how a server asks, what every answer carries, and how it is counted."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from aftercare.foundation.web.observe import count_answer, request_id_of

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Answer = Iterable[bytes]


def is_plain(environ: Environ, *, method: str) -> bool:
    """Whether the request is of this method and has no body of unknown length: the long way knows what to make of that."""
    return environ["REQUEST_METHOD"] == method and "HTTP_TRANSFER_ENCODING" not in environ


def place_of(environ: Environ) -> tuple[str, ...]:
    """Host and scheme: middleware refuses some, and adds headers by others."""
    return (environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO", ""))


class Turn:
    """One request on a short way, counted and given an id as `ObserveMiddleware` does."""

    def __init__(self, environ: Environ, *, route: str) -> None:
        self._environ, self._route, self._started = environ, route, time.perf_counter()

    def answer(self, start: StartResponse, headers: Headers, body: bytes) -> Answer:
        """Send 200 with this body and these headers besides what every answer carries."""
        request_id = request_id_of(self._environ.get("HTTP_X_REQUEST_ID", ""))
        own = [("Content-Length", str(len(body))), ("X-Request-Id", request_id)]
        start("200 OK", [*headers, *own])
        count_answer(route=self._route, method=self._environ["REQUEST_METHOD"], status=200, started=self._started)
        return [body]
