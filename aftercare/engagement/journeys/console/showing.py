"""All that the editor's page shows, put together."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from aftercare.engagement.journeys.actions.rehearse import Moment, Rehearsal, rehearse
from aftercare.engagement.journeys.case import Problem
from aftercare.engagement.journeys.checking import problems_of
from aftercare.engagement.journeys.console.opened import Opened, kept_query
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.drafts import Working, written_templates
from aftercare.engagement.journeys.editing import LEAVE, ONLY
from aftercare.engagement.journeys.examples import Example, example_by_id, examples
from aftercare.engagement.journeys.forms import PublishForm
from aftercare.engagement.journeys.models import Journey
from aftercare.engagement.journeys.overview import step_counts
from aftercare.engagement.journeys.sentences import (
    Reading,
    StepSentence,
    condition_text,
    events_of_leaving,
    leaving_text,
    read,
)
from aftercare.engagement.journeys.triggers import example_type
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.web.staff_edge import StaffRequest

FLOW = "flow"
_PREVIEWED = "preview"


@dataclass(frozen=True)
class Shown:
    """The journey as it would go for a real customer, and who else it could be tried on."""

    example: Example | None
    others: list[Example]
    words: str
    rehearsal: Rehearsal | None


def is_in_place(request: StaffRequest) -> bool:
    """Whether a script asks for the flow alone, to open something in it."""
    return request.headers.get("HX-Target") == FLOW


def editor_context(
    request: StaffRequest, *, journey: Journey, working: Working, opened: Opened | None, now: datetime
) -> dict[str, Any]:
    """The editor's page; without the preview where only the flow is asked for again."""
    reading = read(working.definition)
    numbers = numbers_of(reading)
    problems = problems_of(working.definition, written=written_templates())
    problems.sort(key=lambda problem: (not problem.blocks, numbers.get(problem.place, 0)))
    shown = None if is_in_place(request) else rehearsed(request, working.definition, now=now)
    return {
        "journey": journey,
        "working": working,
        "reading": reading,
        "asked": _asked(working.definition),
        "leaving": list(_leaving(working.definition)),
        "counts": step_counts(journey=journey, now=now),
        "problems": _by_place(problems),
        "errors": sum(problem.blocks for problem in problems),
        "advice": sum(not problem.blocks for problem in problems),
        "listed": [(problem, _anchor(problem), numbers.get(problem.place)) for problem in problems],
        "opened": opened,
        "keep": kept_query(request),
        "changed_by": actor_name(working.draft.changed_by) if working.draft else "",
        "publish_form": PublishForm(),
        "shown": shown,
        "example_kind": catalogue.label(example_type(working.definition.trigger)),
        "moments": _moments(shown, reading),
        "now": now,
    }


def rehearsed(request: StaffRequest, definition: Definition, *, now: datetime) -> Shown | None:
    """The definition tried on the event that the address names, else on the latest of its kind."""
    store_id, words = request.store.pk, request.GET.get("q", "")
    kind = example_type(definition.trigger)
    found = examples(store_id=store_id, trigger=kind, words=words)
    chosen = example_by_id(
        store_id=store_id, event_id=request.GET.get("event", ""), trigger=kind
    ) or next(iter(found), None)  # fmt: skip
    if chosen is None or not definition.steps:
        return Shown(chosen, found, words, None)
    gives_up = frozenset(request.GET.get("gives_up", "").split(",")) - {""}
    gone_through = rehearse(
        definition=definition, journey_key=_PREVIEWED, event=chosen.event, now=now, gives_up=gives_up
    )  # fmt: skip
    return Shown(chosen, found, words, gone_through)


def numbers_of(reading: Reading) -> dict[str, int]:
    """The number of each step on the page."""
    return {step.id: step.number for step in reading.steps}


@dataclass(frozen=True)
class Asked:
    """A condition of the whole journey on its page."""

    group: str
    place: int
    text: str

    @property
    def slot(self) -> str:
        """Where its form opens."""
        return f"{self.group}-{self.place}"

    @property
    def problem_place(self) -> str:
        """What the rules call it."""
        return f"{'leaving.when' if self.group == LEAVE else 'conditions'}[{self.place}]"


def _asked(definition: Definition) -> list[Asked]:
    only = [_("only while %(text)s") % {"text": condition_text(use)} for use in definition.conditions]
    leave = [leaving_text(use) for use in definition.leaving.when]
    return [
        *(Asked(ONLY, place, text) for place, text in enumerate(only)),
        *(Asked(LEAVE, place, text) for place, text in enumerate(leave)),
    ]


def _leaving(definition: Definition) -> Iterator[tuple[str, str]]:
    """Each part of leaving by events that says something, and what."""
    leaving = definition.leaving
    parts = [part for part, events in (("goal", leaving.goal), ("exits", leaving.exits)) if events]
    yield from zip(parts, events_of_leaving(leaving), strict=True)


def _moments(shown: Shown | None, reading: Reading) -> list[tuple[Moment, StepSentence]]:
    sentences = {step.id: step for step in reading.steps}
    rehearsal = shown.rehearsal if shown else None
    return [(moment, sentences[moment.step]) for moment in rehearsal.moments] if rehearsal else []


def _by_place(problems: list[Problem]) -> dict[str, list[Problem]]:
    found = defaultdict(list)
    for problem in problems:
        found[problem.place].append(problem)
    return dict(found)


def _anchor(problem: Problem) -> str:
    """Where on the page a problem's sentence stands."""
    if problem.place in ("trigger", "entry") or problem.place.startswith(("conditions[", "leaving")):
        return "begin"
    return FLOW if problem.place == "steps" else f"step-{problem.place}"
