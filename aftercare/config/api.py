"""The API: every capability's router under one address, one way of refusing."""

import importlib
import importlib.util
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.web.api_edge import TokenAuth
from aftercare.foundation.web.refusals import answer

_DESCRIPTION = """
Everything the console and the portal do, for programs.

Send `Authorization: Bearer act_…` with a token from Settings. Amounts are in major units as strings where you send
them, in minor units where you read them; times are ISO 8601 with a zone. Lists are pages with a `next` cursor. Errors
are RFC 9457 problems that name the field and the remedy. Writes may carry an `Idempotency-Key`: the same key again gets
the same answer and does nothing twice.
"""


class OrjsonParser(Parser):
    """Bodies parsed by orjson, whose refusals are sentences."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise Invalid(f"The body is not JSON: {error}", field="body") from error


class OrjsonRenderer(BaseRenderer):
    """Answers written by orjson."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002 -- ninja's signature
        return orjson.dumps(data)


api = NinjaAPI(
    title="Aftercare", version="1.0.0", description=_DESCRIPTION, auth=TokenAuth(), parser=OrjsonParser(),
    renderer=OrjsonRenderer(), docs_url="docs", openapi_url="openapi.json", urls_namespace="api",
)  # fmt: skip


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Anticipated refusals."""
    return answer(request, refusal)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input that does not fit the schema: the first problem, with the field as the caller wrote it."""
    first = error.errors[0]
    place = [str(part) for part in first["loc"] if part not in {"body", "query", "path"}]
    return answer(request, Invalid(first["msg"], field=".".join(place)))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What ninja refuses by itself."""
    refusal = Invalid(str(error))
    refusal.status = error.status_code  # type: ignore[misc]  # as ninja says
    return answer(request, refusal)


for capability in settings.CAPABILITIES:
    if importlib.util.find_spec(f"{capability}.api") is not None:
        module = importlib.import_module(f"{capability}.api")
        api.add_router("", module.router)
