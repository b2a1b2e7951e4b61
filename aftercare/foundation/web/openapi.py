"""The API's description of itself, with every refusal a caller may meet declared as an RFC 9457 problem."""

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from aftercare.foundation.web.api_edge import Problem

_WRITES = {"post", "put", "patch", "delete"}
_WHY = {
    HTTPStatus.UNAUTHORIZED: "The token is missing, unknown or revoked.",
    HTTPStatus.FORBIDDEN: "The token lacks the scope.",
    HTTPStatus.NOT_FOUND: "There is no such thing in this store.",
    HTTPStatus.CONFLICT: "It cannot be done as things stand now.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than is taken.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The input does not fit; `field` names what to correct.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many calls; `Retry-After` says when to go on.",
}


class DescribedAPI(NinjaAPI):
    """Ninja's API; refusals are declared here once, and not with every operation."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _declare(operation, method, path)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return schema


def _declare(operation: dict[str, Any], method: str, path: str) -> None:
    refusals = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
    if "{" in path:
        refusals.add(HTTPStatus.NOT_FOUND)
    if operation["parameters"] or "requestBody" in operation:
        refusals.add(HTTPStatus.UNPROCESSABLE_ENTITY)
    if method in _WRITES:
        refusals |= {HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    for status in sorted(refusals):
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"][status.value] = {"description": _WHY[status], "content": content}
