"""What is wrong with a journey, or could be better, before anybody is on it. Pure: one small function for each rule."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from aftercare.engagement.journeys.choices import SUBJECTS
from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.engagement.journeys.definition import END, Definition, StepUse
from aftercare.engagement.journeys.objections import Objection, Surroundings, Weight
from aftercare.engagement.journeys.outline import targets
from aftercare.engagement.journeys.steps import steps
from aftercare.engagement.journeys.triggers import subjects_of
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.web.fields import refusal_of

TRIGGER, ENTRY, STEPS = "trigger", "entry", "steps"


@dataclass(frozen=True, slots=True)
class Problem:
    """An objection and its place: a step's id, `trigger`, `entry`, `conditions[0]`, or `steps` for all of them."""

    place: str
    sentence: str
    weight: Weight = Weight.ERROR
    field: str = ""

    @property
    def blocks(self) -> bool:
        return self.weight == Weight.ERROR


class Case:
    """A definition under examination, with what several rules look at."""

    def __init__(self, definition: Definition, written: frozenset[str]) -> None:
        self.definition = definition
        self.written = written
        self.targets = targets(definition)
        self.first = definition.steps[0].id if definition.steps else END

    @cached_property
    def configs(self) -> dict[str, BaseModel]:
        """The settings of every step whose kind is known and takes them."""
        parsed = ((use.id, parse_config(steps, use.kind, use.config)) for use in self.definition.steps)
        return {step_id: config for step_id, config in parsed if config is not None}

    @cached_property
    def spans(self) -> dict[str, timedelta | None]:
        """How long each step holds people up; None where it waits for an event."""
        kinds = {use.id: use.kind for use in self.definition.steps}
        return {step_id: steps[kinds[step_id]].span(config) for step_id, config in self.configs.items()}

    def waits(self, step_id: str) -> bool:
        return self.spans.get(step_id, timedelta()) != timedelta()

    @cached_property
    def waited(self) -> dict[str, timedelta]:
        """The least time people have waited before each step that is reached, since the last event was heard of."""
        found, open_ends = {self.first: timedelta()}, [self.first]
        while open_ends:
            at = open_ends.pop()
            for way, target in self.targets.get(at, {}).items():
                span = self.spans.get(at, timedelta())
                so_far = found[at] + span if span is not None else found[at] if way != "next" else timedelta()
                if target not in found or so_far < found[target]:
                    found[target] = so_far
                    open_ends.append(target)
        return found

    def reached_from(self, step_id: str, *, past: Callable[[str], bool] = lambda _step: True) -> set[str]:
        """Where one may get to from a step, going on only from steps that `past` lets through."""
        found: set[str] = set()
        open_ends = [step_id] if past(step_id) else []
        while open_ends:
            for target in self.targets.get(open_ends.pop(), {}).values():
                if target not in found:
                    found.add(target)
                    open_ends += [target] if past(target) else []
        return found


Rule = Callable[[Case], Iterator[Problem]]


def problems_of(definition: Definition, *, written: frozenset[str]) -> list[Problem]:
    """All that the rules find; `written` names the message templates that have a live version."""
    case = Case(definition, written)
    return [problem for rule in RULES for problem in rule(case)]


def it_does_something(case: Case) -> Iterator[Problem]:
    if not case.definition.steps:
        yield Problem(STEPS, _("There is no step yet."))


def it_can_begin(case: Case) -> Iterator[Problem]:
    trigger, entry = case.definition.trigger, case.definition.entry
    if catalogue.get(trigger) is None:
        yield Problem(TRIGGER, _("There is no event “%(name)s”.") % {"name": trigger}, field="trigger")
    elif entry.once_per in SUBJECTS and entry.once_per not in subjects_of(trigger=trigger):
        subject = SUBJECTS[entry.once_per]
        sentence = _("“%(event)s” is about no %(subject)s, so nobody would enter.")
        yield Problem(
            ENTRY, sentence % {"event": catalogue.label(trigger), "subject": subject}, field="once_per"
        )  # fmt: skip
    if entry.again_after_days and entry.once_per not in SUBJECTS:
        sentence = _("“Again after” needs to know for whom: choose once per order, parcel or customer.")
        yield Problem(ENTRY, sentence, field="again_after_days")


def conditions_can_be_asked(case: Case) -> Iterator[Problem]:
    for index, use in enumerate(case.definition.conditions):
        for objection in _objections_to_condition(use):
            yield _at(f"conditions[{index}]", objection)


def settings_fit(case: Case) -> Iterator[Problem]:
    for use in case.definition.steps:
        found = [*_objections_to_settings(steps, use.kind, use.config)]
        config = case.configs.get(use.id)
        if isinstance(config, ConditionUse):
            found += _objections_to_condition(config)
        for objection in found:
            yield _at(use.id, objection)


