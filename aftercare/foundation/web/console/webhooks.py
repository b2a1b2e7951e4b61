"""Endpoints of other systems: adding one, how it goes, its secret, and telling it again of what it missed."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.staff.policy import Permission, role_may
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.console.webhook_forms import EndpointForm, RecoverForm, RotateSecretForm
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import SHOWN_PER_KIND, Concern, Concerns, register_concerns
from aftercare.foundation.webhooks.actions import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    rotate_secret,
    send_test,
    set_endpoint_state,
)
from aftercare.foundation.webhooks.models import Endpoint
from aftercare.foundation.webhooks.queries import (
    calls_for_list,
    count_disabled,
    disabled_endpoints,
    endpoint_by_public_id,
    endpoints_of_store,
    how_they_went,
)
from aftercare.foundation.webhooks.signing import opened
from aftercare.foundation.webhooks.tasks import tell_again

TONES = {"active": "good", "paused": "neutral", "disabled": "problem"}
CALL_TONES = {"queued": "information", "sending": "information", "sent": "good", "failed": "problem"}
_LATEST = 10


@staff_page(Permission.SETTINGS_READ)
def webhooks(request: StaffRequest) -> HttpResponse:
    """Every endpoint, and how it goes."""
    found = endpoints_of_store()
    went = how_they_went(endpoint_ids=[one.pk for one in found], now=clock.now())
    rows = [{"endpoint": one, "told": went[one.pk]} for one in found]
    return render(request, "web/console/webhooks/endpoints.html", {"rows": rows, "tones": TONES})


@staff_page(Permission.SETTINGS_WRITE)
def add(request: StaffRequest) -> HttpResponse:
    """Ask whom to tell of what."""
    form, status = EndpointForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made, _secret = add_endpoint(store=request.store, by=request.who, now=clock.now(), **form.cleaned_data)
            except Refusal as refusal:
                _show(form, refusal)
            else:
                toasts.success(request, _("Added. Give its secret to the receiver, and send a test."))
                return redirect("webhook", store=request.store.slug, public_id=made.public_id)
    return render(request, "web/console/webhooks/add.html", {"form": form}, status=status)


@staff_page(Permission.SETTINGS_READ)
def webhook(request: StaffRequest, public_id: str) -> HttpResponse:
    """One endpoint."""
    found = endpoint_by_public_id(public_id=public_id)
    told_now = {"url": found.url, "description": found.description, "types": found.types}
    return _endpoint_page(request, found, EndpointForm(initial=told_now))


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def change(request: StaffRequest, public_id: str) -> HttpResponse:
    """Another address, other events, or another description."""
    found, form = endpoint_by_public_id(public_id=public_id), EndpointForm(request.POST)
    if form.is_valid():
        try:
            change_endpoint(endpoint=found, by=request.who, now=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            _show(form, refusal)
        else:
            toasts.success(request, _("Saved."))
            return redirect("webhook", store=request.store.slug, public_id=public_id)
    return _endpoint_page(request, found, form, status=422)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def rotate(request: StaffRequest, public_id: str) -> HttpResponse:
    """Sign with another secret from now on."""
    form = RotateSecretForm(request.POST)
    keep_previous = not (form.is_valid() and form.cleaned_data["has_leaked"])
    found = endpoint_by_public_id(public_id=public_id)
    try:
        rotate_secret(endpoint=found, keep_previous=keep_previous, by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        toasts.success(request, _("The new secret is in use."))
    return redirect("webhook", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def test(request: StaffRequest, public_id: str) -> HttpResponse:
    """Call it about nothing."""
    try:
        send_test(endpoint=endpoint_by_public_id(public_id=public_id), now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        toasts.success(request, _("A test is on its way; what came of it stands below in a moment."))
    return redirect("webhook", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def pause(request: StaffRequest, public_id: str) -> HttpResponse:
    """Tell it nothing for now."""
    _set(request, public_id, Endpoint.State.PAUSED)
    toasts.success(request, _("Paused. What happens meanwhile can be told afterwards."))
    return redirect("webhook", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def resume(request: StaffRequest, public_id: str) -> HttpResponse:
    """Tell it of what happens from now on."""
    _set(request, public_id, Endpoint.State.ACTIVE)
    toasts.success(request, _("It is told again from now on."))
    return redirect("webhook", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def recover(request: StaffRequest, public_id: str) -> HttpResponse:
    """Tell it of everything of a span that it has not taken."""
    found, form = endpoint_by_public_id(public_id=public_id), RecoverForm(request.POST)
    if not form.is_valid():
        toasts.error(request, _("Choose how far back."))
    else:
        since = clock.now() - timedelta(hours=int(form.cleaned_data["hours"]))
        # One after the other: whoever presses twice must not read the log twice at once.
        task = tell_again.configure(lock=f"tell again {found.public_id}")
        task.defer(store_id=request.store.pk, endpoint=found.public_id, since=since.isoformat())
        toasts.success(request, _("What it has not taken is told again in the background."))
    return redirect("webhook", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def remove(request: StaffRequest, public_id: str) -> HttpResponse:
    """Tell it nothing ever again."""
    remove_endpoint(endpoint=endpoint_by_public_id(public_id=public_id), by=request.who, now=clock.now())
    toasts.success(request, _("Removed, with its secret and the log of its calls."))
    return redirect("webhooks", store=request.store.slug)


def _set(request: StaffRequest, public_id: str, state: Endpoint.State) -> None:
    found = endpoint_by_public_id(public_id=public_id)
    set_endpoint_state(endpoint=found, state=state, by=request.who, now=clock.now())


def _show(form: EndpointForm, refusal: Refusal) -> None:
    field = refusal.field if isinstance(refusal, Invalid) and refusal.field in form.fields else None
    form.add_error(field, f"{refusal.sentence} {refusal.remedy}".strip())


def _endpoint_page(
    request: StaffRequest, found: Endpoint, form: EndpointForm, *, status: int = 200
) -> HttpResponse:  # fmt: skip
    now = clock.now()
    context: dict[str, Any] = {
        "endpoint": found,
        "told": how_they_went(endpoint_ids=[found.pk], now=now)[found.pk],
        "calls": calls_for_list(endpoint=found, limit=_LATEST).rows,
        "form": form,
        "rotate_form": RotateSecretForm(),
        "recover_form": RecoverForm(),
        "tones": TONES,
        "call_tones": CALL_TONES,
        "added_by": actor_name(found.created_by),
        "is_resting": bool(found.resting_until and found.resting_until > now),
    }
    if role_may(role=request.membership.held_role, permission=Permission.SETTINGS_WRITE):
        context |= _secrets(found, now)
    response = render(request, "web/console/webhooks/endpoint.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _secrets(found: Endpoint, now: datetime) -> dict[str, Any]:
    try:
        secrets = opened(found.sealed_secrets)
    except Refusal as refusal:
        return {"locked": refusal.sentence}
    two_sign = len(secrets.signing(now)) > 1
    return {"secret": secrets.current, "previous_until": secrets.previous_until if two_sign else None}


def _concerns(store: Store, now: datetime) -> Concerns:
    off = disabled_endpoints(limit=SHOWN_PER_KIND)
    total = count_disabled() if len(off) == SHOWN_PER_KIND else len(off)
    more = total - len(off)
    return Concerns(
        shown=[
            Concern(
                hurts=60,
                icon="webhook",
                tone="problem",
                title=_("A webhook was switched off"),
                text=f"{one.url}: {one.reason}",
                at=one.failing_since or now,
                url=reverse("webhook", args=[store.slug, one.public_id]),
                action=_("See why"),
            )
            for one in off
        ],
        total=total,
        url=reverse("webhooks", args=[store.slug]),
        label=ngettext("%(n)s more webhook is off", "%(n)s more webhooks are off", more) % {"n": number(more)},
    )


urlpatterns = [
    path("webhooks/", webhooks, name="webhooks"),
    path("webhooks/add/", add, name="webhook_add"),
    path("webhooks/<str:public_id>/", webhook, name="webhook"),
    path("webhooks/<str:public_id>/change/", change, name="webhook_change"),
    path("webhooks/<str:public_id>/rotate/", rotate, name="webhook_rotate"),
    path("webhooks/<str:public_id>/test/", test, name="webhook_test"),
    path("webhooks/<str:public_id>/pause/", pause, name="webhook_pause"),
    path("webhooks/<str:public_id>/resume/", resume, name="webhook_resume"),
    path("webhooks/<str:public_id>/recover/", recover, name="webhook_recover"),
    path("webhooks/<str:public_id>/remove/", remove, name="webhook_remove"),
]

register_concerns(permission=Permission.SETTINGS_READ, find=_concerns)
register_entry(
    Entry(
        group="System",
        position=79,
        label=gettext_lazy("Webhooks"),
        icon="webhook",
        url_name="webhooks",
        permission=Permission.SETTINGS_READ,
        count=lambda _store_id: count_disabled(),
    )
)
