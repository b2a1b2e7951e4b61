"""What is promised. Told at first, and whenever the last day has moved by a day or more since it was told last."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class Promised(Event):
    """Times are ISO 8601. `told_before` is the end of the range as it was told last; empty at first."""

    number: str
    order: str
    earliest: str
    likely: str
    latest: str
    told_before: str


@event
@dataclass(frozen=True)
class OrderPromised(Promised):
    """When an order arrives of which no parcel is known yet."""

    type: ClassVar = "order.promised"
    label: ClassVar = _("Delivery days foretold")
    icon: ClassVar = "calendar-check"


@event
@dataclass(frozen=True)
class ShipmentPromised(Promised):
    """When a parcel arrives."""

    type: ClassVar = "shipment.promised"
    label: ClassVar = _("Parcel's delivery days foretold")
    icon: ClassVar = "calendar-check"

    shipment: str
