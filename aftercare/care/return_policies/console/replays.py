"""Replays: the draft tried on everything that was delivered in twelve months, beside what is in force."""

from contextlib import suppress
from typing import Any

from django.contrib import messages as toasts
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from procrastinate.exceptions import AlreadyEnqueued

from aftercare.care.return_policies.actions import ask_replay
from aftercare.care.return_policies.phrases import amount
from aftercare.care.return_policies.queries import draft_policy, replay_by_public_id
from aftercare.care.return_policies.tasks import replay_return_policy
from aftercare.care.return_policies.vocabulary import Outcome
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.amounts import number


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def ask(request: StaffRequest) -> HttpResponse:
    """Ask for one of the draft; a worker does it."""
    policy, _revision = draft_policy()
    run = ask_replay(store=request.store, policy=policy, by=request.who, now=clock.now())
    with suppress(AlreadyEnqueued), transaction.atomic():
        replay_return_policy.configure(queueing_lock=f"replay {run.public_id}").defer(
            store_id=request.store.pk, replay=run.public_id
        )
    toasts.success(request, _("It is being tried on what was delivered in the last twelve months."))
    return redirect("return_policy_replay", store=request.store.slug, public_id=run.public_id)


@staff_page(Permission.ORDERS_READ)
def replay(request: StaffRequest, public_id: str) -> HttpResponse:
    """What one came to: who would be denied, who gains, and what it costs."""
    run = replay_by_public_id(public_id=public_id)
    sections = [
        (title, [_tally(currency, tally) for currency, tally in sorted(run.found.get(key, {}).items())])
        for key, title in (("all", _("Everything that was delivered")), ("returned", _("What was really paid back")))
    ]
    return render(request, "return_policies/console/replay.html", {
        "run": run, "sections": sections, "denied": run.found.get("denied", ()), "gained": run.found.get("gained", ()),
        "now": clock.now(),
    })  # fmt: skip


def _tally(currency: str, tally: dict[str, Any]) -> dict[str, Any]:
    """One currency as a table: under what is in force, and under what was tried."""
    before, after = tally["before"], tally["after"]
    rows = [(_("Can be returned"), *(number(side["returnable"]) for side in (before, after)))]
    rows += [
        (str(outcome.label), *(number(side["outcomes"].get(outcome.value, 0)) for side in (before, after)))
        for outcome in Outcome
        if before["outcomes"].get(outcome.value) or after["outcomes"].get(outcome.value)
    ]
    money = {
        "refunds": _("Refunds, if all of it came back for money"), "restocking": _("of which kept back"),
        "fees": _("and fees for sending back"), "bonus": _("Bonus, if all of it stayed as credit or exchange"),
    }  # fmt: skip
    rows += [(label, *(amount(side[key], currency) for side in (before, after))) for key, label in money.items()]
    rows.append((_("Worth more as credit or exchange"), *(_share(side, "stays") for side in (before, after))))
    days = [f"{side['days'] / side['limited']:.0f}" if side["limited"] else "-" for side in (before, after)]
    rows.append((_("Days until the last day, on average"), *days))
    return {
        "currency": currency, "rows": rows, "lines": tally["lines"], "denied": tally["denied"], "gained": tally["gained"],
    }  # fmt: skip


def _share(side: dict[str, Any], key: str) -> str:
    return f"{side[key] / side['returnable']:.0%}" if side["returnable"] else "-"


urlpatterns = [
    path("return-policy/replays/", ask, name="return_policy_replay_ask"),
    path("return-policy/replays/<str:public_id>/", replay, name="return_policy_replay"),
]
