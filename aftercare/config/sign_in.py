"""How staff sign in through django-allauth: by invitation, within limits, and with every attempt in the sign-in log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import TooMany
from aftercare.foundation.staff.actions import (
    end_other_sessions,
    note_second_factor_added,
    note_second_factor_removed,
    note_sign_in,
)
from aftercare.foundation.staff.browsers import browser_in_words
from aftercare.foundation.staff.models import SignIn, User
from aftercare.foundation.staff.queries import user_of_email
from aftercare.foundation.staff.sessions import remember_origin
from aftercare.foundation.web.ratelimit import Limit, caller, give_back, take

# Wrong passwords only: what was right is given back. By address first, so that one address cannot lock an account out.
OF_ONE_ADDRESS = Limit("sign-in address", burst=30, seconds=600)
OF_ONE_ACCOUNT = Limit("sign-in account", burst=10, seconds=600)
_KINDS = {Authenticator.Type.TOTP: "totp", Authenticator.Type.WEBAUTHN: "passkey"}


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up by themselves; an owner invites them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 -- allauth's signature
        return reverse("mfa_index")

    def get_client_ip(self, request: HttpRequest) -> str:
        return caller(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt in PostgreSQL, so that the limits hold over all processes and hosts."""
        account = _account(credentials)
        try:
            take(limit=OF_ONE_ADDRESS, who=caller(request), now=clock.now())
            take(limit=OF_ONE_ACCOUNT, who=account, now=clock.now())
        except TooMany:
            _note_if_known(request, account, SignIn.Outcome.LOCKED)
            raise self.validation_error("too_many_login_attempts") from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            give_back(limit=OF_ONE_ADDRESS, who=caller(request))
            give_back(limit=OF_ONE_ACCOUNT, who=_account(credentials))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        _note_if_known(request, _account(credentials), SignIn.Outcome.WRONG_PASSWORD)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        browser = browser_in_words(request.headers.get("User-Agent", ""))
        remember_origin(request.session, address=caller(request), browser=browser, now=clock.now())

    def post_login(self, request: HttpRequest, user: User, **told: Any) -> HttpResponse:
        note(request, user, SignIn.Outcome.SIGNED_IN, _method(request, user))
        response: HttpResponse = super().post_login(request, user, **told)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Whoever knew the old password is signed out with it."""
        super().set_password(user, password)
        own = context.request.session.session_key if context.request.user == user else None
        end_other_sessions(user=user, keep=own)


def note(request: HttpRequest, user: User, outcome: SignIn.Outcome, method: str) -> None:
    """Write into the sign-in log."""
    note_sign_in(
        user=user, outcome=outcome, method=method, address=caller(request),
        user_agent=request.headers.get("User-Agent", ""), now=clock.now(),
    )  # fmt: skip


@receiver(authenticator_added, dispatch_uid="aftercare.second_factor_added")
def _added(*, user: User, authenticator: Authenticator, **_told: object) -> None:
    if authenticator.type in _KINDS:
        note_second_factor_added(user=user, what=_KINDS[authenticator.type], now=clock.now())


@receiver(authenticator_removed, dispatch_uid="aftercare.second_factor_removed")
def _removed(*, user: User, authenticator: Authenticator, **_told: object) -> None:
    if authenticator.type in _KINDS:
        note_second_factor_removed(user=user, what=_KINDS[authenticator.type], now=clock.now())


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", "")).strip().lower()


def _note_if_known(request: HttpRequest, account: str, outcome: SignIn.Outcome) -> None:
    """Whom nobody knows has no log; the answer is the same."""
    user = user_of_email(email=account)
    if user is not None:
        note(request, user, outcome, _("Password"))


def _method(request: HttpRequest, user: User) -> str:
    """What the person showed, in words."""
    words = {
        "password": _("Password"), "totp": _("app code"), "webauthn": _("passkey"),
        "recovery_codes": _("recovery code"),
    }  # fmt: skip
    shown = [record for record in get_authentication_records(request, user) if not record.get("reauthenticated")]
    if any(record.get("passwordless") for record in shown):
        return _("Passkey")
    return " + ".join(words.get(record.get("type", record["method"]), record["method"]) for record in shown)
