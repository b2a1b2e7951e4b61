"""All that the editor's page shows, put together."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftercare.engagement.journeys.actions.rehearse import Moment, Rehearsal, rehearse
from aftercare.engagement.journeys.checking import Problem, problems_of
from aftercare.engagement.journeys.console.opened import Opened, kept_query
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.drafts import Working, written_templates
from aftercare.engagement.journeys.examples import Example, example_by_id, examples
from aftercare.engagement.journeys.forms import PublishForm
from aftercare.engagement.journeys.models import Journey
from aftercare.engagement.journeys.overview import step_counts
from aftercare.engagement.journeys.sentences import Reading, StepSentence, read
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
        "conditions": list(enumerate(reading.conditions)),
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
        "moments": _moments(shown, reading),
        "now": now,
    }


def rehearsed(request: StaffRequest, definition: Definition, *, now: datetime) -> Shown | None:
    """The definition tried on the event that the address names, else on the latest of its kind."""
    store_id, words = request.store.pk, request.GET.get("q", "")
    found = examples(store_id=store_id, trigger=definition.trigger, words=words)
    chosen = example_by_id(
        store_id=store_id, event_id=request.GET.get("event", ""), trigger=definition.trigger
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
    if problem.place in ("trigger", "entry") or problem.place.startswith("conditions["):
        return "begin"
    return FLOW if problem.place == "steps" else f"step-{problem.place}"
