"""Every request gets an id in its logs and answer, and is counted and timed by route."""

import re
import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from aftercare.foundation.kit.ids import public_id

REQUESTS = Counter("aftercare_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram(
    "aftercare_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
_TRUSTED_ID = re.compile(r"^[\w-]{8,64}$")


class ObserveMiddleware:
    """Outermost, so that nothing escapes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_id_of(request.headers.get("X-Request-Id", ""))
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=request_id):
            response = self._get_response(request)
        # The route, not the path: paths hold ids and would make a time series each.
        route = request.resolver_match.route if request.resolver_match else "unknown"
        count_answer(route=route, method=request.method or "", status=response.status_code, started=started)
        response["X-Request-Id"] = request_id
        return response


def request_id_of(given: str) -> str:
    """The caller's own id where it is one, else a new one."""
    return given if _TRUSTED_ID.match(given) else public_id("req")


def count_answer(*, route: str, method: str, status: int, started: float) -> None:
    """Count and time an answer; `started` as `time.perf_counter` said it."""
    REQUESTS.labels(route, method, status).inc()
    SECONDS.labels(route).observe(time.perf_counter() - started)
