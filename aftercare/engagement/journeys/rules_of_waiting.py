"""What can be wrong with waiting. Pure: one small function for each rule."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from aftercare.engagement.journeys.case import Case, Problem
from aftercare.engagement.journeys.choices import CUSTOMER
from aftercare.engagement.journeys.objections import Weight
from aftercare.foundation.events.base import catalogue


def waits_are_one(case: Case) -> Iterator[Problem]:
    """Two of a kind in a row, with nothing between, are one that lasts longer."""
    kinds = {use.id: use.kind for use in case.definition.steps}
    for step_id, kind in kinds.items():
        before = [other for other, ways in case.targets.items() if step_id in ways.values() and other != step_id]
        is_same = len(before) == 1 and kinds[before[0]] == kind and step_id != case.first
        if is_same and case.spans.get(step_id) and case.spans.get(before[0]):
            yield Problem(step_id, _("Two waits in a row: one that lasts as long does the same."), Weight.ADVICE)


def what_is_awaited_is_to_come(case: Case) -> Iterator[Problem]:
    """What starts a journey has happened; to the same order or parcel it does not happen anew."""
    for step_id, awaited in case.awaited.items():
        if awaited.by != CUSTOMER and case.definition.trigger in awaited.events:
            sentence = _("“%(event)s” is what starts this journey, so nobody waits here.")
            yield Problem(
                step_id, sentence % {"event": catalogue.label(case.definition.trigger)}, Weight.ADVICE, field="events"
            )


def nobody_waits_for_the_end(case: Case) -> Iterator[Problem]:
    """Whoever leaves by an event does not go on by it."""
    ends = case.definition.leaving.events
    for step_id, awaited in case.awaited.items():
        for name in awaited.events:
            if ends.get(name) == awaited.by:
                sentence = _("“%(event)s” ends the journey at once, so nobody goes on from here by it.")
                yield Problem(step_id, sentence % {"event": catalogue.label(name)}, Weight.ADVICE, field="events")
