"""Second factors as django-allauth runs them, with our secrets sealed, our words, and every failure in the sign-in log."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from aftercare.config.sign_in import note
from aftercare.foundation.kit.sealing import seal, unseal
from aftercare.foundation.staff.browsers import browser_in_words
from aftercare.foundation.staff.models import SignIn, User


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Seeds and secrets are encrypted like every other secret of this installation."""

    def encrypt(self, text: str) -> str:
        return seal({"secret": text})

    def decrypt(self, encrypted_text: str) -> str:
        return str(unseal(encrypted_text)["secret"])

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002, ARG002 -- allauth's
        """What the key is probably stored in; people may write something better."""
        return browser_in_words(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Aftercare"}


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"), max_length=20, help_text=_("Six digits from your app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )  # fmt: skip

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())
        except ValidationError as error:
            _note_failure(self.user, error)
            raise


class KeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey or security key, after the password."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except ValidationError as error:
            _note_failure(self.user, error)
            raise


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A new passkey: enough alone unless told otherwise, as people expect of one."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False, help_text=_("So that you know it again."))
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone"), required=False, initial=True,
        help_text=_("It asks for your finger, face or PIN. Otherwise it is asked for after your password."),
    )  # fmt: skip


def _note_failure(user: User, error: ValidationError) -> None:
    is_locked = error.code == "too_many_login_attempts"
    outcome = SignIn.Outcome.LOCKED if is_locked else SignIn.Outcome.WRONG_SECOND_FACTOR
    note(context.request, user, outcome, str(_("After the password")))
