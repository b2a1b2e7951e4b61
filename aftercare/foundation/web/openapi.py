"""The API's description of itself, with every refusal a caller may meet declared as an RFC 9457 problem."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from aftercare.foundation.kit.errors import Forbidden, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from aftercare.foundation.web.api_edge import Problem
from aftercare.foundation.web.refusals import LengthRequired, TooLarge, Unreadable, problem_of

_WRITES = {"post", "put", "patch", "delete"}
_PROBLEM = "application/problem+json"
_WHY = {
    HTTPStatus.BAD_REQUEST: "The body is not JSON.",
    HTTPStatus.UNAUTHORIZED: "The token is missing, unknown or revoked.",
    HTTPStatus.FORBIDDEN: "The token lacks the scope.",
    HTTPStatus.NOT_FOUND: "There is no such thing in this store.",
    HTTPStatus.CONFLICT: "It cannot be done as things stand now.",
    HTTPStatus.LENGTH_REQUIRED: "The body came in chunks.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than is taken.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The input does not fit; `field` names what to correct.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many calls; `Retry-After` says when to go on.",
}
_EXAMPLES: dict[HTTPStatus, Refusal] = {
    HTTPStatus.BAD_REQUEST: Unreadable("The body is not JSON: unexpected end of data.", field="body"),
    HTTPStatus.UNAUTHORIZED: Unauthenticated("A token is missing.", remedy="Send it as `Authorization: Bearer act_…`."),
    HTTPStatus.FORBIDDEN: Forbidden("This token may not do this: it lacks the scope orders:write."),
    HTTPStatus.NOT_FOUND: NotFound("There is no such order.", field="order"),
    HTTPStatus.CONFLICT: Refusal("The first call with this Idempotency-Key is under way."),
    HTTPStatus.LENGTH_REQUIRED: LengthRequired(),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLarge(at_most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0),
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid(
        "'EURO' is no ISO 4217 currency code, such as EUR", field="orders[2].currency"
    ),
    HTTPStatus.TOO_MANY_REQUESTS: TooMany("That was a lot at once.", retry_after=1),
}


class DescribedAPI(NinjaAPI):
    """Ninja's API; refusals are declared here once, and not with every operation."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The view's name, which clients make functions of."""
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _declare(operation, method, path)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return schema


def example_body(value: object) -> dict[str, Any]:
    """For a route's `openapi_extra`: a body that works as it stands."""
    return {"requestBody": {"content": {"application/json": {"example": value}}}}


# For the `openapi_extra` of a list that may be narrowed to a thing, which may not be there.
NAMES_A_THING: dict[str, Any] = {"responses": {HTTPStatus.NOT_FOUND.value: {}}}


def _declare(operation: dict[str, Any], method: str, path: str) -> None:
    operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
    # A query parameter that is not known is refused everywhere.
    refusals = {
        HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS,
    }  # fmt: skip
    if "{" in path or HTTPStatus.NOT_FOUND.value in operation["responses"]:
        refusals.add(HTTPStatus.NOT_FOUND)
    if "requestBody" in operation:
        refusals.add(HTTPStatus.BAD_REQUEST)
    if method in _WRITES:
        refusals |= {HTTPStatus.CONFLICT, HTTPStatus.LENGTH_REQUIRED, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    for status in sorted(refusals):
        content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": problem_of(_EXAMPLES[status])}
        operation["responses"][status.value] = {"description": _WHY[status], "content": {_PROBLEM: content}}
