"""Trying the moment: pick a customer, a message and a time; see what would be decided, and why. Nothing is written."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import (
    CustomerFilters,
    customer_by_public_id,
    customers_for_list,
    person_ids,
    surviving,
)
from aftercare.commerce.orders.queries import OrderFilters, orders_for_list
from aftercare.engagement.messaging.console.rule_forms import SimulatorForm
from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.moments import Moment, simulate
from aftercare.engagement.messaging.types import message_type
from aftercare.engagement.messaging.wording import answer_in_words, outlook_in_words, shown
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_MOST_OFFERED = 8


@staff_page(Permission.MESSAGES_READ)
def simulator(request: StaffRequest) -> HttpResponse:
    """The address holds what is asked, so an answer can be passed on."""
    form = SimulatorForm(
        request.GET if request.GET.get("type") else None, initial={"customer": request.GET.get("customer", "")}
    )
    context: dict[str, Any] = {"form": form, "tabs": tabs(request, "simulator")}
    if form.is_valid():
        people = _people(form.cleaned_data["customer"])
        if not people:
            form.add_error("customer", _("There is no such customer."))
        elif len(people) > 1:
            context["people"] = [(one, _address_for(request, one)) for one in people]
        else:
            context["found"] = _found(form, people[0])
    return render(request, "messaging/console/simulator.html", context)


def _people(words: str) -> list[Customer]:
    try:
        return [surviving(customer=customer_by_public_id(public_id=words))]
    except NotFound:
        return customers_for_list(filters=CustomerFilters(words=words), limit=_MOST_OFFERED).rows


def _address_for(request: StaffRequest, one: Customer) -> str:
    query = request.GET.copy()
    query["customer"] = one.public_id
    return f"{request.path}?{query.urlencode()}"


def _found(form: SimulatorForm, customer: Customer) -> dict[str, Any] | None:
    said = form.cleaned_data
    order_id = _order_of(customer, said["order"])
    if said["order"] and order_id is None:
        form.add_error("order", _("This customer has no such order."))
        return None
    at = said["at"] or clock.now()
    moment = simulate(
        customer=customer, kind=message_type(said["type"]), channel=said["channel"], at=at, order_id=order_id
    )  # fmt: skip
    return {"customer": customer, "kind": moment.asked.kind, "at": at, **moment_in_words(moment)}


def moment_in_words(moment: Moment) -> dict[str, Any]:
    """As the page shows it."""
    first = moment.steps[0].at
    return {
        "now": shown(moment.decision), "outlook": outlook_in_words(moment.steps), "goes_out_at": moment.goes_out_at,
        "answers": [answer_in_words(answer, moment.situation, first) for answer in moment.answers],
        "steps": [{"at": step.at, **shown(step.decision)} for step in moment.steps],
    }  # fmt: skip


def _order_of(customer: Customer, number: str) -> int | None:
    if not number:
        return None
    own = OrderFilters(number=number, customer_ids=person_ids(customer=customer))
    return next((one.pk for one in orders_for_list(filters=own, limit=1).rows), None)


urlpatterns = [path("messages/simulator/", simulator, name="simulator")]
