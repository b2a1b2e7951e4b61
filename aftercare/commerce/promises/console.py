"""The console's page on promises: how true they were, by week and by lane."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from django.contrib import messages as toasts
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from procrastinate.exceptions import AlreadyEnqueued

from aftercare.commerce.promises.actions import set_handling
from aftercare.commerce.promises.forms import HandlingForm, filled_in
from aftercare.commerce.promises.policy import COVERAGE, ENOUGH
from aftercare.commerce.promises.queries import Kept, handling_of, kept_by_lane, kept_by_week, learned_last
from aftercare.commerce.promises.tasks import learn_from_deliveries
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.templatetags.charts import Line

_LANES = 40
_USUAL = (0.7, 0.9)  # between which a single week may well lie


@staff_page(Permission.SHIPMENTS_READ)
def promises(request: StaffRequest) -> HttpResponse:
    """Of what was promised in the last twelve weeks: the share that arrived within its range."""
    return _page(request, filled_in(handling_of(store=request.store)))


def _page(request: StaffRequest, form: HandlingForm, *, status: int = 200) -> HttpResponse:
    now, zone = clock.now(), request.store.time_zone
    weeks = kept_by_week(zone=zone, now=now)
    context = {
        "learned": learned_last(),
        "form": form,
        "enough": ENOUGH,
        "goal": f"{COVERAGE:.0%}",
        "tiles": _tiles(weeks),
        "line": _line(weeks) if len(weeks) > 1 else None,
        "weeks": [(week, kept, f"{kept.share:.0%}") for week, kept in reversed(weeks)],
        "lanes": [(lane, kept, f"{kept.share:.0%}") for lane, kept in kept_by_lane(zone=zone, now=now, most=_LANES)],
    }
    return render(request, "promises/console/promises.html", context, status=status)


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def handling(request: StaffRequest) -> HttpResponse:
    """Up to when orders leave the same day; history is read anew by it."""
    form = HandlingForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    set_handling(store_id=request.store.pk, said=form.cleaned_data, now=clock.now())
    _learn_soon(request.store.pk)
    toasts.success(request, _("Noted. What is open gets its new dates in a moment."))
    return redirect("promises", store=request.store.slug)


@require_POST
@staff_page(Permission.SHIPMENTS_WRITE)
def learn_now(request: StaffRequest) -> HttpResponse:
    """Staff do not want to wait until tomorrow."""
    _learn_soon(request.store.pk)
    toasts.success(request, _("It is learned anew in the background; parcels on their way get their new dates then."))
    return redirect("promises", store=request.store.slug)


def _learn_soon(store_id: int) -> None:
    """Whoever asks twice waits for the first."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        learn_from_deliveries.configure(queueing_lock=f"learn {store_id}").defer(store_id=store_id)


def _tiles(weeks: Sequence[tuple[date, Kept]]) -> list[dict[str, object]]:
    everything = [kept for _, kept in weeks]
    total = sum(kept.promises for kept in everything)
    if not total:
        return []
    late = sum(kept.late for kept in everything) / total
    held = sum(kept.held for kept in everything) / total
    width = sum(kept.width * kept.promises for kept in everything) / total
    return [
        _tile(_("Arrived within the days promised"), f"{held:.0%}", [kept.share for kept in everything]),
        _tile(_("Arrived after them"), f"{late:.0%}", [kept.late / kept.promises for kept in everything]),
        _tile(_("Days between earliest and latest"), f"{width:.1f}", [kept.width for kept in everything]),
        _tile(_("Parcels promised"), number(total), [kept.promises for kept in everything]),
    ]


def _tile(label: object, value: str, values: Sequence[float]) -> dict[str, object]:
    return {"label": label, "value": value, "values": values}


def _line(weeks: Sequence[tuple[date, Kept]]) -> Line:
    shares = [kept.share for _, kept in weeks]
    return Line(
        values=shares, starts=date_format(weeks[0][0], "MONTH_DAY_FORMAT"),
        ends=date_format(weeks[-1][0], "MONTH_DAY_FORMAT"), highest=f"{max(*shares, _USUAL[1]):.0%}", latest=f"{shares[-1]:.0%}",
        lower=[_USUAL[0]] * len(shares), upper=[_USUAL[1]] * len(shares),
    )  # fmt: skip


urlpatterns = [
    path("promises/", promises, name="promises"),
    path("promises/handling/", handling, name="promises_handling"),
    path("promises/learn/", learn_now, name="promises_learn"),
]

register_entry(
    Entry(
        group="Orders",
        position=35,
        label=_("Delivery promise"),
        icon="calendar-check",
        url_name="promises",
        permission=Permission.SHIPMENTS_READ,
    )
)
