"""What happens on journeys."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class JourneyEntered(Event):
    type: ClassVar = "journey.entered"
    label: ClassVar = _("Journey begun")
    icon: ClassVar = "route"
    journey: str
    enrolment: str


@event
@dataclass(frozen=True)
class JourneyEnded(Event):
    type: ClassVar = "journey.ended"
    label: ClassVar = _("Journey finished")
    icon: ClassVar = "flag"
    journey: str
    enrolment: str
    outcome: str
