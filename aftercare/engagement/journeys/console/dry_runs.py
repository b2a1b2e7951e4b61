"""Trying a journey on past events: begin a dry run, see how far it is, read what came of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.engagement.journeys.actions.dry_runs import begin_dry_run, stop_dry_run
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.dry_run.caveats import caveats
from aftercare.engagement.journeys.dry_run.models import DryRun, Fate
from aftercare.engagement.journeys.dry_run.queries import (
    dry_run_by_public_id,
    dry_run_messages,
    dry_runs_of,
    subjects_of_messages,
)
from aftercare.engagement.journeys.models import Version
from aftercare.engagement.journeys.overview import StepCount, journey_by_public_id
from aftercare.engagement.journeys.people import names_of_actors
from aftercare.engagement.journeys.sentences import read
from aftercare.engagement.messaging.policy import Reason
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, Filters, View, cursor_of, listing
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.charts import Line

_DRAFT = "draft"
_DAYS = (7, 30, 60)
_COLUMNS = (
    Column(gettext_lazy("Who")),
    Column(gettext_lazy("Order")),
    Column(gettext_lazy("What")),
    Column(gettext_lazy("When")),
    Column(gettext_lazy("What would have become of it")),
)
_VIEWS = (View(gettext_lazy("All")), *(View(fate.label, {"fate": fate.value}) for fate in Fate))


class DryRunForm(forms.Form):
    """Which days, and of what."""

    days = forms.TypedChoiceField(coerce=int, choices=[(days, days) for days in _DAYS])
    until = forms.DateTimeField(required=False)
    version = forms.CharField(required=False, max_length=10)


class MessageFilters(Filters):
    """Messages by what would have become of them, why, and at which step."""

    fate = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=[("", gettext_lazy("All")), *Fate.choices], required=False
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=[("", gettext_lazy("All")), *Reason.choices], required=False
    )
    step = forms.SlugField(label=gettext_lazy("Step"), required=False, max_length=40)


@dataclass(frozen=True)
class Figure:
    """How many, for a reason."""

    count: int
    label: str
    reason: str


@staff_page(Permission.JOURNEYS_READ)
def dry_runs(request: StaffRequest, public_id: str) -> HttpResponse:
    """The latest of a journey."""
    found = journey_by_public_id(public_id=public_id)
    runs = dry_runs_of(journey=found)
    people = names_of_actors(run.asked_by for run in runs)
    return render(request, "journeys/console/dry_run/runs.html", {"journey": found, "runs": runs, "people": people})


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def begin(request: StaffRequest, public_id: str) -> HttpResponse:
    """Ask for one."""
    found, form, now = journey_by_public_id(public_id=public_id), DryRunForm(request.POST), clock.now()
    if not form.is_valid():
        toasts.error(request, _("Choose how many days."))
        return redirect("journey", store=request.store.slug, public_id=public_id)
    said = form.cleaned_data
    until = said["until"] or now
    versions = Version.objects.filter(journey=found)
    version = (
        None if said["version"] == _DRAFT
        else versions.filter(number=said["version"]).first() if said["version"].isdecimal()
        else versions.filter(is_live=True).first()
    )  # fmt: skip
    try:
        run = begin_dry_run(
            journey=found, version=version, since=until - timedelta(days=said["days"]), until=until, by=request.who,
            now=now,
        )  # fmt: skip
    except Refusal as refusal:
        toasts.error(request, f"{refusal.sentence} {refusal.remedy}")
        return redirect("dry_runs", store=request.store.slug, public_id=public_id)
    return redirect("dry_run", store=request.store.slug, public_id=run.public_id)


@require_POST
@staff_page(Permission.JOURNEYS_WRITE)
def stop(request: StaffRequest, public_id: str) -> HttpResponse:
    """Let it be."""
    stop_dry_run(run=dry_run_by_public_id(public_id=public_id), now=clock.now())
    return redirect("dry_run", store=request.store.slug, public_id=public_id)


@staff_page(Permission.JOURNEYS_READ)
def dry_run(request: StaffRequest, public_id: str) -> HttpResponse:
    """How far it is; once it is done, the figures on every step and day, and who, what, when, and why not."""
    run = dry_run_by_public_id(public_id=public_id)
    definition = Definition.model_validate(run.definition)
    context: dict[str, Any] = {
        "run": run, "journey": run.journey, "asked_by": names_of_actors([run.asked_by])[run.asked_by], "problems": {},
    }  # fmt: skip
    if run.state == DryRun.State.DONE:
        filters = MessageFilters(request)
        shown = dry_run_messages(
            run=run, fate=filters.chosen("fate") or "", reason=filters.chosen("reason") or "",
            step=filters.chosen("step") or "", after=cursor_of(request),
        )  # fmt: skip
        reading, total = read(definition), sum(run.found["messages"].values())
        context |= {
            "found": run.found,
            "reading": reading,
            "counts": _counts(run.found),
            "sentences": {step.id: step for step in reading.steps},
            "held": _figures(run.found["held"]),
            "dropped": _figures(run.found["dropped"]),
            "standing": sum(run.found["standing"].values()),
            "total": total,
            "sent_by_day": _line(run, [Fate.SENT, Fate.MERGED]),
            "held_by_day": _line(run, [Fate.DROPPED, Fate.WAITING]),
            "caveats": caveats(definition, imported=run.found["imported"]),
            "listing": listing(request, filters=filters, page=shown, columns=_COLUMNS, views=_VIEWS),
            "subjects": subjects_of_messages(shown.rows),
        }
    return render(request, "journeys/console/dry_run/run.html", context)


def _counts(found: dict[str, Any]) -> dict[str, StepCount]:
    """As the journey's own page shows them."""
    counts = {step: StepCount(outcomes=outcomes) for step, outcomes in found["steps"].items()}
    for step, standing in found["standing"].items():
        counts.setdefault(step, StepCount()).waiting = standing
    return counts


def _figures(by_reason: dict[str, int]) -> list[Figure]:
    return [Figure(count, str(Reason(reason).label), reason) for reason, count in by_reason.items()]


def _line(run: DryRun, fates: list[Fate]) -> Line | None:
    """One value for each day of the run's; None where there is nothing to draw."""
    by_day = {day["day"]: sum(day[fate.value] for fate in fates) for day in run.found["days"]}
    if not any(by_day.values()):
        return None
    first, last = date.fromisoformat(min(by_day)), run.until.date()
    first = min(first, run.since.date() + timedelta(days=1))
    days = [first + timedelta(days=number) for number in range(max(2, (last - first).days + 1))]
    values = [by_day.get(day.isoformat(), 0) for day in days]
    return Line(
        values, starts=date_format(days[0], "j M"), ends=date_format(days[-1], "j M"), highest=f"{max(values):,}",
        latest=f"{sum(values):,}",
    )  # fmt: skip
