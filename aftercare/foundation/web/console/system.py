"""What keeps the system running: events that subscribers failed on, and how far behind each is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from aftercare.foundation.events.actions import drop_parked
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.events.models import ParkedEvent
from aftercare.foundation.events.queries import (
    count_parked,
    parked_by_id,
    parked_for_list,
    subscribers_progress,
    waiting_parked,
)
from aftercare.foundation.events.reader import load
from aftercare.foundation.events.runner import replay_parked
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.listing import Column, Filters, View, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import SHOWN_PER_KIND, Concern, Concerns, register_concerns

_MOST = 1000
_BADGE_MOST = 99
_SLOW_AFTER = timedelta(minutes=1)
_STATES = (
    (ParkedEvent.State.PARKED.value, gettext_lazy("Waits for you")),
    (ParkedEvent.State.REPLAYED.value, gettext_lazy("Replayed")),
    (ParkedEvent.State.DROPPED.value, gettext_lazy("Given up")),
)
_TONES = {"parked": "attention", "replayed": "good", "dropped": "neutral"}
_COLUMNS = (
    Column(gettext_lazy("Event")),
    Column(gettext_lazy("Failed in")),
    Column(gettext_lazy("State")),
    Column(gettext_lazy("Why")),
    Column(gettext_lazy("Parked")),
)
_VIEWS = (
    View(gettext_lazy("All")),
    View(gettext_lazy("Wait for you"), {"state": "parked"}),
    View(gettext_lazy("Replayed"), {"state": "replayed"}),
    View(gettext_lazy("Given up"), {"state": "dropped"}),
)


class ParkedFilters(Filters):
    """Parked events by state; the search is for the subscriber's name."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", gettext_lazy("All")), *_STATES], required=False
    )


class DropForm(forms.Form):
    """Why an event is given up."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it given up?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


@staff_page(Permission.EVENTS_READ)
def system(request: StaffRequest) -> HttpResponse:
    """Events that wait for a person."""
    filters = ParkedFilters(request)
    found = parked_for_list(
        state=filters.chosen("state") or "", subscriber=filters.chosen("q") or "", after=cursor_of(request)
    )
    context = {
        "listing": listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS),
        "tabs": _tabs(request, "system"),
        "tones": _TONES,
        "states": dict(_STATES),
    }
    return render(request, "web/console/system/parked_events.html", context)


@staff_page(Permission.EVENTS_READ)
def parked(request: StaffRequest, row_id: int) -> HttpResponse:
    """One parked event: what it said, what went wrong, and what can be done."""
    return _parked_page(request, parked_by_id(row_id=row_id), DropForm())


@require_POST
@staff_page(Permission.EVENTS_REPAIR)
def replay(request: StaffRequest, row_id: int) -> HttpResponse:
    """Let the subscriber try again."""
    try:
        replay_parked(parked=parked_by_id(row_id=row_id), by=request.who, now=clock.now())
    except Refusal as refusal:
        toasts.error(request, refusal.sentence)
    else:
        toasts.success(request, _("Replayed: its effects are there now."))
    return redirect("parked", store=request.store.slug, row_id=row_id)


@require_POST
@staff_page(Permission.EVENTS_REPAIR)
def drop(request: StaffRequest, row_id: int) -> HttpResponse:
    """Give an event up, saying why."""
    shown, form = parked_by_id(row_id=row_id), DropForm(request.POST)
    if not form.is_valid():
        return _parked_page(request, shown, form, status=422)
    drop_parked(parked=shown, by=request.who, reason=form.cleaned_data["reason"], now=clock.now())
    toasts.success(request, _("Given up. The event itself stays in the log."))
    return redirect("parked", store=request.store.slug, row_id=row_id)


@staff_page(Permission.EVENTS_READ)
def subscribers(request: StaffRequest) -> HttpResponse:
    """How far each subscriber has read."""
    now = clock.now()
    progress = subscribers_progress()
    slow = [one for one in progress if one.waiting_since and now - one.waiting_since > _SLOW_AFTER]
    context = {"progress": progress, "slow": slow, "tabs": _tabs(request, "subscribers"), "now": now}
    return render(request, "web/console/system/subscribers.html", context)


def _parked_page(request: StaffRequest, shown: ParkedEvent, form: DropForm, *, status: int = 200) -> HttpResponse:
    event = load(shown.event_id)
    context = {
        "parked": shown,
        "label": catalogue.label(shown.event_type),
        "tone": _TONES[shown.state],
        "state": dict(_STATES)[shown.state],
        "event": event,
        "data": orjson.dumps(event.data, option=orjson.OPT_INDENT_2).decode() if event else "",
        "settled_by": actor_name(shown.settled_by) if shown.settled_by else "",
        "form": form,
    }
    return render(request, "web/console/system/parked_event.html", context, status=status)


def _tabs(request: StaffRequest, active: str) -> list[dict[str, Any]]:
    pages = {"system": _("Parked events"), "subscribers": _("Subscribers")}
    return [
        {"label": label, "url": reverse(name, args=[request.store.slug]), "active": name == active}
        for name, label in pages.items()
    ]


def _concerns(store: Store, _now: datetime) -> Concerns:
    waiting: Sequence[ParkedEvent] = waiting_parked(limit=SHOWN_PER_KIND)
    total = count_parked(most=_MOST) if len(waiting) == SHOWN_PER_KIND else len(waiting)
    more = total - len(waiting)
    return Concerns(
        shown=[
            Concern(
                hurts=100,
                icon="circle-alert",
                tone="problem",
                title=_("“%(event)s” could not be worked off") % {"event": catalogue.label(one.event_type)},
                text=one.subscriber,
                at=one.parked_at,
                url=reverse("parked", args=[store.slug, one.pk]),
                action=_("See why"),
            )
            for one in waiting
        ],
        total=total,
        url=reverse("system", args=[store.slug]) + "?state=parked",
        label=ngettext("%(n)s more event is parked", "%(n)s more events are parked", more) % {"n": number(more)},
    )


def _waiting(_store_id: int) -> int:
    """Within the store's scope, as every page is."""
    return count_parked(most=_BADGE_MOST)


urlpatterns = [
    path("system/", system, name="system"),
    path("system/subscribers/", subscribers, name="subscribers"),
    path("system/parked/<int:row_id>/", parked, name="parked"),
    path("system/parked/<int:row_id>/replay/", replay, name="parked_replay"),
    path("system/parked/<int:row_id>/drop/", drop, name="parked_drop"),
]

register_concerns(permission=Permission.EVENTS_READ, find=_concerns)
register_entry(
    Entry(
        group="System",
        position=90,
        label=gettext_lazy("System"),
        icon="activity",
        url_name="system",
        permission=Permission.EVENTS_READ,
        count=_waiting,
    )
)
