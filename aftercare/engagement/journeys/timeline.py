"""How events of journeys read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from aftercare.engagement.journeys.events import (
    JourneyArchived,
    JourneyEnded,
    JourneyEntered,
    JourneyPaused,
    JourneyPublished,
    JourneyResumed,
)
from aftercare.engagement.journeys.sentences import outcome_label
from aftercare.foundation.events.timelines import Told, tells, topic

topic("journeys", gettext_lazy("Journeys"), "journey.", quiet=True)


@tells(JourneyEntered)
def _entered(data: Mapping[str, Any]) -> Told:
    return Told(_name(data), page=("enrolment", data.get("enrolment", "")))


@tells(JourneyEnded)
def _ended(data: Mapping[str, Any]) -> Told:
    text = f"{_name(data)}: {outcome_label(data.get('outcome', ''))}"
    return Told(text, page=("enrolment", data.get("enrolment", "")))


@tells(JourneyPublished)
def _published(data: Mapping[str, Any]) -> Told:
    version = gettext("version %(number)s") % {"number": data.get("version", "")}
    return Told(": ".join(filter(None, [f"{_name(data)}, {version}", data.get("note", "")])))


@tells(JourneyPaused, JourneyResumed, JourneyArchived)
def _changed(data: Mapping[str, Any]) -> Told:
    return Told(_name(data))


def _name(data: Mapping[str, Any]) -> str:
    """The key made readable: a timeline does not look up every journey it names."""
    return str(data.get("journey", "")).replace("-", " ").capitalize()
