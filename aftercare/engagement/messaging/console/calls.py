"""Calls that staff make: who, about what, in which words, and what came of it."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aftercare.engagement.messaging.actions.calls import MOST_TRIES, note_call
from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.queries import call_by_public_id, calls_made, calls_resting, calls_to_make
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_REACHED = "reached"


@staff_page(Permission.MESSAGES_READ)
def calls(request: StaffRequest) -> HttpResponse:
    """The list to call from, and what was called."""
    now = clock.now()
    context = {
        "calls": calls_to_make(now=now),
        "resting": calls_resting(now=now),
        "made": calls_made(),
        "most_tries": MOST_TRIES,
        "tabs": tabs(request, "calls"),
    }
    return render(request, "messaging/console/calls.html", context)


@require_POST
@staff_page(Permission.MESSAGES_WRITE)
def note(request: StaffRequest, public_id: str) -> HttpResponse:
    """What came of calling."""
    try:
        note_call(
            task=call_by_public_id(public_id=public_id), reached=request.POST.get("outcome") == _REACHED,
            note=str(request.POST.get("note", "")), by=request.who, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        toasts.error(request, refusal.sentence)
    else:
        toasts.success(request, _("Noted."))
    return redirect("calls", store=request.store.slug)


urlpatterns = [
    path("messages/calls/", calls, name="calls"),
    path("messages/calls/<str:public_id>/", note, name="note_call"),
]
