"""Settings of the store itself."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.foundation.kit import clock
from aftercare.foundation.kit.colour import Colour
from aftercare.foundation.kit.errors import Forbidden, Invalid
from aftercare.foundation.staff.actions import change_settings
from aftercare.foundation.staff.policy import Permission, role_may
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.policy import public_holidays
from aftercare.foundation.web.console.store_forms import GeneralForm, HoursForm, LookForm, StoreForm
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.brand import DARK_SURFACE, LIGHT_SURFACE, swatch

_HOLIDAYS_SHOWN = 8
_FOR_OWNERS = {"audit", "sign_ins"}


@staff_page(Permission.SETTINGS_READ)
def general(request: StaffRequest) -> HttpResponse:
    """Name, language, money, place and addresses."""
    return _form_page(request, GeneralForm, "settings", {})


@staff_page(Permission.SETTINGS_READ)
def look(request: StaffRequest) -> HttpResponse:
    """Colour and logo, with what becomes of the colour where it must be read."""
    return _form_page(request, LookForm, "settings_look", {"swatches": _swatches(request.store.brand_color)})


@staff_page(Permission.SETTINGS_READ)
def look_preview(request: StaffRequest) -> HttpResponse:
    """The same swatches for a colour that is being chosen."""
    shown = {"swatches": _swatches(request.GET.get("brand_color", ""))}
    return render(request, "web/console/settings/swatches.html", shown)


@staff_page(Permission.SETTINGS_READ)
def hours(request: StaffRequest) -> HttpResponse:
    """When people are there, and when customers are left in peace."""
    return _form_page(request, HoursForm, "settings_hours", {"holidays": _coming_holidays(request.store)})


def _form_page(request: StaffRequest, form_class: type[StoreForm], name: str, context: dict[str, Any]) -> HttpResponse:
    """Shown to whoever may read; saved for whoever may write."""
    form, status = form_class(store=request.store), 200
    if request.method == "POST":
        if not role_may(role=request.membership.held_role, permission=Permission.SETTINGS_WRITE):
            raise Forbidden(_("Your role in this store does not allow this."))
        form, status = form_class(request.POST, store=request.store), 422
        if form.is_valid() and _saved(request, form):
            toasts.success(request, _("Saved."))
            return redirect(name, store=request.store.slug)
        # What was not saved must not colour the page.
        request.store.refresh_from_db()
    shown = {"form": form, "tabs": settings_tabs(request, name), **context}
    return render(request, f"web/console/settings/{name}.html", shown, status=status)


def _saved(request: StaffRequest, form: StoreForm) -> bool:
    try:
        change_settings(store=request.store, by=request.who, now=clock.now(), **form.changes())
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    return True


def _swatches(brand_color: str) -> list[dict[str, Any]]:
    try:
        brand = Colour.parse(brand_color)
    except ValueError:
        return []
    return [
        {"label": _("Light"), **swatch(brand, LIGHT_SURFACE)},
        {"label": _("Dark"), **swatch(brand, DARK_SURFACE)},
    ]


def _coming_holidays(store: Store) -> list[tuple[date, str]]:
    today = clock.now().astimezone(ZoneInfo(store.time_zone)).date()
    known: dict[date, str] = {}
    for year in (today.year, today.year + 1):
        known |= public_holidays(store.country, store.region, year)
    coming = sorted((day, name) for day, name in known.items() if today <= day < today + timedelta(days=366))
    return coming[:_HOLIDAYS_SHOWN]


def settings_tabs(request: StaffRequest, active: str) -> list[dict[str, Any]]:
    """The tabs of all pages under Settings."""
    pages = {
        "settings": _("Store"),
        "settings_look": _("Look"),
        "settings_hours": _("Hours"),
        "staff": _("Staff"),
        "tokens": _("API tokens"),
        "permissions": _("Permissions"),
        "audit": _("Audit"),
        "sign_ins": _("Sign-ins"),
    }
    hidden = set() if role_may(role=request.membership.held_role, permission=Permission.STAFF_READ) else _FOR_OWNERS
    return [
        {"label": label, "url": reverse(name, args=[request.store.slug]), "active": name == active}
        for name, label in pages.items() if name not in hidden
    ]  # fmt: skip


urlpatterns = [
    path("settings/", general, name="settings"),
    path("settings/look/", look, name="settings_look"),
    path("settings/look/preview/", look_preview, name="settings_look_preview"),
    path("settings/hours/", hours, name="settings_hours"),
]

register_entry(
    Entry(
        group="System",
        position=99,
        label=gettext_lazy("Settings"),
        icon="settings",
        url_name="settings",
        permission=Permission.SETTINGS_READ,
    )
)
