"""The API: every capability's router under one address, one way of refusing."""

import importlib
import importlib.util
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from aftercare.config.api_words import WORDS
from aftercare.foundation.kit.errors import Refusal, Unauthenticated
from aftercare.foundation.web.api_edge import TokenAuth
from aftercare.foundation.web.fields import refusal_of
from aftercare.foundation.web.openapi import DescribedAPI
from aftercare.foundation.web.preconditions import rendered
from aftercare.foundation.web.refusals import TooLarge, Unreadable, answer

_DESCRIPTION = """
What a shop and its carriers tell, and what Aftercare made of it, for programs.

Send `Authorization: Bearer act_…` with a token from Settings. Amounts are in major units of their currency, as strings,
such as "19.90"; only the `data` of events counts in minor units. Times are ISO 8601 with a zone. Lists are pages with a
`next` cursor. Errors are RFC 9457 problems that name the field and the remedy. Writes may carry an `Idempotency-Key`:
the same key again gets the same answer and does nothing twice. Reads answer an `ETag`: send it as `If-None-Match` and
what has not changed is not sent again (304); send it as `If-Match` with a PUT and what changed meanwhile is not
overwritten (412).
"""
# In the order of the first half hour.
_TAGS = {
    "Orders": "What was bought, as your shop knows it now.",
    "Shipments": "Parcels of orders, and what carriers say of them.",
    "Incidents": "What went wrong with orders, noticed by itself or told.",
    "Tasks": "What a person is to do about an order or a customer.",
    "Refunds": "Money back: what is asked for, who makes it, and what became of it.",
    "Protection": "What valuable orders ask of their delivery, and claims where a parcel is lost, stolen or damaged.",
    "Return policy": "What can come of returning something, until when, how, for how much, and why not.",
    "Customers": "Each person once, with what they agreed to.",
    "Products": "What can be bought, with variants and relations.",
    "Guides": "What helps customers with what they bought.",
    "Ownership": "What customers have: whether they use it, and when it wants looking after.",
    "Credit": "Store credit and gift cards: given, reserved, spent, given back and taken back.",
    "Promotions": "Offers with a budget, their codes, and redeeming them.",
    "Messages": "What was said to customers or not, and why.",
    "Notices": "Updates, safety notices and recalls: whom they reach, and who has read them.",
    "Segments": "Who customers are to the shop, kept up to date, and lists.",
    "Journeys": "What happens after what, and who is on the way.",
    "Events": "The log of everything that happened.",
    "Webhooks": "Who is told of events as they happen.",
    "Connections": "Which shops, carriers and mail providers are connected, and how that goes.",
}


class OrjsonParser(Parser):
    """Bodies parsed by orjson, whose refusals are sentences."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise Unreadable(f"The body is not JSON: {error}.", field="body", remedy="Send UTF-8 JSON.") from error


class OrjsonRenderer(BaseRenderer):
    """Answers written as those that an Idempotency-Key keeps and an ETag stands for."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002 -- ninja's signature
        return rendered(data)


api = DescribedAPI(
    title="Aftercare", version="1.0.0", description=_DESCRIPTION, auth=TokenAuth(), parser=OrjsonParser(),
    renderer=OrjsonRenderer(), docs_url="docs", openapi_url="openapi.json", urls_namespace="api",
    words=WORDS,
    openapi_extra={"tags": [{"name": name, "description": text} for name, text in _TAGS.items()]},
)  # fmt: skip


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Anticipated refusals."""
    response = answer(request, refusal)
    if isinstance(refusal, Unauthenticated):
        response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input that does not fit the schema: the first problem, with the field as the caller wrote it."""
    first = error.errors[0]
    kind, *place = first["loc"]
    # A body's place begins with the name of the view's argument, which means nothing to the caller.
    place = place[1:] if kind == "body" else place
    return answer(request, refusal_of(first, place=place or [kind]))


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """Nothing of the body has been read."""
    return answer(request, TooLarge(at_most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0))


@api.exception_handler(UnreadablePostError)
def cut_off(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
    """The caller hung up while sending."""
    return answer(request, Unreadable("The body ended too early.", field="body"))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What ninja refuses by itself; it wraps what the parser said."""
    cause = error.__cause__
    return answer(request, cause if isinstance(cause, Refusal) else Unreadable(str(error)))


for capability in settings.CAPABILITIES:
    if importlib.util.find_spec(f"{capability}.api") is not None:
        module = importlib.import_module(f"{capability}.api")
        api.add_router("", module.router)
