"""Settings of who works here: staff, invitations, and whether a password is enough."""

from dataclasses import dataclass
from datetime import datetime
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
from aftercare.foundation.staff.actions import change_role, change_settings, invite, remove_staff, revoke_invitation
from aftercare.foundation.staff.models import Invitation, Membership
from aftercare.foundation.staff.policy import ROLE_LABELS, InvitationState, Permission, Role, role_may
from aftercare.foundation.staff.queries import (
    invitation_by_public_id,
    last_sign_ins,
    membership_by_id,
    open_invitations,
    second_factors_of,
    staff_of,
)
from aftercare.foundation.web.account.invitation_mail import invitation_url, send_invitation
from aftercare.foundation.web.console.settings import settings_tabs
from aftercare.foundation.web.ratelimit import Limit, take
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_ROLES = [(role.value, label) for role, label in ROLE_LABELS.items()]
_INVITATIONS = Limit("invitations", burst=50, seconds=3600)


class InviteForm(forms.Form):
    """Somebody who is to work here."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_ROLES, initial=Role.AGENT.value)


class RoleForm(forms.Form):
    """What somebody is to be from now on."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=_ROLES)


class RulesForm(forms.Form):
    """What everybody here needs to sign in."""

    second_factor_required = forms.BooleanField(
        label=gettext_lazy("Everyone needs a second factor"), required=False,
        help_text=gettext_lazy("Whoever has none sets one up before anything else, you included."),
    )  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A line of the table."""

    membership: Membership
    second_factors: list[str]
    last_sign_in: datetime | None


@staff_page(Permission.SETTINGS_READ)
def staff(request: StaffRequest) -> HttpResponse:
    """Everybody who works here, and who was asked to."""
    return _page(request, InviteForm())


@require_POST
@staff_page(Permission.STAFF_WRITE)
def ask(request: StaffRequest) -> HttpResponse:
    """Ask somebody to work here."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = form.cleaned_data
    try:
        return _invited(request, said["email"], Role(said["role"]))
    except Refusal as refusal:
        form.add_error("email", refusal.sentence)
        return _page(request, form, status=422)


@require_POST
@staff_page(Permission.STAFF_WRITE)
def ask_again(request: StaffRequest, public_id: str) -> HttpResponse:
    """A new link for somebody who was asked before; it holds for another week."""
    invitation = invitation_by_public_id(public_id=public_id)
    if invitation.accepted_at or invitation.revoked_at:
        toasts.info(request, _("This invitation is settled already."))
        return redirect("staff", store=request.store.slug)
    return _invited(request, invitation.email, invitation.held_role)


@require_POST
@staff_page(Permission.STAFF_WRITE)
def take_back(request: StaffRequest, public_id: str) -> HttpResponse:
    """The link opens nothing any more."""
    invitation = invitation_by_public_id(public_id=public_id)
    try:
        revoke_invitation(invitation=invitation, by=request.who, now=clock.now())
    except Refusal:
        toasts.info(request, _("This invitation is settled already."))
    else:
        toasts.success(request, _("The invitation of %(email)s opens nothing any more.") % {"email": invitation.email})
    return redirect("staff", store=request.store.slug)


@require_POST
@staff_page(Permission.STAFF_WRITE)
def change(request: StaffRequest, row_id: int) -> HttpResponse:
    """Give somebody another role."""
    form = RoleForm(request.POST)
    membership = membership_by_id(row_id=row_id)
    if form.is_valid():
        try:
            change_role(membership=membership, role=Role(form.cleaned_data["role"]), by=request.who, now=clock.now())
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
        remove_staff(membership=membership, by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        toasts.success(request, _("%(name)s no longer works here.") % {"name": membership.user})
    if membership.user_id == request.membership.user_id:
        return redirect("console")  # who removed themselves may not see this page any more
    return redirect("staff", store=request.store.slug)


@require_POST
@staff_page(Permission.STAFF_WRITE)
def rules(request: StaffRequest) -> HttpResponse:
    """Whether a password is enough here."""
    form = RulesForm(request.POST)
    if form.is_valid():
        change_settings(store=request.store, by=request.who, now=clock.now(), **form.cleaned_data)
        toasts.success(request, _("Saved."))
    return redirect("staff", store=request.store.slug)


def _invited(request: StaffRequest, email: str, role: Role) -> HttpResponse:
    """The page after somebody was asked: by mail where mail can leave the house, else with the link to pass on."""
    now = clock.now()
    take(limit=_INVITATIONS, who=request.store.public_id, now=now)
    invitation = invite(store=request.store, email=email, role=role, by=request.membership.user, now=now)
    if send_invitation(invitation=invitation):
        toasts.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
        return redirect("staff", store=request.store.slug)
    response = _page(request, InviteForm(), invited=invitation)
    response["Cache-Control"] = "no-store"
    return response


def _page(
    request: StaffRequest, form: InviteForm, *, invited: Invitation | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    people = _people(staff_of(store=request.store))
    may_invite = role_may(role=request.membership.held_role, permission=Permission.STAFF_WRITE)
    context: dict[str, Any] = {
        "people": people,
        "with_second_factor": sum(bool(person.second_factors) for person in people),
        "invitations": [
            {"row": one, "is_over": one.state_at(now) is InvitationState.EXPIRED}
            for one in (open_invitations(store=request.store) if may_invite else ())
        ],
        "roles": _ROLES,
        "form": form,
        "rules": RulesForm(initial={"second_factor_required": request.store.second_factor_required}),
        "invited": invited,
        "invited_url": invitation_url(invitation=invited) if invited else "",
        "tabs": settings_tabs(request, "staff"),
        "now": now,
    }
    return render(request, "web/console/settings/staff.html", context, status=status)


def _people(memberships: list[Membership]) -> list[Person]:
    ids = [membership.user_id for membership in memberships]
    factors, seen = second_factors_of(user_ids=ids), last_sign_ins(user_ids=ids)
    words = {"totp": _("App"), "webauthn": _("Passkey")}
    return [
        Person(one, sorted(words[kind] for kind in factors.get(one.user_id, ())), seen.get(one.user_id))
        for one in memberships
    ]


urlpatterns = [
    path("settings/staff/", staff, name="staff"),
    path("settings/staff/invite/", ask, name="staff_invite"),
    path("settings/staff/rules/", rules, name="staff_rules"),
    path("settings/staff/invitations/<str:public_id>/again/", ask_again, name="invitation_again"),
    path("settings/staff/invitations/<str:public_id>/revoke/", take_back, name="invitation_revoke"),
    path("settings/staff/<int:row_id>/role/", change, name="staff_role"),
    path("settings/staff/<int:row_id>/remove/", remove, name="staff_remove"),
]
