"""What a dry run cannot know, said plainly: where it asks today for want of the past."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.steps import steps
from aftercare.foundation.events.base import catalogue


def caveats(definition: Definition, *, imported: int) -> list[str]:
    """Those that concern this journey, in sentences."""
    found = [
        _(
            "Sending rules, templates, addresses, time zones and reading hours are as they are today. Consents, holds,"
            " orders and parcels are as they were at each moment."
        ),
        _("What goes out is taken to arrive, and nobody opens or follows what was never sent."),
        _(
            "What other journeys really sent counts against what customers may hear; this journey's own messages do not."
        ),
    ]
    if imported:
        found.append(
            ngettext(
                "%(n)s event was heard of long after it happened, as by an import. It counts as heard when it happened.",
                "%(n)s events were heard of long after they happened, as by an import. They count as heard when they"
                " happened.",
                imported,
            )
            % {"n": f"{imported:,}"}
        )
    if catalogue.get(definition.trigger) is None:
        found.append(_("The journey begins by no event, so nobody of the past comes in."))
    return [*found, *_of_conditions(definition)]


def _of_conditions(definition: Definition) -> Iterator[str]:
    for kind in dict.fromkeys(use.kind for use in _asked(definition)):
        known = conditions[kind]
        if known.past:
            yield str(known.past)
        elif not (known.recalls or known.settled):
            yield _("“%(condition)s” is asked as of today: what it was then is not kept.") % {"condition": known.label}


def _asked(definition: Definition) -> Iterator[ConditionUse]:
    yield from definition.conditions
    yield from definition.leaving.when
    for use in definition.steps:
        kind = steps[use.kind]
        yield from kind.questions(kind.Config.model_validate(use.config))
