"""One incident: what is the matter, who looks into it, what was decided; and opening one from its order."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from aftercare.care.incidents import policy
from aftercare.care.incidents.actions import (
    approve_compensation,
    assign_incidents,
    close_incidents,
    decline_compensation,
    note_incident,
    open_incident,
)
from aftercare.care.incidents.forms import MoneyForm, NoteForm, OpenForm
from aftercare.care.incidents.models import Incident
from aftercare.care.incidents.queries import incident_by_public_id, left_of_budget
from aftercare.care.incidents.tones import TONES
from aftercare.care.incidents.vocabulary import Compensation, IncidentKind
from aftercare.commerce.health.queries import health_of_parcels
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.commerce.shipments.queries import parcels_of_orders
from aftercare.foundation.events.timelines import names_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Forbidden, Refusal
from aftercare.foundation.staff.policy import Permission, role_may
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.timelines import order_timeline


@staff_page(Permission.ORDERS_READ)
def incident(request: StaffRequest, public_id: str) -> HttpResponse:
    """The whole of it, with what happened to its order."""
    return _page(request, incident_by_public_id(public_id=public_id))


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def change(request: StaffRequest, public_id: str) -> HttpResponse:
    """Take it over, leave it to others, write a note, or close it."""
    found = incident_by_public_id(public_id=public_id)
    now, what = clock.now(), request.POST.get("do")
    form = NoteForm(request.POST)
    try:
        if what == "close":
            close_incidents(ids=[found.pk], by=request.who, now=now)
        elif what in {"take", "leave"}:
            assignee = request.who if what == "take" else ""
            assign_incidents(ids=[found.pk], assignee=assignee, by=request.who, now=now)
        elif form.is_valid():
            note_incident(incident=found, note=form.cleaned_data["note"])
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    return redirect("incident", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def compensate(request: StaffRequest, public_id: str) -> HttpResponse:
    """Approve an amount, or decide that nothing is paid."""
    found = incident_by_public_id(public_id=public_id)
    form = MoneyForm(request.POST, currency=found.order.currency)
    declines = request.POST.get("do") == "decline"
    if not declines and not form.is_valid():
        return _page(request, found, money=form, status=422)
    try:
        if declines:
            decline_compensation(incident=found, by=request.who, now=clock.now())
        else:
            amount = form.cleaned_data["amount"]
            as_credit = request.POST.get("do") == "credit"
            if as_credit and not role_may(role=request.membership.held_role, permission=Permission.CREDIT_WRITE):
                raise Forbidden(str(_("Your role in this store does not allow this.")))
            approve_compensation(
                incident=found, amount=amount, store=request.store, by=request.who, now=clock.now(),
                as_credit=as_credit,
            )  # fmt: skip
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
    return redirect("incident", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def open_by_hand(request: StaffRequest, public_id: str) -> HttpResponse:
    """Somebody told of what nothing here could notice."""
    order = order_by_public_id(public_id=public_id)
    parcels = parcels_of_orders(order_ids=[order.pk]).get(order.pk, [])
    form = OpenForm(request.POST, parcels=parcels)
    if not form.is_valid():
        toasts.error(request, _("Choose what is the matter."))
        return redirect("order", store=request.store.slug, public_id=public_id)
    said = form.cleaned_data
    parcel = next((one for one in parcels if one.public_id == said["shipment"]), None)
    try:
        opened = open_incident(
            order=order, kind=IncidentKind(said["kind"]), shipment=parcel, note=said["note"], tells=said["tells"],
            by=request.who, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
        return redirect("order", store=request.store.slug, public_id=public_id)
    return redirect("incident", store=request.store.slug, public_id=opened.public_id)


def _page(request: StaffRequest, shown: Incident, *, money: MoneyForm | None = None, status: int = 200) -> HttpResponse:
    now = clock.now()
    left = left_of_budget(store=request.store, now=now)
    offer = policy.suggest(blame=shown.blame, total=shown.order.total, shipping=shown.order.shipping, left=left)
    who = [shown.assignee, shown.opened_by, shown.closed_by, shown.compensation_by]
    context = {
        "incident": shown, "tone": TONES[shown.state], "names": names_of(who), "left": left, "offer": offer,
        "health": health_of_parcels(shipment_ids=[shown.shipment_id]).get(shown.shipment_id)
        if shown.shipment_id else None,
        "note_form": NoteForm(initial={"note": shown.note}),
        "money_form": money or MoneyForm(currency=shown.order.currency, suggested=offer.amount),
        "undecided": shown.compensation == Compensation.NONE,
        "is_mine": shown.assignee == request.who, "now": now, **order_timeline(request, shown.order_id),
    }  # fmt: skip
    return render(request, "incidents/console/incident.html", context, status=status)


urlpatterns = [
    path("incidents/<str:public_id>/", incident, name="incident"),
    path("incidents/<str:public_id>/change/", change, name="incident_change"),
    path("incidents/<str:public_id>/compensation/", compensate, name="incident_compensation"),
    path("orders/<str:public_id>/incidents/", open_by_hand, name="incident_open"),
]
