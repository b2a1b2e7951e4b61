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


@dataclass(frozen=True)
class JourneyChanged(Event):
    """The base of what staff do to a journey; who did it is the event's actor."""

    journey: str


@event
@dataclass(frozen=True)
class JourneyPublished(JourneyChanged):
    type: ClassVar = "journey.published"
    label: ClassVar = _("Journey published")
    icon: ClassVar = "rocket"
    version: int
    note: str = ""


@event
@dataclass(frozen=True)
class JourneyPaused(JourneyChanged):
    type: ClassVar = "journey.paused"
    label: ClassVar = _("Journey paused")
    icon: ClassVar = "circle-pause"


@event
@dataclass(frozen=True)
class JourneyResumed(JourneyChanged):
    type: ClassVar = "journey.resumed"
    label: ClassVar = _("Journey resumed")
    icon: ClassVar = "play"


@event
@dataclass(frozen=True)
class JourneyArchived(JourneyChanged):
    type: ClassVar = "journey.archived"
    label: ClassVar = _("Journey archived")
    icon: ClassVar = "archive"
