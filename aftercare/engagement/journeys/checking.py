"""What is wrong with a journey, or could be better, before anybody is on it. Pure: one small function for each rule."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from aftercare.engagement.journeys.case import Case, Problem, Rule, at, objections_to_condition, objections_to_settings
from aftercare.engagement.journeys.choices import SUBJECTS
from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.engagement.journeys.dates import dates
from aftercare.engagement.journeys.definition import END, Definition, StepUse
from aftercare.engagement.journeys.objections import Objection, Surroundings, Weight
from aftercare.engagement.journeys.rules_of_leaving import leaving_can_be_asked, what_ends_it_can_happen
from aftercare.engagement.journeys.rules_of_waiting import (
    nobody_waits_for_the_end,
    waits_are_one,
    what_is_awaited_is_to_come,
)
from aftercare.engagement.journeys.sentences import condition_text
from aftercare.engagement.journeys.steps import steps
from aftercare.engagement.journeys.triggers import is_known, subjects_of, trigger_text

TRIGGER, ENTRY, STEPS = "trigger", "entry", "steps"


def problems_of(definition: Definition, *, written: frozenset[str]) -> list[Problem]:
    """All that the rules find; `written` names the message templates that have a live version."""
    case = Case(definition, written)
    return [problem for rule in RULES for problem in rule(case)]


def it_does_something(case: Case) -> Iterator[Problem]:
    if not case.definition.steps:
        yield Problem(STEPS, _("There is no step yet."))


def it_can_begin(case: Case) -> Iterator[Problem]:
    trigger, entry = case.definition.trigger, case.definition.entry
    if not is_known(trigger):
        yield Problem(TRIGGER, _("There is no event “%(name)s”.") % {"name": trigger}, field="trigger")
    elif entry.once_per in SUBJECTS and entry.once_per not in subjects_of(trigger=trigger):
        subject = SUBJECTS[entry.once_per]
        sentence = _("“%(event)s” is about no %(subject)s, so nobody would enter.")
        yield Problem(
            ENTRY, sentence % {"event": trigger_text(trigger, case.definition.settings), "subject": subject}, field="once_per"
        )  # fmt: skip
    for objection in objections_to_settings(dates, trigger, case.definition.settings) if trigger in dates else ():
        yield at(TRIGGER, objection)
    if entry.again_after_days and entry.once_per not in SUBJECTS:
        sentence = _("“Again after” needs to know for whom: choose once per order, parcel or customer.")
        yield Problem(ENTRY, sentence, field="again_after_days")


def conditions_can_be_asked(case: Case) -> Iterator[Problem]:
    for index, use in enumerate(case.definition.conditions):
        for objection in objections_to_condition(use):
            yield at(f"conditions[{index}]", objection)


def settings_fit(case: Case) -> Iterator[Problem]:
    for use in case.definition.steps:
        found = [*objections_to_settings(steps, use.kind, use.config)]
        for asked in case.questions.get(use.id, ()):
            found += objections_to_condition(asked)
        for objection in found:
            yield at(use.id, objection)


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
                yield at(use.id, objection)


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
    for step_id, asked in case.questions.items():
        if step_id in at_once and not all(map(_is_settled, asked)):
            early = next(use for use in asked if not _is_settled(use))
            sentence = _(
                "This asks whether %(what)s, and no wait comes before: it is answered the moment the journey begins."
            )
            yield Problem(step_id, sentence % {"what": condition_text(early)}, Weight.ADVICE)


def it_looks_before_it_speaks(case: Case) -> Iterator[Problem]:
    if case.definition.conditions:
        return
    late = set[str]().union(*(case.reached_from(use.id) for use in case.definition.steps if case.waits(use.id)))
    asked = set[str]().union(*(case.reached_from(step) for step in case.questions))
    for use in case.definition.steps:
        if use.kind in steps and steps[use.kind].speaks and use.id in late - asked:
            sentence = _("Nothing is looked at after the wait: it goes out even if the order was cancelled meanwhile.")
            yield Problem(use.id, sentence, Weight.ADVICE)


RULES: tuple[Rule, ...] = (
    it_does_something, it_can_begin, conditions_can_be_asked, settings_fit, ways_exist, kinds_agree,
    everybody_gets_there, circles_wait, there_is_an_end, questions_come_late_enough, it_looks_before_it_speaks,
    waits_are_one, what_is_awaited_is_to_come, leaving_can_be_asked, what_ends_it_can_happen, nobody_waits_for_the_end,
)  # fmt: skip


def _kind_says(case: Case, use: StepUse) -> Iterator[Objection]:
    around = Surroundings(
        trigger=case.definition.trigger, ways=case.targets[use.id], written=case.written, waited=case.waited[use.id]
    )
    yield from steps[use.kind].check(case.configs[use.id], around)


def _is_settled(use: ConditionUse) -> bool:
    return use.kind in conditions and conditions[use.kind].settled
