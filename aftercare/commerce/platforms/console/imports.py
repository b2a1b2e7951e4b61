"""Imports: what was fed, by whom, and what came of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.platforms.forms import ImportFilters
from aftercare.commerce.platforms.queries import import_by_public_id, imports_for_list
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(_("File")),
    Column(_("Kind")),
    Column(_("State")),
    Column(_("Read"), number=True),
    Column(_("New"), number=True),
    Column(_("Changed"), number=True),
    Column(_("Rejected"), number=True),
    Column(_("Started")),
)
TONES = {"running": "information", "finished": "good", "interrupted": "attention", "failed": "problem"}


@staff_page(Permission.ORDERS_READ)
def imports(request: StaffRequest) -> HttpResponse:
    """Every file that was fed, the latest first."""
    filters = ImportFilters(request)
    found = imports_for_list(
        words=filters.chosen("q") or "", state=filters.chosen("state") or "", after=cursor_of(request)
    )
    context = {"listing": listing(request, filters=filters, page=found, columns=_COLUMNS), "tones": TONES}
    return render(request, "platforms/console/imports.html", context)


@staff_page(Permission.ORDERS_READ)
def import_run(request: StaffRequest, public_id: str) -> HttpResponse:
    """One file: its counts, its problems, and where the rejects are."""
    found = import_by_public_id(public_id=public_id)
    return render(request, "platforms/console/import.html", {"run": found, "tones": TONES})


urlpatterns = [
    path("imports/", imports, name="imports"),
    path("imports/<str:public_id>/", import_run, name="import"),
]

register_entry(
    Entry(
        group="System",
        position=80,
        label=_("Imports"),
        icon="file-up",
        url_name="imports",
        permission=Permission.ORDERS_READ,
    )
)