def ways_exist(case: Case) -> Iterator[Problem]:
    for use in case.definition.steps:
        for way in use.branches:
            if way not in case.targets[use.id]:
                yield Problem(use.id, _("This step has no way out called “%(way)s”.") % {"way": way}, field="branches")


def kinds_agree(case: Case) -> Iterator[Problem]:
    """What each kind has to say about its own settings in their place."""
    for use in case.definition.steps:
        if use.id in case.configs and use.id in case.waited:
            for objection in _kind_says(case, use):
                yield _at(use.id, objection)


def everybody_gets_there(case: Case) -> Iterator[Problem]:
    for use in case.definition.steps:
        if use.id not in case.waited:
            yield Problem(use.id, _("Nobody gets here: no way leads to this step."))


def circles_wait(case: Case) -> Iterator[Problem]:
    """Else whoever comes in goes round until the scheduler takes them out."""
    for use in case.definition.steps:
        if use.id in case.reached_from(use.id, past=lambda step: not case.waits(step)):
            yield Problem(use.id, _("The steps lead back to here without a wait between."))


def there_is_an_end(case: Case) -> Iterator[Problem]:
    ends = {END, *(use.id for use in case.definition.steps if not case.targets[use.id])}
    for use in case.definition.steps:
        if use.id in case.waited and use.id not in ends and not ends & case.reached_from(use.id):
            yield Problem(use.id, _("From here nobody ever comes to the end."))


def questions_come_late_enough(case: Case) -> Iterator[Problem]:
    """What may still change is asked when it has had time to."""
    at_once = {case.first} | case.reached_from(case.first, past=lambda step: not case.waits(step))
    for step_id, config in case.configs.items():
        if step_id in at_once and isinstance(config, ConditionUse) and not _is_settled(config):
            sentence = _("No wait comes before this question, so it is answered the moment the journey begins.")
            yield Problem(step_id, sentence, Weight.ADVICE)


def it_looks_before_it_speaks(case: Case) -> Iterator[Problem]:
    if case.definition.conditions:
        return
    late = set[str]().union(*(case.reached_from(use.id) for use in case.definition.steps if case.waits(use.id)))
    asked = set[str]().union(
        *(case.reached_from(step) for step, config in case.configs.items() if isinstance(config, ConditionUse))
    )
    for use in case.definition.steps:
        if use.kind in steps and steps[use.kind].speaks and use.id in late - asked:
            sentence = _("Nothing is looked at after the wait: it goes out even if the order was cancelled meanwhile.")
            yield Problem(use.id, sentence, Weight.ADVICE)


RULES: tuple[Rule, ...] = (
    it_does_something, it_can_begin, conditions_can_be_asked, settings_fit, ways_exist, kinds_agree,
    everybody_gets_there, circles_wait, there_is_an_end, questions_come_late_enough, it_looks_before_it_speaks,
)  # fmt: skip


def parse_config(kinds: Any, kind: str, config: Mapping[str, Any]) -> BaseModel | None:
    """The settings as their kind reads them; None where it is unknown or they do not fit."""
    if kind not in kinds:
        return None
    try:
        parsed: BaseModel = kinds[kind].Config.model_validate(config)
    except (ValidationError, Refusal):
        return None
    return parsed


def _objections_to_settings(kinds: Any, kind: str, config: Mapping[str, Any]) -> Iterator[Objection]:
    if kind not in kinds:
        yield Objection(_("“%(kind)s” is not installed.") % {"kind": kind}, field="kind")
        return
    try:
        kinds[kind].Config.model_validate(config)
    except ValidationError as error:
        for one in error.errors():
            refusal = refusal_of(one, place=one["loc"])
            yield Objection(refusal.sentence, field=refusal.field)
    except Refusal as refusal:
        yield Objection(refusal.sentence, field=refusal.field)


def _objections_to_condition(use: ConditionUse) -> Iterator[Objection]:
    return _objections_to_settings(conditions, use.kind, use.config)


def _kind_says(case: Case, use: StepUse) -> Iterator[Objection]:
    around = Surroundings(
        trigger=case.definition.trigger, ways=case.targets[use.id], written=case.written, waited=case.waited[use.id]
    )
    yield from steps[use.kind].check(case.configs[use.id], around)


def _is_settled(use: ConditionUse) -> bool:
    return use.kind in conditions and conditions[use.kind].settled


def _at(place: str, objection: Objection) -> Problem:
    return Problem(place, objection.sentence, objection.weight, objection.field)
