"""What shops sent, message by message: its state, what was wrong with it, and what can be done."""

import orjson
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.commerce.platforms.actions import drop_delivery, replay_deliveries
from aftercare.commerce.platforms.forms import DeliveryFilters, DropForm
from aftercare.commerce.platforms.models import Delivery
from aftercare.commerce.platforms.queries import deliveries_for_list, delivery_by_public_id
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(gettext_lazy("Topic")),
    Column(gettext_lazy("Shop")),
    Column(gettext_lazy("State")),
    Column(gettext_lazy("What came of it")),
    Column(gettext_lazy("Received")),
)
_VIEWS = (
    View(gettext_lazy("All")),
    View(gettext_lazy("Need a person"), {"state": "parked"}),
    View(gettext_lazy("Waiting"), {"state": "waiting"}),
)
TONES = {
    "waiting": "information", "done": "good", "ignored": "neutral", "parked": "attention", "dropped": "neutral",
}  # fmt: skip
_LONGEST_SHOWN = 200_000


@staff_page(Permission.EVENTS_READ)
def deliveries(request: StaffRequest) -> HttpResponse:
    """Every message, the latest first."""
    filters = DeliveryFilters(request)
    found = deliveries_for_list(
        words=filters.chosen("q") or "",
        state=filters.chosen("state") or "",
        connection=filters.chosen("connection") or "",
        after=cursor_of(request),
    )
    shown = listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS)
    return render(request, "platforms/console/deliveries.html", {"listing": shown, "tones": TONES})


@staff_page(Permission.EVENTS_READ)
def delivery(request: StaffRequest, public_id: str) -> HttpResponse:
    """One message: what it said, and what came of it."""
    return _delivery_page(request, delivery_by_public_id(public_id=public_id), DropForm())


@require_POST
@staff_page(Permission.EVENTS_REPAIR)
def replay(request: StaffRequest, public_id: str) -> HttpResponse:
    """Work it off once more."""
    if replay_deliveries(deliveries=[delivery_by_public_id(public_id=public_id)], now=clock.now()):
        toasts.success(request, _("It is worked off again in a moment."))
    else:
        toasts.error(request, _("It is done already, or its body is gone."))
    return redirect("delivery", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.EVENTS_REPAIR)
def drop(request: StaffRequest, public_id: str) -> HttpResponse:
    """Make nothing of it, saying why."""
    shown, form = delivery_by_public_id(public_id=public_id), DropForm(request.POST)
    if not form.is_valid():
        return _delivery_page(request, shown, form, status=422)
    try:
        drop_delivery(delivery=shown, reason=form.cleaned_data["reason"], by=actor_name(request.who), now=clock.now())
    except Refusal as refusal:
        toasts.error(request, refusal.sentence)
    else:
        toasts.success(request, _("Dropped."))
    return redirect("delivery", store=request.store.slug, public_id=public_id)


def _delivery_page(request: StaffRequest, shown: Delivery, form: DropForm, *, status: int = 200) -> HttpResponse:
    context = {
        "delivery": shown,
        "said": _said(bytes(shown.body)),
        "form": form,
        "tones": TONES,
        "is_open": shown.state in {Delivery.State.PARKED, Delivery.State.WAITING},
        "may_be_replayed": shown.state != Delivery.State.DONE,
    }
    return render(request, "platforms/console/delivery.html", context, status=status)


def _said(body: bytes) -> str:
    """The message, laid out; numbers beyond 64 bits are left as they came."""
    try:
        laid_out = orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2)
    except (orjson.JSONDecodeError, TypeError):
        laid_out = body
    return laid_out[:_LONGEST_SHOWN].decode("utf-8", "replace")


urlpatterns = [
    path("connections/deliveries/", deliveries, name="deliveries"),
    path("connections/deliveries/<str:public_id>/", delivery, name="delivery"),
    path("connections/deliveries/<str:public_id>/replay/", replay, name="delivery_replay"),
    path("connections/deliveries/<str:public_id>/drop/", drop, name="delivery_drop"),
]
