"""The guard of addresses that others' systems call: nobody is signed in, so the message must show whose it is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.ratelimit import Limit, caller, take
from aftercare.foundation.web.refusals import TooLarge, Unreadable

P = ParamSpec("P")
LARGEST = 1_000_000
_CALLS = Limit("hook", burst=600, seconds=60)


class HookRequest(HttpRequest):
    """A call whose body has been read as it came, for signatures are made over bytes."""

    store: Store
    raw: bytes


def hook(view: Callable[Concatenate[Any, P], dict[str, Any]]) -> Callable[..., HttpResponseBase]:
    """Decorator: takes POST only, up to 1 MB and 600 calls a minute; the view runs within the store's scope."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest, store: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        take(limit=_CALLS, who=f"{store} {caller(request)}", now=clock.now())
        found = Store.objects.filter(slug=store).first()
        if found is None:
            raise NotFound("There is no such store.", field="store")
        request.store = found  # type: ignore[attr-defined]
        request.raw = _body(request)  # type: ignore[attr-defined]
        with store_scope(found.pk):
            return JsonResponse(view(request, *args, **kwargs))

    guarded.is_hook = True  # type: ignore[attr-defined]  # read by the convention test
    return guarded


def _body(request: HttpRequest) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig:
        raise TooLarge(at_most=LARGEST) from None
    except UnreadablePostError:
        raise Unreadable("The body ended too early.", field="body") from None
    if len(body) > LARGEST:
        raise TooLarge(at_most=LARGEST)
    return body
