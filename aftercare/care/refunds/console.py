"""The console's page of refunds: what a person has to see to, and what became of the others."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.care.refunds.actions.accounts import connect_account, end_account
from aftercare.care.refunds.actions.asking import confirm_refund, drop_refund, make_by_hand, try_again
from aftercare.care.refunds.actions.by_hand import note_made
from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.payers import payers
from aftercare.care.refunds.payers.stripe import Stripe
from aftercare.care.refunds.queries import (
    account_of,
    count_waiting,
    refund_by_public_id,
    refunds_for_list,
    waiting_for_somebody,
)
from aftercare.care.refunds.tones import TONES
from aftercare.foundation.events.timelines import names_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import cursor_of
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_SHOWN, _COUNTED = 50, 1000
Deed = Callable[[AskedRefund, QueryDict, str, datetime], object]
_DEEDS: Mapping[str, Deed] = {
    "confirm": lambda refund, _told, by, now: confirm_refund(refund=refund, by=by, now=now),
    "retry": lambda refund, _told, by, now: try_again(refund=refund, by=by, now=now),
    "by-hand": lambda refund, _told, by, now: make_by_hand(refund=refund, by=by, now=now),
    "made": lambda refund, told, by, now: note_made(
        refund=refund, external_id="", note=told.get("note", ""), by=by, now=now
    ),
    "drop": lambda refund, told, by, now: drop_refund(refund=refund, note=told.get("note", ""), by=by, now=now),
}


@staff_page(Permission.ORDERS_READ)
def refunds(request: StaffRequest) -> HttpResponse:
    """What waits for a person on top, all of them below."""
    waiting, page = waiting_for_somebody(limit=_SHOWN), refunds_for_list(after=cursor_of(request))
    context = {
        "waiting": waiting, "page": page, "tones": TONES,
        "payers": {payer.key: payer.label for payer in payers},
        "names": names_of(name for one in (*waiting, *page.rows) for name in (one.asked_by, one.confirmed_by)),
        "account": account_of(payer=Stripe.key),
    }  # fmt: skip
    return render(request, "refunds/console/refunds.html", context)


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def see_to(request: StaffRequest, public_id: str, deed: str) -> HttpResponse:
    """Do to a refund what a button said."""
    if deed not in _DEEDS:
        raise Http404
    refund = refund_by_public_id(public_id=public_id)
    try:
        _DEEDS[deed](refund, request.POST, request.who, clock.now())
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}".strip())
    else:
        toasts.success(request, _("Done."))
    return redirect("refunds", store=request.store.slug)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def connect_stripe(request: StaffRequest) -> HttpResponse:
    """Let Stripe give back what was paid there; without a key: no longer."""
    now, account = clock.now(), account_of(payer=Stripe.key)
    key = request.POST.get("secret_key", "").strip()
    if key:
        connect_account(
            store_id=request.store.pk, payer=Stripe.key, settings={"secret_key": key[:200]}, by=request.who, now=now
        )
        toasts.success(request, _("Connected."))
    elif account is not None:
        end_account(account=account, now=now)
        toasts.success(request, _("Disconnected."))
    return redirect("refunds", store=request.store.slug)


urlpatterns = [
    path("refunds/", refunds, name="refunds"),
    path("refunds/stripe/", connect_stripe, name="refunds_stripe"),
    path("refunds/<str:public_id>/<slug:deed>/", see_to, name="refund_see_to"),
]
register_entry(
    Entry(
        group="Orders", position=46, label=gettext_lazy("Refunds"), icon="banknote", url_name="refunds",
        permission=Permission.ORDERS_READ, count=lambda _store: count_waiting(most=_COUNTED),
    )
)  # fmt: skip
