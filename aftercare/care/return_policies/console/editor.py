"""Editing the draft of the return policy: every click answers with the whole editor, and what was changed is kept at once."""

from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from aftercare.care.return_policies.actions import change_draft, discard_draft, publish_draft
from aftercare.care.return_policies.checking import problems_of
from aftercare.care.return_policies.console.showing import rules_shown, tried
from aftercare.care.return_policies.console.working import Working, act
from aftercare.care.return_policies.forms import PublishForm, TryForm
from aftercare.care.return_policies.policy.conditions import conditions
from aftercare.care.return_policies.policy.effects import effects
from aftercare.care.return_policies.queries import draft_policy
from aftercare.care.return_policies.starters import starters
from aftercare.engagement.segments.vocabulary import Match
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

BUILDER = "builder"
_LARGEST_REVISION = 10


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.SETTINGS_WRITE)
def edit(request: StaffRequest) -> HttpResponse:
    """The draft in sentences, what is wrong with it, and what it would say of a real order."""
    policy, revision = draft_policy()
    working = Working(policy)
    if request.method != "POST":
        return _page(request, working, revision)
    act(working, request.POST.get("builder_do", ""), request.POST)
    if working.policy != policy:
        try:
            revision = change_draft(
                store=request.store, policy=working.policy, revision=_seen(request), by=request.who, now=clock.now()
            ).revision
        except Refusal as refusal:
            toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
            return _page(request, Working(policy), revision, status=refusal.status)
    is_refused = working.opened is not None and working.opened.form is not None and working.opened.form.is_bound
    return _page(request, working, revision, status=422 if is_refused else 200)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def publish(request: StaffRequest) -> HttpResponse:
    """Put the draft in force."""
    form = PublishForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        publish_draft(store=request.store, revision=_seen(request), note=note, by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
        return redirect("return_policy_edit", store=request.store.slug)
    toasts.success(request, _("It is in force. Older orders keep their version where it is better for the customer."))
    return redirect("return_policy", store=request.store.slug)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def discard(request: StaffRequest) -> HttpResponse:
    """Throw the draft away."""
    try:
        discard_draft(store=request.store, revision=_seen(request))
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    return redirect("return_policy", store=request.store.slug)


def _seen(request: StaffRequest) -> int:
    said = str(request.POST.get("builder_revision", ""))
    return int(said) if said.isascii() and said.isdigit() and len(said) < _LARGEST_REVISION else 0


def _page(request: StaffRequest, working: Working, revision: int, *, status: int = 200) -> HttpResponse:
    now, policy, opened = clock.now(), working.policy, working.opened
    problems = problems_of(policy, country=request.store.country, currency=request.store.currency)
    said = request.POST if request.method == "POST" else request.GET
    form = TryForm({name: said.get(name, "") for name in TryForm.base_fields})
    kinds: Any = effects if opened and opened.is_effect else conditions
    context: dict[str, Any] = {
        "rules": rules_shown(policy, problems), "revision": revision, "opened": opened,
        "condition_opened": None if opened and opened.is_effect else opened,
        "general": [one for one in problems if one.rule is None and policy.rules],
        "blocks": any(one.blocks for one in problems),
        "kinds": sorted(kinds, key=lambda kind: str(kind.label)), "matches": Match.choices,
        "starters": starters(), "try_form": form, "publish_form": PublishForm(),
        "tried": tried(form, policy=policy, store=request.store, now=now),
    }  # fmt: skip
    if request.headers.get("HX-Target") == BUILDER:
        # Scripts put nothing in its place that was refused.
        response = render(request, "return_policies/console/builder.html", context)
    else:
        response = render(request, "return_policies/console/edit.html", context, status=status)
    patch_vary_headers(response, ["HX-Target"])
    return response


urlpatterns = [
    path("return-policy/edit/", edit, name="return_policy_edit"),
    path("return-policy/publish/", publish, name="return_policy_publish"),
    path("return-policy/discard/", discard, name="return_policy_discard"),
]
