"""Connected shops: setting one up, what its state is, changing its secret, and letting it go."""

from typing import Any

from django.conf import settings
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.commerce.platforms.actions import (
    check_access,
    connect_shop,
    disconnect_shop,
    rotate_secret,
    settle_privacy_request,
    start_backfill,
)
from aftercare.commerce.platforms.connectors import FetchesPages, registry
from aftercare.commerce.platforms.forms import NoteForm, RotateForm, set_up_form
from aftercare.commerce.platforms.models import Connection
from aftercare.commerce.platforms.queries import (
    connection_by_public_id,
    connections_of_store,
    latest_backfill,
    open_privacy_requests,
    parked_deliveries,
    privacy_request_by_id,
)
from aftercare.commerce.platforms.tasks import fetch_history
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

TONES = {"active": "good", "left": "attention", "ended": "neutral"}
BACKFILL_TONES = {"running": "information", "finished": "good", "failed": "problem"}


@staff_page(Permission.SETTINGS_READ)
def connections(request: StaffRequest) -> HttpResponse:
    """Every shop, and what people asked through them."""
    context = {
        "connections": connections_of_store(),
        "platforms": list(registry),
        "labels": _labels(),
        "tones": TONES,
        "requests": open_privacy_requests(),
    }
    return render(request, "platforms/console/connections.html", context)


@staff_page(Permission.SETTINGS_WRITE)
def connect(request: StaffRequest, key: str) -> HttpResponse:
    """Ask what the platform's connector needs to know."""
    connector = registry[key]
    form, status = set_up_form(connector, request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            told = dict(form.cleaned_data)
            try:
                made = connect_shop(
                    store_id=request.store.pk, platform=key, source=told.pop("source"), settings=told,
                    by=request.who, now=clock.now(),
                )  # fmt: skip
            except Invalid as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            else:
                return redirect("connection", store=request.store.slug, public_id=made.public_id)
    context = {"form": form, "connector": connector}
    return render(request, "platforms/console/connect.html", context, status=status)


@staff_page(Permission.SETTINGS_READ)
def connection(request: StaffRequest, public_id: str) -> HttpResponse:
    """One shop: where it must send what, and how that goes."""
    return _connection_page(request, connection_by_public_id(public_id=public_id), RotateForm())


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def rotate(request: StaffRequest, public_id: str) -> HttpResponse:
    """Sign with another secret from now on."""
    found, form = connection_by_public_id(public_id=public_id), RotateForm(request.POST)
    if not form.is_valid():
        return _connection_page(request, found, form, status=422)
    said = form.cleaned_data
    try:
        rotate_secret(
            connection=found, secret=said["secret"], keep_previous=not said["has_leaked"], by=request.who,
            now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error("secret", refusal.sentence)
        return _connection_page(request, found, form, status=422)
    toasts.success(request, _("The new secret is in use."))
    return redirect("connection", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def disconnect(request: StaffRequest, public_id: str) -> HttpResponse:
    """Take nothing from this shop any more."""
    found = connection_by_public_id(public_id=public_id)
    disconnect_shop(connection=found, by=request.who, now=clock.now())
    toasts.success(request, _("Disconnected. Its secrets are forgotten; what it told us stays."))
    return redirect("connections", store=request.store.slug)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def test(request: StaffRequest, public_id: str) -> HttpResponse:
    """Ask the shop for one page, to see whether it answers."""
    try:
        check_access(connection=connection_by_public_id(public_id=public_id))
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        toasts.success(request, _("The shop answers."))
    return redirect("connection", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def fetch_before(request: StaffRequest, public_id: str) -> HttpResponse:
    """Fetch what was before the shop was connected, or go on with it."""
    try:
        run = start_backfill(connection=connection_by_public_id(public_id=public_id), by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    else:
        # One after the other: whoever presses twice must not fetch everything twice.
        fetch_history.configure(lock=f"backfill {run.pk}").defer(backfill_id=run.pk)
        toasts.success(request, _("It is fetched in the background."))
    return redirect("connection", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.CUSTOMERS_WRITE)
def settle(request: StaffRequest, row_id: int) -> HttpResponse:
    """Say what was done about a privacy request."""
    found, form = privacy_request_by_id(row_id=row_id), NoteForm(request.POST)
    if form.is_valid():
        try:
            settle_privacy_request(request=found, note=form.cleaned_data["note"], by=request.who, now=clock.now())
        except Refusal as refusal:
            toasts.error(request, refusal.sentence)
        else:
            toasts.success(request, _("Noted."))
    else:
        toasts.error(request, _("Say what was done."))
    return redirect("connections", store=request.store.slug)


def _connection_page(
    request: StaffRequest, shown: Connection, form: RotateForm, *, status: int = 200
) -> HttpResponse:  # fmt: skip
    connector = registry[shown.platform]
    context = {
        "connection": shown,
        "connector": connector,
        "form": form,
        "connected_by": actor_name(shown.by),
        "tones": TONES,
        "steps": _steps(shown),
        "address": settings.SITE_URL + reverse("from_shop", args=[shown.public_id]),
        "backfill": latest_backfill(shown),
        "backfill_tones": BACKFILL_TONES,
        "can_be_asked": isinstance(connector, FetchesPages),
        "is_in_use": shown.state != Connection.State.ENDED,
    }
    return render(request, "platforms/console/connection.html", context, status=status)


def _steps(shown: Connection) -> list[dict[str, Any]]:
    """How far the set-up is; nothing once messages arrive."""
    if shown.last_received_at is not None or shown.state != Connection.State.ACTIVE:
        return []
    return [
        {"label": _("Settings kept"), "state": "done"},
        {"label": _("Enter the address and topics there"), "state": "current"},
        {"label": _("The first message arrives"), "state": "todo"},
    ]


def _labels() -> dict[str, Any]:
    return {one.key: one.label for one in registry}


urlpatterns = [
    path("connections/", connections, name="connections"),
    path("connections/new/<str:key>/", connect, name="connect"),
    path("connections/requests/<int:row_id>/settle/", settle, name="privacy_settle"),
    path("connections/<str:public_id>/", connection, name="connection"),
    path("connections/<str:public_id>/rotate/", rotate, name="connection_rotate"),
    path("connections/<str:public_id>/test/", test, name="connection_test"),
    path("connections/<str:public_id>/fetch/", fetch_before, name="connection_fetch"),
    path("connections/<str:public_id>/disconnect/", disconnect, name="connection_disconnect"),
]

register_entry(
    Entry(
        group="System",
        position=78,
        label=gettext_lazy("Connections"),
        icon="store",
        url_name="connections",
        permission=Permission.SETTINGS_READ,
        count=lambda _store_id: parked_deliveries(),
    )
)
