"""ETags: what has not changed is not sent again, and what changed meanwhile is not overwritten (RFC 9110, section 13)."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from inspect import signature
from typing import Any, ParamSpec, TypeVar, cast

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback
from pydantic import BaseModel

from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.kit.errors import NotFound, Refusal
from aftercare.foundation.web.api_edge import ApiRequest

P = ParamSpec("P")
Answer = TypeVar("Answer")
IF_MATCH = "If-Match"


class ChangedMeanwhile(Refusal):
    """It is not what the caller read any more."""

    code = "changed_meanwhile"
    status = 412

    def __init__(self) -> None:
        super().__init__(
            "It has changed since you read it, or is not there.", field=IF_MATCH, remedy="Read it again, then decide."
        )


def rendered(data: Any) -> bytes:
    """The body of an answer, the same for the same data; instants in UTC end with Z."""
    return orjson.dumps(data, option=orjson.OPT_UTC_Z)


def etag_of(body: bytes) -> str:
    """Strong: the same tag means the same bytes."""
    return f'"{blake2b(body, digest_size=16).hexdigest()}"'


def with_etag(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a read, or 304 without a body where the caller has it already."""
    response["ETag"] = etag_of(response.content)
    response["Cache-Control"] = "private, no-cache"
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return cast(HttpResponse, answer)


def if_unchanged(read: Callable[..., BaseModel]) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Decorator under `@idempotent`: `If-Match` must name what `read` answers to GET at this address.

    `read` takes the address's parameters. The store's intake waits meanwhile, so that nothing comes between the look
    and the write.
    """
    place = signature(read).parameters.keys()

    def decorate(view: Callable[P, Answer]) -> Callable[P, Answer]:
        @wraps(view)
        def unchanged(*args: P.args, **kwargs: P.kwargs) -> Answer:
            request = cast(ApiRequest, args[0])
            wanted = request.headers.get(IF_MATCH, "")
            if not wanted:
                return view(*args, **kwargs)
            with transaction.atomic():
                lock_for_transaction("commerce", request.store.pk)
                _check(wanted, read, {name: kwargs[name] for name in place})
                return view(*args, **kwargs)

        contribute_operation_callback(unchanged, _declare)
        return unchanged

    return decorate


def _check(wanted: str, read: Callable[..., BaseModel], place: dict[str, Any]) -> None:
    try:
        there = read(**place)
    except NotFound:
        raise ChangedMeanwhile from None
    accepted = parse_etags(wanted)
    if accepted != ["*"] and etag_of(rendered(there.model_dump())) not in accepted:
        raise ChangedMeanwhile


def _declare(operation: Operation) -> None:
    parameter = {
        "in": "header", "name": IF_MATCH, "required": False, "schema": {"type": "string", "maxLength": 1000},
        "description": "An `ETag` you read: refused with 412 where it has changed meanwhile.",
    }  # fmt: skip
    extra = operation.openapi_extra or {}
    operation.openapi_extra = {**extra, "parameters": [*extra.get("parameters", []), parameter]}
