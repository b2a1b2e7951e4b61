"""The API's description of itself, with every refusal a caller may meet declared as an RFC 9457 problem."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.schema import NinjaGenerateJsonSchema
from pydantic.json_schema import CoreModeRef, CoreRef, DefsRef

from aftercare.foundation.kit.errors import Forbidden, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from aftercare.foundation.web.api_edge import SCOPE, Problem
from aftercare.foundation.web.examples import Examples
from aftercare.foundation.web.preconditions import IF_MATCH, ChangedMeanwhile, with_etag
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
    HTTPStatus.PRECONDITION_FAILED: "It is not what `If-Match` names any more.",
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
    HTTPStatus.PRECONDITION_FAILED: ChangedMeanwhile(),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TooLarge(at_most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0),
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid(
        "'EURO' is no ISO 4217 currency code, such as EUR", field="orders[2].currency"
    ),
    HTTPStatus.TOO_MANY_REQUESTS: TooMany("That was a lot at once.", retry_after=1),
}
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Names these very bytes."}}
_IF_NONE_MATCH = {
    "in": "header", "name": "If-None-Match", "required": False, "schema": {"type": "string", "maxLength": 1000},
    "description": "An `ETag` you have: answered with 304 and no body where nothing has changed.",
}  # fmt: skip
_RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}


class DescribedAPI(NinjaAPI):
    """Ninja's API; refusals, ETags and examples of answers are seen to here once, and not with every operation."""

    def __init__(self, *, words: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self._words = words

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The view's name, which clients make functions of."""
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = _Description(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)
        for name, component in schema["components"]["schemas"].items():
            component["title"] = name  # generators of clients name classes by it
        examples = Examples(components=schema["components"]["schemas"], words=self._words)
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _show(operation, examples)
                _declare(operation, method, path)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        return schema

    def create_response(
        self, request: HttpRequest, data: Any, *, status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:  # fmt: skip
        response = super().create_response(request, data, status=status, temporal_response=temporal_response)
        is_read = request.method == "GET" and response.status_code == HTTPStatus.OK
        return with_etag(request, response) if is_read else response


class _QualifiedNames(NinjaGenerateJsonSchema):
    """`Order.State` is `OrderState`: many models have a `State`, and components have one namespace."""

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        core_ref, mode = core_mode_ref
        return super().get_defs_ref((CoreRef(re.sub(r"\b([A-Z]\w*)\.(?=[A-Z])", r"\1", core_ref)), mode))


class _Qualified:
    """A model that is described with qualified names, whatever generator ninja hands it."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def model_json_schema(self, **options: Any) -> Any:
        return self._model.model_json_schema(**{**options, "schema_generator": _QualifiedNames})


class _Description(OpenAPISchema):
    def _create_schema_from_model(self, model: Any, *args: Any, **options: Any) -> tuple[dict[str, Any], bool]:
        qualified: Any = _Qualified(model)
        return super()._create_schema_from_model(qualified, *args, **options)

    def _extract_parameters(self, model: Any) -> list[dict[str, Any]]:
        qualified: Any = _Qualified(model)
        parameters: list[dict[str, Any]] = super()._extract_parameters(qualified)
        for parameter in parameters:
            # A schema's examples are a list; a parameter's are a map, which ninja does not make of them.
            if "examples" in parameter:
                parameter["example"] = parameter.pop("examples")[0]
        return parameters


def example_body(value: object) -> dict[str, Any]:
    """For a route's `openapi_extra`: a body that works as it stands."""
    return {"requestBody": {"content": {"application/json": {"example": value}}}}


# For the `openapi_extra` of a list that may be narrowed to a thing, which may not be there.
NAMES_A_THING: dict[str, Any] = {"responses": {HTTPStatus.NOT_FOUND.value: {}}}


def _show(operation: dict[str, Any], examples: Examples) -> None:
    for response in operation["responses"].values():
        for content in response.get("content", {}).values():
            content.setdefault("example", examples.of(content["schema"]))


def _declare(operation: dict[str, Any], method: str, path: str) -> None:
    operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
    scope = operation.pop(SCOPE)
    operation["description"] += f"\n\nNeeds the scope `{scope}`."
    operation["security"] = [{name: [scope] for name in requirement} for requirement in operation["security"]]
    for status in sorted(_refusals(operation, method, path)):
        content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": problem_of(_EXAMPLES[status])}
        operation["responses"][status.value] = {"description": _WHY[status], "content": {_PROBLEM: content}}
    operation["responses"][HTTPStatus.TOO_MANY_REQUESTS.value]["headers"] = _RETRY_AFTER
    if method == "get":
        operation["parameters"].append(_IF_NONE_MATCH)
        operation["responses"][HTTPStatus.OK.value]["headers"] = _ETAG
        operation["responses"][HTTPStatus.NOT_MODIFIED.value] = {"description": "You have it.", "headers": _ETAG}


def _refusals(operation: dict[str, Any], method: str, path: str) -> set[HTTPStatus]:
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
    if any(parameter["name"] == IF_MATCH for parameter in operation["parameters"]):
        refusals.add(HTTPStatus.PRECONDITION_FAILED)
    return refusals
