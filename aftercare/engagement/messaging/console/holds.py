"""Leaving a customer alone until a day, from their page, and ending it before."""

from datetime import datetime, time

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.commerce.customers.queries import customer_by_public_id, person_ids, surviving
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds, release_holds
from aftercare.engagement.messaging.forms import LeaveAloneForm
from aftercare.engagement.messaging.holders import BY_STAFF
from aftercare.engagement.messaging.queries import hold_of
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def leave_alone(request: StaffRequest, public_id: str) -> HttpResponse:
    """What can wait does, until the day begins; what is owed still comes. Said again it is another day."""
    customer, now = surviving(customer=customer_by_public_id(public_id=public_id)), clock.now()
    form = LeaveAloneForm(request.POST, today=timezone.localdate(now))
    if form.is_valid():
        until = timezone.make_aware(datetime.combine(form.cleaned_data["until"], time.min))
        hold = HoldRequest(
            request.store.pk, customer.pk, customer.public_id, form.cleaned_data["reason"], until
        )  # fmt: skip
        place_holds(placed_by=BY_STAFF, holds=[hold], now=now, by=request.who)
        toasts.success(request, _("Only what is owed is said to them until then."))
    else:
        toasts.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("customer", store=request.store.slug, public_id=customer.public_id)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def let_hear(request: StaffRequest, public_id: str, row_id: int) -> HttpResponse:
    """End a wish for silence before its day. What is open with another capability ends there."""
    customer = surviving(customer=customer_by_public_id(public_id=public_id))
    hold = hold_of(row_id=row_id, customer_ids=person_ids(customer=customer))
    if hold.is_wish:
        release_holds(
            store_id=request.store.pk, placed_by=hold.placed_by, keys=[hold.key], now=clock.now(), by=request.who
        )  # fmt: skip
        toasts.success(request, _("They hear from you again."))
    return redirect("customer", store=request.store.slug, public_id=customer.public_id)


urlpatterns = [
    path("customers/<str:public_id>/holds/", leave_alone, name="leave_alone"),
    path("customers/<str:public_id>/holds/<int:row_id>/end/", let_hear, name="hold_end"),
]
