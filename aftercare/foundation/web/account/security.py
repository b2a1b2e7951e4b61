"""How one signs in, where one is signed in, and what happened lately; for oneself only."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from aftercare.foundation.kit import clock
from aftercare.foundation.staff.actions import end_other_sessions, end_session
from aftercare.foundation.staff.models import User
from aftercare.foundation.staff.queries import memberships_of, sessions_of, sign_ins_of

_SIGN_INS_SHOWN = 10


@never_cache
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Second factors, password, sessions and the latest sign-ins."""
    user, now = _own(request), clock.now()
    factors = _factors(user)
    asking = [one.store.name for one in memberships_of(user=user) if one.store.second_factor_required]
    context = {
        **factors,
        "asking": asking if not factors["app"] and not factors["passkeys"] else [],
        "sessions": [
            {"row": session, "is_this": session.session_key == request.session.session_key}
            for session in sessions_of(user=user, now=now)
        ],
        "sign_ins": sign_ins_of(user=user, limit=_SIGN_INS_SHOWN),
        "now": now,
    }
    return render(request, "mfa/index.html", context)


@require_POST
@login_required
def end_one(request: HttpRequest, handle: str) -> HttpResponse:
    """Sign out in another browser."""
    if end_session(user=_own(request), handle=handle, now=clock.now()):
        toasts.success(request, _("Signed out there."))
    return redirect("mfa_index")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    count = end_other_sessions(user=_own(request), keep=request.session.session_key)
    said = ngettext("Signed out in %(n)d other place.", "Signed out in %(n)d other places.", count)
    toasts.success(request, said % {"n": count})
    return redirect("mfa_index")


def _own(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _factors(user: User) -> dict[str, Any]:
    """The app, the passkeys, and how many recovery codes are left."""
    found: dict[str, list[Authenticator]] = {}
    for one in Authenticator.objects.filter(user=user).order_by("created_at", "pk"):
        found.setdefault(one.type, []).append(one)
    codes = found.get(Authenticator.Type.RECOVERY_CODES, [])
    return {
        "app": next(iter(found.get(Authenticator.Type.TOTP, [])), None),
        "passkeys": [{"row": one, "key": one.wrap()} for one in found.get(Authenticator.Type.WEBAUTHN, [])],
        "has_codes": bool(codes),
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else 0,
    }


urlpatterns = [
    # An address is who one is here: owners invite it, so nobody changes their own.
    path("email/", RedirectView.as_view(pattern_name="mfa_index"), name="account_email"),
    path("2fa/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    # Where django-allauth's own overview stands; its pages lead back here.
    path("2fa/", security, name="mfa_index"),
    path("sessions/end/", end_others, name="sessions_end"),
    path("sessions/<str:handle>/end/", end_one, name="session_end"),
]
