"""Settings of the programs that may act here."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.actions import issue_token, revoke_token
from aftercare.foundation.staff.models import ApiToken
from aftercare.foundation.staff.policy import PERMISSION_WORDS, Permission
from aftercare.foundation.staff.queries import token_by_public_id, tokens_of
from aftercare.foundation.web.console.settings import settings_tabs
from aftercare.foundation.web.listing import DayField
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_SOON = timedelta(days=14)


class TokenForm(forms.Form):
    """A program that is to act here."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=80, help_text=gettext_lazy("Such as “Shop connector”.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), widget=forms.CheckboxSelectMultiple,
        choices=[(permission.value, words) for permission, words in PERMISSION_WORDS.items()],
    )  # fmt: skip
    last_day = DayField(label=gettext_lazy("Last day it works"))

    def expires_at(self) -> datetime | None:
        """The end of the last day, where the store is; None for never."""
        day = self.cleaned_data["last_day"]
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) if day else None


@staff_page(Permission.SETTINGS_READ)
def tokens(request: StaffRequest) -> HttpResponse:
    """Every token, and what it opens."""
    return _page(request, TokenForm())


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def issue(request: StaffRequest) -> HttpResponse:
    """A new token; its secret stands on this answer and nowhere else."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = form.cleaned_data
    try:
        _token, secret = issue_token(
            store=request.store, name=said["name"], scopes=said["scopes"], by=request.membership.user,
            expires_at=form.expires_at(), now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error("last_day", refusal.sentence)
        return _page(request, form, status=422)
    response = _page(request, TokenForm(), secret=secret)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def revoke(request: StaffRequest, public_id: str) -> HttpResponse:
    """From now on the token opens nothing."""
    token = token_by_public_id(public_id=public_id)
    revoke_token(token=token, by=request.who, now=clock.now())
    toasts.success(request, _("“%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("tokens", store=request.store.slug)


def _page(request: StaffRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    context: dict[str, Any] = {
        "tokens": [_shown(token, now) for token in tokens_of(store=request.store)],
        "form": form,
        "secret": secret,
        "tabs": settings_tabs(request, "tokens"),
        "now": now,
    }
    return render(request, "web/console/settings/tokens.html", context, status=status)


def _shown(token: ApiToken, now: datetime) -> dict[str, Any]:
    known = {permission.value: words for permission, words in PERMISSION_WORDS.items()}
    expires = token.expires_at
    return {
        "row": token,
        "scopes": [known.get(scope, scope) for scope in token.scopes],
        "is_over": expires is not None and expires <= now,
        "is_soon_over": expires is not None and now < expires <= now + _SOON,
    }


urlpatterns = [
    path("settings/tokens/", tokens, name="tokens"),
    path("settings/tokens/issue/", issue, name="token_issue"),
    path("settings/tokens/<str:public_id>/revoke/", revoke, name="token_revoke"),
]
