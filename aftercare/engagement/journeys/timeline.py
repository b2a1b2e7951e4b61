"""How events of journeys read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.engagement.journeys.events import JourneyEnded, JourneyEntered
from aftercare.foundation.events.timelines import Told, tells, topic

topic("journeys", gettext_lazy("Journeys"), "journey.")


@tells(JourneyEntered)
def _entered(data: Mapping[str, Any]) -> Told:
    return Told(data.get("journey", ""), page=("enrolment", data.get("enrolment", "")))


@tells(JourneyEnded)
def _ended(data: Mapping[str, Any]) -> Told:
    text = f"{data.get('journey', '')}: {data.get('outcome', '').replace('_', ' ')}"
    return Told(text, page=("enrolment", data.get("enrolment", "")))
