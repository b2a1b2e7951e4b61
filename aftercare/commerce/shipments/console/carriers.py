"""Connections to carriers: setting one up, how it goes, trying it, changing it, pausing it and letting it go."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.commerce.shipments.actions import (
    change_settings,
    connect_carrier,
    disconnect_carrier,
    pause_carrier,
    want_test,
)
from aftercare.commerce.shipments.carriers import Carrier, Fetches, find, offered, registry
from aftercare.commerce.shipments.forms import form_for_change
from aftercare.commerce.shipments.models import CarrierAccount
from aftercare.commerce.shipments.queries import carrier_account, carrier_accounts, looks_by_account
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.sealing import unseal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

TONES = {"active": "good", "paused": "attention"}


@staff_page(Permission.SETTINGS_READ)
def carriers(request: StaffRequest) -> HttpResponse:
    """Every connection, and whom else one can connect."""
    accounts = carrier_accounts()
    looks = looks_by_account()
    connected = {account.carrier for account in accounts}
    open_to_choice = [one for one in offered() if one.key not in connected]
    context = {
        "rows": [
            {"account": account, "label": _label(account.carrier), "looks": looks.get(account.pk)}
            for account in accounts
        ],
        "tones": TONES,
        "pushing": [one for one in open_to_choice if not isinstance(one, Fetches)],
        "asked": sorted((one for one in open_to_choice if isinstance(one, Fetches)), key=_by_label),
    }
    return render(request, "shipments/console/carriers.html", context)


@staff_page(Permission.SETTINGS_WRITE)
def connect(request: StaffRequest, key: str) -> HttpResponse:
    """Ask what the carrier needs to know."""
    carrier = registry[key]
    form, status = _form(carrier, request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                connect_carrier(
                    store_id=request.store.pk, carrier_key=key, settings=form.cleaned_data, by=request.who,
                    now=clock.now(),
                )  # fmt: skip
            except Invalid as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            else:
                return redirect("carrier", store=request.store.slug, key=key)
    context = {
        "form": form,
        "carrier": carrier,
        "is_asked": isinstance(carrier, Fetches),
        "address": _address(request, key),
    }
    return render(request, "shipments/console/carrier_connect.html", context, status=status)


@staff_page(Permission.SETTINGS_READ)
def carrier(request: StaffRequest, key: str) -> HttpResponse:
    """One connection: where the carrier sends, or how asking it goes."""
    account = carrier_account(store_id=request.store.pk, carrier_key=key)
    return _carrier_page(request, account, _form_for_change(account, None))


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def change(request: StaffRequest, key: str) -> HttpResponse:
    """Other settings, in part or whole."""
    account = carrier_account(store_id=request.store.pk, carrier_key=key)
    form = _form_for_change(account, request.POST)
    if form.is_valid():
        try:
            change_settings(account=account, settings=form.cleaned_data, by=request.who, now=clock.now())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            toasts.success(request, _("The new settings are in use."))
            return redirect("carrier", store=request.store.slug, key=key)
    return _carrier_page(request, account, form, status=422)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def test(request: StaffRequest, key: str) -> HttpResponse:
    """Have a worker ask the carrier about one parcel, to see whether it answers."""
    try:
        want_test(account=carrier_account(store_id=request.store.pk, carrier_key=key), now=clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    return redirect("carrier", store=request.store.slug, key=key)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def pause(request: StaffRequest, key: str) -> HttpResponse:
    """Neither ask nor listen for a while; or do so again."""
    account = carrier_account(store_id=request.store.pk, carrier_key=key)
    paused = account.state == CarrierAccount.State.ACTIVE
    pause_carrier(account=account, paused=paused, by=request.who, now=clock.now())
    toasts.success(request, _("Paused. Its settings stay.") if paused else _("Taken up again."))
    return redirect("carrier", store=request.store.slug, key=key)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def disconnect(request: StaffRequest, key: str) -> HttpResponse:
    """Let the connection go."""
    disconnect_carrier(store_id=request.store.pk, carrier_key=key, by=request.who, now=clock.now())
    toasts.success(request, _("Removed. Its secrets are forgotten; what it told us stays."))
    return redirect("carriers", store=request.store.slug)


def _carrier_page(
    request: StaffRequest, account: CarrierAccount, form: forms.Form, *, status: int = 200
) -> HttpResponse:  # fmt: skip
    kind = find(account.carrier)
    context = {
        "account": account,
        "label": _label(account.carrier),
        "connected_by": actor_name(account.connected_by),
        "where": kind.where if kind else "",
        "form": form,
        "tones": TONES,
        "is_asked": isinstance(kind, Fetches),
        "looks": looks_by_account().get(account.pk),
        "address": _address(request, account.carrier),
        "has_token": "token" in form.fields,
        "steps": _steps(account, is_asked=isinstance(kind, Fetches)),
        "is_active": account.state == CarrierAccount.State.ACTIVE,
    }
    return render(request, "shipments/console/carrier.html", context, status=status)


def _steps(account: CarrierAccount, *, is_asked: bool) -> list[dict[str, Any]]:
    """How far the set-up of a connection that pushes is; nothing once messages arrive."""
    if is_asked or account.heard_at is not None:
        return []
    return [
        {"label": _("Settings kept"), "state": "done"},
        {"label": _("Enter the address there"), "state": "current"},
        {"label": _("The first message arrives"), "state": "todo"},
    ]


def _form(carrier: Carrier, data: Any) -> forms.Form:
    return (carrier.ConfigForm or forms.Form)(data)


def _form_for_change(account: CarrierAccount, data: Any) -> forms.Form:
    kind = find(account.carrier)
    try:
        kept = unseal(account.sealed_config)
    except Refusal:  # sealed under another key: all must be said anew
        kept = {}
    return form_for_change(kind.ConfigForm if kind else None, data, kept=kept)


def _address(request: StaffRequest, key: str) -> str:
    return settings.SITE_URL + reverse("from_carrier", args=[request.store.slug, key])


def _label(key: str) -> str:
    kind = find(key)
    return str(kind.label) if kind else key


def _by_label(carrier: Carrier) -> str:
    return str(carrier.label).casefold()


urlpatterns = [
    path("carriers/", carriers, name="carriers"),
    path("carriers/new/<slug:key>/", connect, name="carrier_connect"),
    path("carriers/<slug:key>/", carrier, name="carrier"),
    path("carriers/<slug:key>/change/", change, name="carrier_change"),
    path("carriers/<slug:key>/test/", test, name="carrier_test"),
    path("carriers/<slug:key>/pause/", pause, name="carrier_pause"),
    path("carriers/<slug:key>/disconnect/", disconnect, name="carrier_disconnect"),
]

register_entry(
    Entry(
        group="System",
        position=79,
        label=gettext_lazy("Carriers"),
        icon="truck",
        url_name="carriers",
        permission=Permission.SETTINGS_READ,
    )
)
