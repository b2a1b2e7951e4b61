"""What people decide about events that a subscriber failed on."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class ParkedEventSettled(Event):
    """The base: which subscriber failed on an event of which type."""

    subscriber: str
    event_type: str
    event_id: str


@event
@dataclass(frozen=True)
class ParkedEventReplayed(ParkedEventSettled):
    type: ClassVar = "event.replayed"
    label: ClassVar = _("Parked event replayed")
    icon: ClassVar = "rotate-cw"


@event
@dataclass(frozen=True)
class ParkedEventGivenUp(ParkedEventSettled):
    type: ClassVar = "event.given_up"
    label: ClassVar = _("Parked event given up")
    icon: ClassVar = "circle-alert"
    reason: str
