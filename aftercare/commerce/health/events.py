"""What happens to the health of parcels."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@event
@dataclass(frozen=True)
class ShipmentHealthChanged(Event):
    """A parcel fares better or worse than it did. Times are ISO 8601; hours of silence are hours in which carriers work."""

    type: ClassVar = "shipment.health_changed"
    label: ClassVar = _("Parcel's health changed")
    icon: ClassVar = "heart-pulse"

    number: str
    shipment: str
    before: str
    after: str
    why: str
    carrier: str
    place: str = ""
    lane: str = ""
    reason: str = ""
    responsible: str = ""
    silent_hours: int = 0
    usual_hours: int = 0
    deadline: str = ""
