"""The guard of every portal page: a store by its slug, and for personal pages a signed link.

A link is signed for one purpose and one thing, expires, and dies when the thing's `link_generation` is raised.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse

from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.queries import store_at
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.language import fall_back_on

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponse]
LINK_LIFETIME = timedelta(days=400)


class PortalRequest(HttpRequest):
    """A request to a page of a store."""

    store: Store


def portal_page(view: View[P]) -> Callable[..., HttpResponse]:
    """Decorator: the view gets `request.store` and runs within the store's scope."""

    @wraps(view)
    def guarded(request: HttpRequest, store: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = store_at(slug=store)
        if found is None:
            raise Http404
        request.store = found  # type: ignore[attr-defined]
        fall_back_on(found.locale, request=request)
        with store_scope(found.pk):
            response = view(request, *args, **kwargs)
            # Links are secrets, so other sites learn nothing of them; with "no-referrer" browsers would also send our own
            # forms without an origin, and every one of them would be refused.
            response["Referrer-Policy"] = "same-origin"
            response.headers.setdefault("Cache-Control", "private, no-store")
            response.headers.setdefault("X-Robots-Tag", "noindex")
            return response

    guarded.is_portal = True  # type: ignore[attr-defined]  # read by the convention test
    return guarded


def sign_link(*, purpose: str, store_id: int, thing: str) -> str:
    """A token for a link that opens `thing` (a public id) for `purpose` and nothing else."""
    return signing.dumps([store_id, thing], salt=f"aftercare.link.{purpose}", compress=False)


def read_link(*, purpose: str, store_id: int, token: str, still: timedelta = timedelta(0)) -> str:
    """The thing a token opens; raises Http404 where it is forged, of another store or purpose, or opens it no longer.

    `still` asks that it open it for so much longer.
    """
    try:
        signed_store, thing = signing.loads(token, salt=f"aftercare.link.{purpose}", max_age=LINK_LIFETIME - still)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    if signed_store != store_id:
        raise Http404
    return str(thing)
