"""What staff do about the protection of one order: say what was booked, look into a lapse, open a claim."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from aftercare.care.protection.actions import Statement, book_protection, open_claim, settle_lapses
from aftercare.care.protection.forms import BookingForm
from aftercare.care.protection.vocabulary import ClaimKind
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.commerce.shipments.queries import shipment_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page


@require_POST
@staff_page(Permission.SHIPMENTS_WRITE)
def book(request: StaffRequest, public_id: str) -> HttpResponse:
    """Say what was bought for a parcel."""
    parcel = shipment_by_public_id(public_id=public_id)
    form = BookingForm(request.POST, currency=parcel.order.currency)
    if form.is_valid():
        book_protection(shipment=parcel, **form.cleaned_data, by=request.who, now=clock.now())
        toasts.success(request, _("Noted."))
    else:
        toasts.error(request, _("This is no amount: write it as 500.00."))
    return redirect("order", store=request.store.slug, public_id=parcel.order.public_id)


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def settle(request: StaffRequest, public_id: str) -> HttpResponse:
    """Somebody has looked into what an order's parcels lack."""
    order = order_by_public_id(public_id=public_id)
    settle_lapses(order_id=order.pk, by=request.who, now=clock.now())
    toasts.success(request, _("Noted."))
    return redirect("order", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.ORDERS_WRITE)
def open_by_hand(request: StaffRequest, public_id: str) -> HttpResponse:
    """A customer has called: claim it for them, where the plan allows it."""
    parcel = shipment_by_public_id(public_id=public_id)
    kind = request.POST.get("kind", "")
    if kind not in ClaimKind.values:
        toasts.error(request, _("Choose what happened."))
        return redirect("order", store=request.store.slug, public_id=parcel.order.public_id)
    statement = Statement(ClaimKind(kind), request.POST.get("told", "")[:5000].replace("\x00", ""))
    try:
        opened = open_claim(
            store=request.store, order=parcel.order, shipment=parcel, statement=statement, by=request.who, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        toasts.error(request, refusal.sentence)
        return redirect("order", store=request.store.slug, public_id=parcel.order.public_id)
    return redirect("claim", store=request.store.slug, public_id=opened.claim.public_id)


urlpatterns = [
    path("shipments/<str:public_id>/protection/", book, name="protection_book"),
    path("shipments/<str:public_id>/claim/", open_by_hand, name="claim_open"),
    path("orders/<str:public_id>/protection/settle/", settle, name="protection_settle"),
]
