"""The sending rules, read as sentences: how much one hears, what goes first, when, and who is spared to measure by."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from aftercare.engagement.messaging.actions.rules import change_sending_rules
from aftercare.engagement.messaging.console.rule_forms import (
    HabitsForm,
    HoursForm,
    LimitForm,
    PrioritiesForm,
)
from aftercare.engagement.messaging.console.tabs import tabs
from aftercare.engagement.messaging.measuring import control_group
from aftercare.engagement.messaging.policy.countries import country_table
from aftercare.engagement.messaging.queries import rules_kept
from aftercare.engagement.messaging.sending_rules import MOST_HOURS, MOST_LIMITS, SendingRulesIn, rules_of
from aftercare.engagement.messaging.wording import hours_in_words, limit_in_words, row_in_words, rules_in_words
from aftercare.foundation.events.timelines import names_of
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_SHOWN_VERSIONS = 10
_FORMS = ("limit", "hours", "habits", "priorities")


@staff_page(Permission.MESSAGES_READ)
def sending_rules(request: StaffRequest) -> HttpResponse:
    """What holds, sentence by sentence, and what held before."""
    return _page(request)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def change(request: StaffRequest) -> HttpResponse:
    """Add or remove a limit or hours, or set habits and priorities."""
    rules, what = _rules(request), request.POST.get("do", "")
    bound = _bound(request, rules, what)
    if bound is not None and not bound.is_valid():
        return _page(request, bound={what: bound}, status=422)
    changed = dict(_changes(rules, what, bound))
    if changed:
        told = rules.model_copy(update=changed)
        change_sending_rules(store=request.store, rules=told, by=request.who, now=clock.now())
        toasts.success(request, _("It holds from the next decision on."))
    return redirect("sending_rules", store=request.store.slug)


def _bound(request: StaffRequest, rules: SendingRulesIn, what: str) -> forms.Form | None:
    match what:
        case "limit":
            return LimitForm(request.POST)
        case "hours":
            return HoursForm(request.POST)
        case "habits":
            return HabitsForm(request.POST)
        case "priorities":
            return PrioritiesForm(request.POST, rules=rules)
    return None


def _changes(rules: SendingRulesIn, what: str, form: forms.Form | None) -> Iterator[tuple[str, Any]]:
    """What of the rules is to be otherwise."""
    match form:
        case LimitForm() if len(rules.limits) < MOST_LIMITS:
            yield "limits", (*rules.limits, form.limit())
        case HoursForm() if len(rules.hours) < MOST_HOURS:
            yield "hours", (*rules.hours, form.hours())
        case HabitsForm():
            yield from form.cleaned_data.items()
        case PrioritiesForm():
            yield "priorities", form.priorities()
    for name in ("limits", "hours"):
        place = what.removeprefix(f"remove-{name}-")
        if place != what and place.isdecimal():
            kept = getattr(rules, name)
            yield name, (*kept[: int(place)], *kept[int(place) + 1 :])


def _rules(request: StaffRequest) -> SendingRulesIn:
    return rules_of(store_ids={request.store.pk})[request.store.pk].told


def _page(
    request: StaffRequest, *, bound: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    rules, kept = _rules(request), rules_kept(limit=_SHOWN_VERSIONS)
    fresh = {
        "limit": LimitForm(), "hours": HoursForm(), "habits": HabitsForm(initial=HabitsForm.said_of(rules)),
        "priorities": PrioritiesForm(rules=rules),
    }  # fmt: skip
    context: dict[str, Any] = {
        "tabs": tabs(request, "sending_rules"), "rules": rules, "forms": {**fresh, **(bound or {})},
        "limits": list(enumerate(limit_in_words(one) for one in rules.limits)),
        "hours": list(enumerate(row_in_words(one) for one in rules.hours)),
        "countries": [
            {"country": row.country, "channels": ", ".join(row.channels), "hours": hours_in_words(row.hours),
             "source": row.hours.source}
            for row in country_table()
        ],
        "control": control_group(store_id=request.store.pk, rules=rules_of(store_ids={request.store.pk})[request.store.pk]),
        "versions": [(one, rules_in_words(one.rules)) for one in kept], "names": names_of(one.by for one in kept),
    }  # fmt: skip
    return render(request, "messaging/console/rules.html", context, status=status)


urlpatterns = [
    path("messages/rules/", sending_rules, name="sending_rules"),
    path("messages/rules/change/", change, name="sending_rules_change"),
]
