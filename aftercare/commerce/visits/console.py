"""The agenda of visits, and one visit: another date, and how it went."""

from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from aftercare.commerce.orders.models import Fulfilment
from aftercare.commerce.orders.tones import FULFILMENT_TONES
from aftercare.commerce.visits.actions import move_visit, report_visit
from aftercare.commerce.visits.forms import STATUSES, DateForm, VisitFilters
from aftercare.commerce.visits.queries import visit_by_public_id, visits_for_list
from aftercare.commerce.visits.vocabulary import OVER, TO_COME
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing, sorting
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.timelines import order_timeline

COLUMNS = (
    Column(_("When"), sort="scheduled_from"), Column(_("Order")), Column(_("Customer")), Column(_("Where")),
    Column(_("Status")),
)  # fmt: skip
_SAID = (
    Fulfilment.Status.UNDER_WAY,
    Fulfilment.Status.COMPLETED,
    Fulfilment.Status.MISSED,
    Fulfilment.Status.CANCELLED,
)
_ICONS = {"under_way": "truck", "completed": "circle-check", "missed": "calendar-x", "cancelled": "circle-x"}


@staff_page(Permission.ORDERS_READ)
def visits(request: StaffRequest) -> HttpResponse:
    """What is agreed, the next first."""
    filters = VisitFilters(request)
    today = timezone.localdate(clock.now()).isoformat()
    sort = sorting(
        request, allowed=["scheduled_from"], default="scheduled_from" if filters.active() else "-scheduled_from"
    )
    found = visits_for_list(narrowed=filters.narrowed(), ascending=sort.ascending, after=cursor_of(request))
    views = (
        View(_("All")),
        View(_("From today"), {"starts_from": today}),
        View(_("Today"), {"starts_from": today, "starts_until": today}),
        View(_("Nobody there"), {"status": Fulfilment.Status.MISSED.value}),
    )
    shown = listing(request, filters=filters, page=found, columns=COLUMNS, sort=sort, views=views)
    return render(request, "visits/console/visits.html", {"listing": shown, **_words()})


@staff_page(Permission.ORDERS_READ)
def visit(request: StaffRequest, public_id: str) -> HttpResponse:
    """One visit, with what happened to its order."""
    found = visit_by_public_id(public_id=public_id)
    return _page(request, found, DateForm(initial={"starts": found.scheduled_from, "ends": found.scheduled_until}))


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def move(request: StaffRequest, public_id: str) -> HttpResponse:
    """Agree on a date, or on another."""
    found, form = visit_by_public_id(public_id=public_id), DateForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        move_visit(visit=found, **form.cleaned_data, by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, refusal.sentence)
    else:
        toasts.success(request, _("Noted. The customer is told."))
    return redirect("visit", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def report(request: StaffRequest, public_id: str) -> HttpResponse:
    """How it went."""
    found, now, status = visit_by_public_id(public_id=public_id), clock.now(), request.POST.get("status", "")
    try:
        if status in _SAID:
            report_visit(visit=found, status=status, at=now, by=request.who, now=now)
    except Refusal as refusal:
        toasts.error(request, refusal.sentence)
    return redirect("visit", store=request.store.slug, public_id=public_id)


def _page(request: StaffRequest, shown: Fulfilment, form: DateForm, *, status: int = 200) -> HttpResponse:
    reports = [
        {"status": one.value, "label": label, "icon": _ICONS[one.value]}
        for one, label in STATUSES if one in _SAID and one != shown.status
    ]  # fmt: skip
    context: dict[str, Any] = {
        "visit": shown, "form": form, "is_over": shown.status in OVER, "is_to_come": shown.status in TO_COME,
        "reports": reports, "place": shown.location or shown.order.shipping_address, "now": clock.now(), **_words(),
        **order_timeline(request, shown.order_id),
    }  # fmt: skip
    return render(request, "visits/console/visit.html", context, status=status)


def _words() -> dict[str, Any]:
    labels: dict[str, Any] = {**dict(Fulfilment.Status.choices), **{one.value: label for one, label in STATUSES}}
    return {"labels": labels | dict.fromkeys(TO_COME, STATUSES[0][1]), "tones": FULFILMENT_TONES}


urlpatterns = [
    path("visits/", visits, name="visits"),
    path("visits/<str:public_id>/", visit, name="visit"),
    path("visits/<str:public_id>/move/", move, name="visit_move"),
    path("visits/<str:public_id>/report/", report, name="visit_report"),
]

register_entry(
    Entry(
        group="Orders", position=25, label=_("Visits"), icon="calendar-days", url_name="visits",
        permission=Permission.ORDERS_READ,
    )
)  # fmt: skip
