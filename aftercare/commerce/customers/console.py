"""The console's pages about customers: who they are, what they agreed to, and who is the same person."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.commerce.customers.actions import merge_customers, set_consent, unmerge
from aftercare.commerce.customers.forms import PURPOSES, ConsentForm, CustomerListFilters
from aftercare.commerce.customers.people import Person, merge_candidates, merge_of, person
from aftercare.commerce.customers.queries import customer_by_public_id, customers_for_list
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.panels import render_panels
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.timelines import customer_timeline

_COLUMNS = (
    Column(gettext_lazy("Customer")),
    Column(gettext_lazy("E-mail")),
    Column(gettext_lazy("Phone")),
    Column(gettext_lazy("Country")),
    Column(gettext_lazy("First seen")),
)


@staff_page(Permission.CUSTOMERS_READ)
def customers(request: StaffRequest) -> HttpResponse:
    """Everybody who was not merged into somebody else, the latest first."""
    filters = CustomerListFilters(request)
    found = customers_for_list(filters=filters.narrowed(), after=cursor_of(request))
    context = {"listing": listing(request, filters=filters, page=found, columns=_COLUMNS)}
    return render(request, "customers/console/customers.html", context)


@staff_page(Permission.CUSTOMERS_READ)
def customer(request: StaffRequest, public_id: str) -> HttpResponse:
    """One person under all their identities, with everything that belongs to them."""
    return _customer_page(request, person(public_id=public_id), ConsentForm())


@require_POST
@staff_page(Permission.CUSTOMERS_WRITE)
def change_consent(request: StaffRequest, public_id: str) -> HttpResponse:
    """Note what the customer said, with the words as its proof."""
    shown, form = person(public_id=public_id), ConsentForm(request.POST)
    if not form.is_valid():
        return _customer_page(request, shown, form, status=422)
    said = form.cleaned_data
    set_consent(
        customer=shown.customer, purpose=said["purpose"], channel=said["channel"], granted=said["granted"],
        source="staff", wording=said["wording"], by=request.who, now=clock.now(),
    )  # fmt: skip
    toasts.success(request, _("Noted, with your words as the proof."))
    return redirect("customer", store=request.store.slug, public_id=public_id)


@staff_page(Permission.CUSTOMERS_WRITE)
def choose_merge(request: StaffRequest, public_id: str) -> HttpResponse:
    """Look for the other customer who is the same person."""
    shown = customer_by_public_id(public_id=public_id)
    words = request.GET.get("q", shown.name)
    context = {"customer": shown, "words": words, "candidates": merge_candidates(customer=shown, words=words)}
    return render(request, "customers/console/choose_merge.html", context)


@staff_page(Permission.CUSTOMERS_WRITE)
def merge(request: StaffRequest, public_id: str, other_id: str) -> HttpResponse:
    """Both side by side; confirmed, the other lives on as this one."""
    survivor = customer_by_public_id(public_id=public_id)
    absorbed = customer_by_public_id(public_id=other_id)
    if request.method == "POST":
        merge_customers(survivor=survivor, absorbed=absorbed, by=request.who, now=clock.now())
        toasts.success(request, _("They are one customer now. You can separate them again at any time."))
        return redirect("customer", store=request.store.slug, public_id=public_id)
    context = {"people": [person(public_id=public_id), person(public_id=other_id)]}
    return render(request, "customers/console/merge.html", context)


@require_POST
@staff_page(Permission.CUSTOMERS_WRITE)
def undo_merge(request: StaffRequest, public_id: str, row_id: int) -> HttpResponse:
    """Let the two be two again."""
    shown = customer_by_public_id(public_id=public_id)
    unmerge(merge=merge_of(customer=shown, row_id=row_id), by=request.who, now=clock.now())
    toasts.success(request, _("They are two customers again, each with what was theirs."))
    return redirect("customer", store=request.store.slug, public_id=public_id)


def _customer_page(request: StaffRequest, shown: Person, form: ConsentForm, *, status: int = 200) -> HttpResponse:
    context = {
        "person": shown,
        "customer": shown.customer,
        "merged_into": shown.customer.merged_into,
        "form": form,
        "purposes": PURPOSES,
        "main_panels": render_panels(place="console.customer.main", about=shown, request=request),
        "side_panels": render_panels(place="console.customer.side", about=shown, request=request),
        **customer_timeline(request, shown.ids),
    }
    return render(request, "customers/console/customer.html", context, status=status)


urlpatterns = [
    path("customers/", customers, name="customers"),
    path("customers/<str:public_id>/", customer, name="customer"),
    path("customers/<str:public_id>/consent/", change_consent, name="customer_consent"),
    path("customers/<str:public_id>/merge/", choose_merge, name="customer_choose_merge"),
    path("customers/<str:public_id>/merge/<str:other_id>/", merge, name="customer_merge"),
    path("customers/<str:public_id>/merges/<int:row_id>/undo/", undo_merge, name="customer_unmerge"),
]

register_entry(
    Entry(
        group="Orders",
        position=20,
        label=gettext_lazy("Customers"),
        icon="users",
        url_name="customers",
        permission=Permission.CUSTOMERS_READ,
    )
)
