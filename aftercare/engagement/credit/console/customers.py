"""A customer's credit: what they have, every entry, giving and taking."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import customer_by_public_id, person_ids
from aftercare.engagement.credit.actions import claw_back, grant_credit
from aftercare.engagement.credit.forms import GiveForm, TakeForm, new_form_key
from aftercare.engagement.credit.origins import Origin
from aftercare.engagement.credit.queries.wallets import entries_of, grant_by_public_id, wallets_of
from aftercare.foundation.events.timelines import names_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.money import Money
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import cursor_of
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.amounts import money


@staff_page(Permission.CREDIT_READ)
def credit(request: StaffRequest, public_id: str) -> HttpResponse:
    """What a customer has, lot by lot, and all that happened to it."""
    return _page(request, customer_by_public_id(public_id=public_id), GiveForm(currency=request.store.currency))


@require_POST
@staff_page(Permission.CREDIT_WRITE)
def give(request: StaffRequest, public_id: str) -> HttpResponse:
    """Give them some, with a reason."""
    customer = customer_by_public_id(public_id=public_id)
    form = GiveForm(request.POST, currency=request.store.currency)
    if not form.is_valid():
        return _page(request, customer, form, status=422)
    said = form.cleaned_data
    try:
        lot = grant_credit(
            customer=customer, amount=form.money(), kind=Origin(said["kind"]), reason=said["reason"], key=said["key"],
            expires_at=form.until(), by=request.who, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, customer, form, status=422)
    toasts.success(request, _("%(amount)s is theirs to spend.") % {"amount": money(lot.money)})
    return redirect("customer_credit", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.CREDIT_WRITE)
def take(request: StaffRequest, public_id: str, grant: str) -> HttpResponse:
    """Take back what is left of a grant; what is spent stays theirs."""
    form = TakeForm(request.POST)
    lot = grant_by_public_id(public_id=grant)
    if not form.is_valid():
        toasts.error(request, _("Say why it is taken back."))
        return redirect("customer_credit", store=request.store.slug, public_id=public_id)
    said = form.cleaned_data
    done = claw_back(grant=lot, key=said["key"], reason=said["reason"], by=request.who, now=clock.now())
    toasts.success(request, _("%(amount)s was taken back.") % {"amount": money(done.taken)})
    if done.spent.amount:
        toasts.info(request, _("%(amount)s of it is spent already, and stays so.") % {"amount": money(done.spent)})
    return redirect("customer_credit", store=request.store.slug, public_id=public_id)


def _page(request: StaffRequest, customer: Customer, form: GiveForm, *, status: int = 200) -> HttpResponse:
    people = person_ids(customer=customer)
    entries = entries_of(customer_ids=people, after=cursor_of(request))
    wallets = wallets_of(customer_ids=people, now=clock.now())
    context = {
        "customer": customer, "wallets": wallets, "entries": entries, "form": form,
        "changes": {one.pk: Money(one.change or 0, one.currency) for one in entries.rows if one.currency},
        "names": names_of([one.actor for one in entries.rows]), "take_key": new_form_key(),
    }  # fmt: skip
    return render(request, "credit/console/customer.html", context, status=status)


urlpatterns = [
    path("customers/<str:public_id>/credit/", credit, name="customer_credit"),
    path("customers/<str:public_id>/credit/give/", give, name="credit_give"),
    path("customers/<str:public_id>/credit/<str:grant>/take/", take, name="credit_take"),
]
