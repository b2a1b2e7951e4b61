"""Settings of who may do what: staff, API tokens, and the table of permissions."""

from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.actions import add_staff, change_role, issue_token, remove_staff, revoke_token
from aftercare.foundation.staff.policy import GRANTS, ROLE_LABELS, Permission, Role
from aftercare.foundation.staff.queries import membership_by_id, staff_of, token_by_public_id, tokens_of
from aftercare.foundation.web.console.settings import settings_tabs
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_ROLES = [(role.value, label) for role, label in ROLE_LABELS.items()]
_SCOPES = [(permission.value, permission.value) for permission in Permission]


class StaffForm(forms.Form):
    """Somebody who is to work here."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_ROLES, initial=Role.AGENT.value)


class RoleForm(forms.Form):
    """What somebody is to be from now on."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_ROLES)


class TokenForm(forms.Form):
    """A program that is to act here."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=80, help_text=gettext_lazy("Such as “Shop connector”.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), choices=_SCOPES, widget=forms.CheckboxSelectMultiple
    )


@staff_page(Permission.SETTINGS_READ)
def staff(request: StaffRequest) -> HttpResponse:
    """Everybody who works here."""
    return _staff_page(request, StaffForm())


@require_POST
@staff_page(Permission.STAFF_WRITE)
def add(request: StaffRequest) -> HttpResponse:
    """Let somebody work here."""
    form = StaffForm(request.POST)
    if not form.is_valid():
        return _staff_page(request, form, status=422)
    said = form.cleaned_data
    try:
        membership = add_staff(
            store=request.store, email=said["email"], name=said["name"], role=Role(said["role"]), now=clock.now()
        )
    except Refusal as refusal:
        form.add_error("email", refusal.sentence)
        return _staff_page(request, form, status=422)
    text = _("%(name)s works here now. Whoever has no password yet sets one through “Forgot password”.")
    toasts.success(request, text % {"name": membership.user})
    return redirect("staff", store=request.store.slug)


@require_POST
@staff_page(Permission.STAFF_WRITE)
def change(request: StaffRequest, row_id: int) -> HttpResponse:
    """Give somebody another role."""
    form = RoleForm(request.POST)
    membership = membership_by_id(row_id=row_id)
    if form.is_valid():
        try:
            change_role(membership=membership, role=Role(form.cleaned_data["role"]))
        except Refusal as refusal:
            toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
        else:
            toasts.success(request, _("%(name)s has another role now.") % {"name": membership.user})
    return redirect("staff", store=request.store.slug)


@require_POST
@staff_page(Permission.STAFF_WRITE)
def remove(request: StaffRequest, row_id: int) -> HttpResponse:
    """Let somebody work here no longer."""
    membership = membership_by_id(row_id=row_id)
    try:
        remove_staff(membership=membership)
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        toasts.success(request, _("%(name)s no longer works here.") % {"name": membership.user})
    if membership.user_id == request.membership.user_id:
        return redirect("console")  # who removed themselves may not see this page any more
    return redirect("staff", store=request.store.slug)


@staff_page(Permission.SETTINGS_READ)
def tokens(request: StaffRequest) -> HttpResponse:
    """Every token, and what it opens."""
    return _tokens_page(request, TokenForm())


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def issue(request: StaffRequest) -> HttpResponse:
    """A new token; its secret stands on this answer and nowhere else."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _tokens_page(request, form, status=422)
    said = form.cleaned_data
    _token, secret = issue_token(
        store=request.store, name=said["name"], scopes=said["scopes"], by=request.membership.user, now=clock.now()
    )
    response = _tokens_page(request, TokenForm(), secret=secret)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def revoke(request: StaffRequest, public_id: str) -> HttpResponse:
    """From now on the token opens nothing."""
    token = token_by_public_id(public_id=public_id)
    revoke_token(token=token, now=clock.now())
    toasts.success(request, _("“%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("tokens", store=request.store.slug)


@staff_page(Permission.SETTINGS_READ)
def permissions(request: StaffRequest) -> HttpResponse:
    """Which role may do what."""
    rows = [(permission.value, [permission in GRANTS[role] for role in Role]) for permission in Permission]
    context = {"roles": list(ROLE_LABELS.values()), "rows": rows, "tabs": settings_tabs(request, "permissions")}
    return render(request, "web/console/settings/permissions.html", context)


def _staff_page(request: StaffRequest, form: StaffForm, *, status: int = 200) -> HttpResponse:
    context = {
        "people": staff_of(store=request.store),
        "roles": _ROLES,
        "form": form,
        "tabs": settings_tabs(request, "staff"),
    }
    return render(request, "web/console/settings/staff.html", context, status=status)


def _tokens_page(request: StaffRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "tokens": tokens_of(store=request.store),
        "form": form,
        "secret": secret,
        "tabs": settings_tabs(request, "tokens"),
    }
    return render(request, "web/console/settings/tokens.html", context, status=status)


urlpatterns = [
    path("settings/staff/", staff, name="staff"),
    path("settings/staff/add/", add, name="staff_add"),
    path("settings/staff/<int:row_id>/role/", change, name="staff_role"),
    path("settings/staff/<int:row_id>/remove/", remove, name="staff_remove"),
    path("settings/tokens/", tokens, name="tokens"),
    path("settings/tokens/issue/", issue, name="token_issue"),
    path("settings/tokens/<str:public_id>/revoke/", revoke, name="token_revoke"),
    path("settings/permissions/", permissions, name="permissions"),
]
