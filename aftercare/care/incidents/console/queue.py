"""The queue: what needs a person, by when; and what a month may cost."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from aftercare.care.incidents.actions import assign_incidents, close_incidents, set_budget
from aftercare.care.incidents.forms import BudgetForm, IncidentFilters
from aftercare.care.incidents.queries import (
    count_open,
    ids_of_incidents,
    incidents_for_list,
    left_of_budget,
    monthly_budget,
    open_masses,
)
from aftercare.care.incidents.tones import TONES
from aftercare.foundation.events.timelines import names_of
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

COLUMNS = (
    Column(_("Incident")), Column(_("Order")), Column(_("Customer")), Column(_("Carrier")), Column(_("Looked into by")),
    Column(_("Due")), Column(_("Opened")),
)  # fmt: skip
_VIEWS = (
    View(_("Not settled")),
    View(_("Mine"), {"assignee": "me"}),
    View(_("Escalated"), {"state": "escalated"}),
    View(_("Lost"), {"kind": "lost"}),
    View(_("Settled"), {"state": "closed"}),
)
BULK = (
    {"label": _("Take over"), "name": "do", "value": "take", "icon": "user-check"},
    {"label": _("Close as resolved"), "name": "do", "value": "close", "icon": "circle-check"},
)


@staff_page(Permission.ORDERS_READ)
def incidents(request: StaffRequest) -> HttpResponse:
    """What is not settled, what is due first on top; many of one carrier are one line above."""
    return _queue(request, BudgetForm(currency=request.store.currency, budget=monthly_budget()))


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def change_many(request: StaffRequest) -> HttpResponse:
    """Take over, or close, those that are ticked."""
    ids = ids_of_incidents(public_ids=request.POST.getlist("selected")[:500])
    now = clock.now()
    if request.POST.get("do") == "close":
        count = close_incidents(ids=ids, by=request.who, now=now)
        text = ngettext("%(n)d incident closed.", "%(n)d incidents closed.", count)
    else:
        count = assign_incidents(ids=ids, assignee=request.who, by=request.who, now=now)
        text = ngettext("%(n)d incident is yours.", "%(n)d incidents are yours.", count)
    toasts.success(request, text % {"n": count})
    return redirect("incidents", store=request.store.slug)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def budget(request: StaffRequest) -> HttpResponse:
    """Say what making up for things may cost in a month."""
    form = BudgetForm(request.POST, currency=request.store.currency)
    if not form.is_valid():
        return _queue(request, form, status=422)
    set_budget(store=request.store, monthly=form.cleaned_data["amount"])
    toasts.success(request, _("Noted."))
    return redirect("incidents", store=request.store.slug)


def _queue(request: StaffRequest, form: BudgetForm, *, status: int = 200) -> HttpResponse:
    filters = IncidentFilters(request)
    found = incidents_for_list(narrowed=filters.narrowed(who=request.who), after=cursor_of(request))
    now = clock.now()
    context = {
        "listing": listing(request, filters=filters, page=found, columns=COLUMNS, views=_VIEWS),
        "masses": open_masses(), "names": names_of(row.assignee for row in found.rows), "tones": TONES, "bulk": BULK,
        "budget_form": form, "budget": monthly_budget(), "left": left_of_budget(store=request.store, now=now),
        "now": now,
    }  # fmt: skip
    return render(request, "incidents/console/incidents.html", context, status=status)


urlpatterns = [
    path("incidents/", incidents, name="incidents"),
    path("incidents/selected/", change_many, name="incidents_selected"),
    path("incidents/budget/", budget, name="incidents_budget"),
]

register_entry(
    Entry(
        group="Orders", position=40, label=_("Incidents"), icon="siren", url_name="incidents",
        permission=Permission.ORDERS_READ, count=lambda _store: count_open(),
    )
)  # fmt: skip
