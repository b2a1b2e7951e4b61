"""Accepting an invitation: with a new account, or with the one that one has."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django import forms
from django.contrib import messages as toasts
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.actions import accept_invitation, join_as_new
from aftercare.foundation.staff.actions.invitations import invitation_of_token
from aftercare.foundation.staff.errors import InvitationEnded
from aftercare.foundation.staff.models import Invitation, User
from aftercare.foundation.staff.passwords import check_personal
from aftercare.foundation.staff.policy import ROLE_LABELS
from aftercare.foundation.staff.queries import user_of_email
from aftercare.foundation.web.ratelimit import Limit, caller, take

_TRIES = Limit("invitation links", burst=60, seconds=600)


class NewAccountForm(forms.Form):
    """Who somebody is, and their password."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, help_text=gettext_lazy("As your colleagues know you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    password = forms.CharField(
        label=gettext_lazy("Password"), strip=False, help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._invitation = invitation

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self._invitation.email, name=self.cleaned_data.get("name", "")))
        check_personal(password=password, known=[self._invitation.store.name])
        return password


@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What one is asked to do, and the way to do it. A link that no longer holds says nothing of what it was for."""
    take(limit=_TRIES, who=caller(request), now=clock.now())
    try:
        asked = invitation_of_token(token=token, now=clock.now())
        if isinstance(request.user, User):
            return _with_own_account(request, asked, request.user)
        if user_of_email(email=asked.email) is not None:
            return _page(request, asked, has_account=True)
        return _with_new_account(request, asked)
    except InvitationEnded as refusal:
        return render(request, "account/invitation_ended.html", {"refusal": refusal}, status=refusal.status)


def _with_own_account(request: HttpRequest, asked: Invitation, user: User) -> HttpResponse:
    if user.email.lower() != asked.email.lower():
        return _page(request, asked, other=user, status=403)
    if request.method != "POST":
        return _page(request, asked)
    try:
        accept_invitation(invitation=asked, user=user, now=clock.now())
    except InvitationEnded:
        raise
    except Refusal as refusal:
        toasts.info(request, refusal.sentence)
        return redirect("console")
    toasts.success(request, _("Welcome to %(store)s.") % {"store": asked.store.name})
    return redirect("today", store=asked.store.slug)


def _with_new_account(request: HttpRequest, asked: Invitation) -> HttpResponse:
    form = NewAccountForm(request.POST if request.method == "POST" else None, invitation=asked)
    if not form.is_valid():
        return _page(request, asked, form=form, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    try:
        membership = join_as_new(invitation=asked, name=said["name"], password=said["password"], now=clock.now())
    except InvitationEnded:
        raise
    except Refusal:
        return _page(request, asked, has_account=True, status=409)
    login = Login(user=membership.user, redirect_url=f"/console/{asked.store.slug}/")
    response: HttpResponse = perform_password_login(request, {"email": asked.email}, login)
    return response


def _page(request: HttpRequest, asked: Invitation, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"invitation": asked, "asking": asked.store, "role": ROLE_LABELS[asked.held_role], "form": None, **more}
    return render(request, "account/invitation.html", context, status=status)


urlpatterns = [path("invitation/<str:token>/", invitation, name="invitation")]
