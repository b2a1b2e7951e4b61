"""The guard of every console page: signed in, a member of this store, and allowed."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aftercare.foundation.kit.errors import Forbidden
from aftercare.foundation.staff.models import Membership
from aftercare.foundation.staff.policy import Permission, role_may
from aftercare.foundation.staff.queries import has_second_factor, membership_in
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request that has passed the guard."""

    store: Store
    membership: Membership
    who: str  # how the log names who acts


View = Callable[Concatenate[Any, P], HttpResponseBase]


def staff_page(permission: Permission) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Decorator: the view gets `request.store` and `request.membership`, and runs in the store's scope and time zone.

    A store one does not work in is "not found", so that nobody learns which stores there are. Where the store asks for
    a second factor, whoever has none is led to set one up before anything else.
    """

    def guard(view: View[P]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, store: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            membership = membership_in(user=request.user, slug=store)  # type: ignore[arg-type]  # signed in, hence a User
            if membership is None:
                raise Http404
            if membership.store.second_factor_required and not has_second_factor(user=membership.user):
                return _set_one_up_first(request)
            if not role_may(role=membership.held_role, permission=permission):
                raise Forbidden(_("Your role in this store does not allow this."))
            admitted = cast(StaffRequest, request)
            admitted.store, admitted.membership = membership.store, membership
            admitted.who = f"staff:{membership.user.public_id}"
            with store_scope(membership.store_id), timezone.override(membership.store.time_zone):
                response = view(admitted, *args, **kwargs)
                # Templates may still hold lazy queries; render them while the scope is open.
                render = getattr(response, "render", None)
                return render() if callable(render) else response

        guarded.permission = permission  # type: ignore[attr-defined]  # read by the convention test
        return guarded

    return guard


def _set_one_up_first(request: HttpRequest) -> HttpResponse:
    """A part of a page cannot be redirected: htmx is told to leave the page altogether."""
    security = reverse("mfa_index")
    return HttpResponse(headers={"HX-Redirect": security}) if request.headers.get("HX-Request") else redirect(security)
