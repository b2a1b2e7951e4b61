"""What can be wrong with goals and early exits. Pure: one small function for each rule."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from aftercare.engagement.journeys.case import Case, Problem, at, objections_to_condition
from aftercare.engagement.journeys.choices import CUSTOMER, SUBJECTS
from aftercare.engagement.journeys.triggers import subjects_of
from aftercare.foundation.events.base import catalogue

LEAVING = "leaving"


def leaving_can_be_asked(case: Case) -> Iterator[Problem]:
    """Conditions fit, and are not those that must be so for anything to be said."""
    for index, use in enumerate(case.definition.leaving.when):
        place = f"{LEAVING}.when[{index}]"
        for objection in objections_to_condition(use):
            yield at(place, objection)
        if use in case.definition.conditions:
            yield Problem(place, _("Nothing is said unless this is so, and everybody leaves when it is."))


def what_ends_it_can_happen(case: Case) -> Iterator[Problem]:
    """To whom the journey is about, and after it has begun."""
    trigger = case.definition.trigger
    for name, by in case.definition.leaving.events.items():
        label = {"event": catalogue.label(name), "subject": SUBJECTS[by]}
        if catalogue.get(name) is None:
            yield Problem(LEAVING, _("There is no event “%(event)s”.") % label)
        elif by not in subjects_of(trigger=trigger):
            sentence = _("What starts this journey is about no %(subject)s, so “%(event)s” never ends it.")
            yield Problem(LEAVING, sentence % label)
        elif by not in subjects_of(trigger=name):
            yield Problem(LEAVING, _("“%(event)s” is about no %(subject)s, so it never ends the journey.") % label)
        elif name == trigger and by != CUSTOMER:
            sentence = _("“%(event)s” is what starts this journey; to the same %(subject)s it does not happen again.")
            yield Problem(LEAVING, sentence % label)
