"""What other systems were told: the log of calls, each with its attempts, to be repeated."""

import orjson
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.console.webhook_forms import CallFilters
from aftercare.foundation.web.console.webhooks import CALL_TONES
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.webhooks.actions import replay_call
from aftercare.foundation.webhooks.models import Call
from aftercare.foundation.webhooks.queries import call_by_public_id, calls_for_list, endpoint_by_public_id

_COLUMNS = (
    Column(gettext_lazy("Event")),
    Column(gettext_lazy("To")),
    Column(gettext_lazy("State")),
    Column(gettext_lazy("Answer")),
    Column(gettext_lazy("Attempts"), number=True),
    Column(gettext_lazy("Queued")),
)
_VIEWS = (
    View(gettext_lazy("All")),
    View(gettext_lazy("Failed"), {"state": "failed"}),
    View(gettext_lazy("Queued"), {"state": "queued"}),
    View(gettext_lazy("Taken"), {"state": "sent"}),
)


@staff_page(Permission.EVENTS_READ)
def calls(request: StaffRequest) -> HttpResponse:
    """Every call of the last thirty days, the latest first."""
    filters = CallFilters(request)
    chosen = filters.chosen("endpoint")
    found = calls_for_list(
        endpoint=endpoint_by_public_id(public_id=chosen) if chosen else None,
        state=filters.chosen("state") or "",
        type_name=filters.chosen("q") or "",
        after=cursor_of(request),
    )
    shown = listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS)
    return render(request, "web/console/webhooks/calls.html", {"listing": shown, "tones": CALL_TONES})


@staff_page(Permission.EVENTS_READ)
def call(request: StaffRequest, public_id: str) -> HttpResponse:
    """One call: what it said, and what came of each attempt."""
    found = call_by_public_id(public_id=public_id)
    context = {
        "call": found,
        "said": orjson.dumps(found.body, option=orjson.OPT_INDENT_2).decode(),
        "attempts": [{**tried, "at": parse_datetime(tried["at"])} for tried in reversed(found.history)],
        "tones": CALL_TONES,
        "may_be_replayed": found.state in {Call.State.SENT, Call.State.FAILED},
    }
    return render(request, "web/console/webhooks/call.html", context)


@require_POST
@staff_page(Permission.EVENTS_REPAIR)
def replay(request: StaffRequest, public_id: str) -> HttpResponse:
    """Make it once more, under its id."""
    if replay_call(call=call_by_public_id(public_id=public_id), now=clock.now()):
        toasts.success(request, _("It is made once more, under the same id."))
    else:
        toasts.error(request, _("It is about to be made anyway."))
    return redirect("webhook_call", store=request.store.slug, public_id=public_id)


urlpatterns = [
    path("webhooks/calls/", calls, name="webhook_calls"),
    path("webhooks/calls/<str:public_id>/", call, name="webhook_call"),
    path("webhooks/calls/<str:public_id>/replay/", replay, name="webhook_call_replay"),
]
