"""How events of parcels read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.commerce.shipments import events
from aftercare.foundation.events.timelines import Told, tells, topic

topic("shipments", gettext_lazy("Parcels"), "shipment.")


@tells(events.ShipmentCreated, events.ShipmentCancelled)
def _announced(data: Mapping[str, Any]) -> Told:
    return _told(data, "neutral")


@tells(events.ShipmentHandedOver, events.ShipmentOutForDelivery, events.ShipmentReadyForPickup)
def _moving(data: Mapping[str, Any]) -> Told:
    return _told(data, "information")


@tells(events.ShipmentDelivered)
def _delivered(data: Mapping[str, Any]) -> Told:
    return _told(data, "good")


@tells(events.ShipmentAttemptFailed, events.ShipmentDelayed, events.ShipmentHeld)
def _hampered(data: Mapping[str, Any]) -> Told:
    return _told(data, "attention")


@tells(events.ShipmentReturning)
def _returning(data: Mapping[str, Any]) -> Told:
    return _told(data, "problem")


@tells(events.ShipmentCarrierCorrected)
def _corrected(data: Mapping[str, Any]) -> Told:
    names = " → ".join(data[name] for name in ("before", "after") if data.get(name))
    return _told({**data, "text": names}, "neutral")


def _told(data: Mapping[str, Any], tone: str) -> Told:
    """The carrier's own words and place, else the number of the parcel."""
    words = ", ".join(data[name] for name in ("text", "place") if data.get(name)) or data.get("tracking_number", "")
    shipment = data.get("shipment", "")
    return Told(words, tone, ("shipment", shipment) if shipment else None)
