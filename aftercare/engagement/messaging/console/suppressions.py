"""Addresses that nothing, or only what is owed, is sent to."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.engagement.messaging.actions.suppress import lift_suppression
from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.forms import SuppressionFilters
from aftercare.engagement.messaging.queries import suppression_by_id, suppressions_for_list
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, cursor_of, listing
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page


@staff_page(Permission.MESSAGES_READ)
def suppressions(request: StaffRequest) -> HttpResponse:
    """Addresses that nothing is sent to."""
    filters = SuppressionFilters(request)
    found = suppressions_for_list(
        words=filters.chosen("q") or "", cause=filters.chosen("cause") or "", after=cursor_of(request)
    )
    columns = (
        Column(gettext_lazy("Address")),
        Column(gettext_lazy("Channel")),
        Column(gettext_lazy("Cause")),
        Column(gettext_lazy("Stops")),
        Column(gettext_lazy("Since")),
        Column(gettext_lazy("Until")),
        Column(gettext_lazy("Action"), hidden=True),
    )
    context = {
        "listing": listing(request, filters=filters, page=found, columns=columns),
        "tabs": tabs(request, "suppressions"),
    }
    return render(request, "messaging/console/suppressions.html", context)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def lift(request: StaffRequest, row_id: int) -> HttpResponse:
    """Let an address be written to again."""
    suppression = suppression_by_id(row_id=row_id)
    lift_suppression(suppression=suppression, by=request.who, now=clock.now())
    toasts.success(request, _("%(address)s can be written to again.") % {"address": suppression.address})
    return redirect("suppressions", store=request.store.slug)


urlpatterns = [
    path("messages/blocked/", suppressions, name="suppressions"),
    path("messages/blocked/<int:row_id>/lift/", lift, name="suppression_lift"),
]
