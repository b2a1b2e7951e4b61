"""What happens to parcels. Each milestone is recorded once, in the order of truth."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from aftercare.foundation.events.base import Event, event


@dataclass(frozen=True)
class ShipmentEvent(Event):
    """The base of every milestone. `text` and `place` are the carrier's; `reason` is canonical, empty if all is well.

    `current` is False where the parcel was known to be further on when this was recorded: it belongs on the timeline,
    but nobody is told "out for delivery" after "delivered".
    """

    number: str
    shipment: str
    carrier: str
    tracking_number: str
    text: str = ""
    place: str = ""
    reason: str = ""
    current: bool = True


@event
@dataclass(frozen=True)
class ShipmentCreated(ShipmentEvent):
    type: ClassVar = "shipment.created"
    label: ClassVar = _("Parcel announced")
    icon: ClassVar = "tag"


@event
@dataclass(frozen=True)
class ShipmentHandedOver(ShipmentEvent):
    type: ClassVar = "shipment.handed_over"
    label: ClassVar = _("On its way")
    icon: ClassVar = "truck"


@event
@dataclass(frozen=True)
class ShipmentOutForDelivery(ShipmentEvent):
    type: ClassVar = "shipment.out_for_delivery"
    label: ClassVar = _("Out for delivery")
    icon: ClassVar = "map-pin"


@event
@dataclass(frozen=True)
class ShipmentAttemptFailed(ShipmentEvent):
    type: ClassVar = "shipment.attempt_failed"
    label: ClassVar = _("Delivery attempt failed")
    icon: ClassVar = "door-closed"


@event
@dataclass(frozen=True)
class ShipmentReadyForPickup(ShipmentEvent):
    type: ClassVar = "shipment.ready_for_pickup"
    label: ClassVar = _("Parcel ready for pick-up")
    icon: ClassVar = "store"


@event
@dataclass(frozen=True)
class ShipmentDelivered(ShipmentEvent):
    type: ClassVar = "shipment.delivered"
    label: ClassVar = _("Delivered")
    icon: ClassVar = "package-check"


@event
@dataclass(frozen=True)
class ShipmentDelayed(ShipmentEvent):
    type: ClassVar = "shipment.delayed"
    label: ClassVar = _("Carrier reports a delay")
    icon: ClassVar = "clock-alert"


@event
@dataclass(frozen=True)
class ShipmentHeld(ShipmentEvent):
    type: ClassVar = "shipment.held"
    label: ClassVar = _("Parcel on hold")
    icon: ClassVar = "circle-pause"


@event
@dataclass(frozen=True)
class ShipmentReturning(ShipmentEvent):
    type: ClassVar = "shipment.returning"
    label: ClassVar = _("Going back to the sender")
    icon: ClassVar = "undo-2"


@event
@dataclass(frozen=True)
class ShipmentCancelled(ShipmentEvent):
    type: ClassVar = "shipment.cancelled"
    label: ClassVar = _("Shipment cancelled")
    icon: ClassVar = "circle-x"


@event
@dataclass(frozen=True)
class ShipmentCarrierCorrected(ShipmentEvent):
    """Staff said who really carries the parcel; both names as they were shown."""

    type: ClassVar = "shipment.carrier_corrected"
    label: ClassVar = _("Carrier corrected")
    icon: ClassVar = "pencil"

    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class CarrierEvent(Event):
    """The base of what staff do about a carrier they are connected with."""

    icon: ClassVar = "truck"

    carrier: str


@event
@dataclass(frozen=True)
class CarrierConnected(CarrierEvent):
    """For the first time, or with other settings."""

    type: ClassVar = "carrier_connection.made"
    label: ClassVar = _("Carrier connected")

    anew: bool = False


@event
@dataclass(frozen=True)
class CarrierPaused(CarrierEvent):
    """Or taken up again."""

    type: ClassVar = "carrier_connection.paused"
    label: ClassVar = _("Carrier paused or taken up again")

    paused: bool = True


@event
@dataclass(frozen=True)
class CarrierDisconnected(CarrierEvent):
    type: ClassVar = "carrier_connection.ended"
    label: ClassVar = _("Carrier disconnected")
