"""Turns refusals into answers: RFC 9457 problems for programs, a kind page for people."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render

from aftercare.foundation.kit.errors import Forbidden, NotFound, Refusal, TooMany

_TITLES = {
    404: "Not found",
    403: "Not allowed",
    429: "Too many requests",
    422: "Invalid",
    401: "Who are you?",
    409: "Conflict",
}


class OurFault(Refusal):
    """Something broke here; the log has it under the request's id."""

    code = "internal_error"
    status = 500

    def __init__(self) -> None:
        super().__init__("Something went wrong on our side.", remedy="Try again; if it stays, report X-Request-Id.")


class Unreadable(Refusal):
    """The request is no HTTP that we understand."""

    code = "bad_request"
    status = 400


class LengthRequired(Refusal):
    """A body in chunks: WSGI hands no such body on, and to take it for an empty one would mislead."""

    code = "length_required"
    status = 411

    def __init__(self) -> None:
        super().__init__("The body has no length.", field="Content-Length", remedy="Send it whole, not in chunks.")


class MethodNotAllowed(Refusal):
    """The address takes other methods."""

    code = "method_not_allowed"
    status = 405

    def __init__(self, *, allowed: str) -> None:
        super().__init__("This cannot be done at this address.", remedy=f"Methods here: {allowed}.")


class TooLarge(Refusal):
    """The body is larger than is taken."""

    code = "body_too_large"
    status = 413

    def __init__(self, *, at_most: int) -> None:
        super().__init__(f"The body is larger than {at_most:,} bytes.", field="body", remedy="Send less at once.")


class RefusalMiddleware:
    """Innermost, so that what it answers passes through all the others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if wants_json(request) and "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            return problem(LengthRequired())
        response = self._get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and wants_json(request):
            allowed = ", ".join(sorted(response["Allow"].split(", ")))
            response = problem(MethodNotAllowed(allowed=allowed))
            response["Allow"] = allowed
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django for whatever a view raises."""
        if isinstance(exception, Refusal):
            return answer(request, exception)
        return None


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as the caller can use it."""
    response = problem(refusal) if wants_json(request) else page(request, refusal.status, refusal)
    if isinstance(refusal, TooMany):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def problem(refusal: Refusal) -> HttpResponse:
    """The refusal as an answer to a program."""
    return JsonResponse(problem_of(refusal), status=refusal.status, content_type="application/problem+json")


def problem_of(refusal: Refusal) -> dict[str, str | int]:
    """RFC 9457, with `field` and `remedy` as extension members."""
    body: dict[str, str | int] = {
        "type": f"urn:aftercare:problem:{refusal.code}",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.sentence,
        "code": refusal.code,
    }
    body |= {"field": refusal.field} if refusal.field else {}
    body |= {"remedy": refusal.remedy} if refusal.remedy else {}
    return body


def page(request: HttpRequest, status: int, refusal: Refusal | None = None) -> HttpResponse:
    """A page that says what happened, what was kept, and what to do."""
    known = status if status in {400, 403, 404, 429, 500} else 400
    context = {"status": status, "title": _TITLES.get(status, ""), "refusal": refusal}
    return render(request, f"web/errors/{known}.html", context, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks."""
    return request.path.startswith(("/api/", "/hooks/"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    assert isinstance(exception, Http404) or exception is not None
    return problem(NotFound("There is nothing at this address.")) if wants_json(request) else page(request, 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """Django's handler403, and the CSRF failure view."""
    return problem(Forbidden("This is not allowed.")) if wants_json(request) else page(request, 403)


def too_many(request: HttpRequest) -> HttpResponse:
    """Where django-allauth's own limits lead."""
    return page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return problem(OurFault()) if wants_json(request) else page(request, 500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """Django's handler400."""
    return problem(Unreadable("The request cannot be read.")) if wants_json(request) else page(request, 400)
