"""The API's guard: a bearer token decides the store and what may be done."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from ninja.operation import Operation
from ninja.security import HttpBearer
from ninja.utils import contribute_operation_callback
from pydantic import BaseModel

from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Forbidden, Invalid, Unauthenticated
from aftercare.foundation.staff.actions import note_token_use
from aftercare.foundation.staff.models import ApiToken
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.staff.queries import live_token
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.ratelimit import Limit, caller, take

P = ParamSpec("P")
Answer = TypeVar("Answer")
SCOPE = "x-scope"
_WRONG_TOKENS = Limit("wrong token", burst=30, seconds=60)
CALLS = Limit("api", burst=1200, seconds=60)


class ApiRequest(HttpRequest):
    """A request with a valid token."""

    store: Store
    token: ApiToken
    who: str


class Problem(BaseModel):
    """RFC 9457: what went wrong, which field, and what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    remedy: str | None = None


class Accepted(BaseModel):
    """It is done, or will be in a moment."""

    accepted: bool = True


class TokenAuth(HttpBearer):
    """`Authorization: Bearer act_…`

    An operation's own guard also wants its scope, and no query parameter the operation does not know: a misspelt filter
    would answer too much in silence. All of that is asked before the body is read, so that who may not do a thing hears
    just that, whatever they sent.
    """

    def __init__(self, *, permission: Permission | None = None, parameters: Collection[str] | None = None) -> None:
        super().__init__()
        self._permission = permission
        self._parameters = parameters

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        found = live_token(secret=token, now=clock.now())
        if found is None:
            take(limit=_WRONG_TOKENS, who=caller(request), now=clock.now())
            raise Unauthenticated(
                "This token is unknown, expired or revoked.", remedy="Make one in the console under Settings."
            )
        take(limit=CALLS, who=str(found.pk), now=clock.now())
        return found

    def __call__(self, request: HttpRequest) -> ApiToken:
        token = cast(ApiToken | None, super().__call__(request))
        if token is None:
            raise Unauthenticated("A token is missing.", remedy="Send it as `Authorization: Bearer act_…`.")
        if self._permission is not None and self._permission.value not in token.scopes:
            raise Forbidden(
                f"This token may not do this: it lacks the scope {self._permission}.",
                remedy="Make a token with that scope.",
            )
        if self._parameters is not None:
            _check_parameters(request, self._parameters)
        return token


def api_edge(permission: Permission) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Decorator under the route: wants a token with this scope, and runs the view within its store's scope."""

    def guard(view: Callable[P, Answer]) -> Callable[P, Answer]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer:
            request = cast(Any, args[0])
            token: ApiToken = request.auth
            request.store, request.token, request.who = token.store, token, f"token:{token.public_id}"
            with store_scope(token.store_id):
                note_token_use(token=token, now=clock.now())
                return view(*args, **kwargs)

        def want_scope(operation: Operation) -> None:
            operation.auth_param = TokenAuth(permission=permission, parameters=_query_parameters(operation))
            operation.auth_callbacks = [operation.auth_param]
            # Read back by the API's description.
            operation.openapi_extra = {**(operation.openapi_extra or {}), SCOPE: permission.value}

        contribute_operation_callback(guarded, want_scope)
        guarded.permission = permission  # type: ignore[attr-defined]  # read by the convention test
        return guarded

    return guard


def _query_parameters(operation: Operation) -> list[str]:
    models = (model for model in operation.models if model.__ninja_param_source__ == "query")
    return [name for model in models for name in model.__ninja_flatten_map__]


def _check_parameters(request: HttpRequest, known: Collection[str]) -> None:
    unknown = next((name for name in request.GET if name not in known), None)
    if unknown is not None:
        remedy = f"Parameters here: {', '.join(sorted(known))}." if known else "Send none."
        raise Invalid("There is no such query parameter.", field=unknown, remedy=remedy)
