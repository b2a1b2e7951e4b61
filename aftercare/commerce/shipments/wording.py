"""What shoppers read about a parcel: in plain words, without blame, and with what they can do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from aftercare.commerce.shipments.vocabulary import Reason, Responsible, Status, responsible_for

PLAIN: dict[str, Any] = {
    Status.PENDING: _("The carrier knows of the parcel and does not have it yet"),
    Status.PICKED_UP: _("The carrier has the parcel"),
    Status.IN_TRANSIT: _("On its way"),
    Status.OUT_FOR_DELIVERY: _("On the van"),
    Status.READY_FOR_PICKUP: _("Waits to be picked up"),
    Status.DELIVERED: _("Delivered"),
    Status.DELIVERY_FAILED: _("Could not be handed over"),
    Status.DELIVERY_DELAYED: _("Delayed"),
    Status.ON_HOLD: _("On hold"),
    Status.RETURN_TO_SENDER: _("Going back to the sender"),
    Status.CANCELLED: _("Called off"),
    Status.UNKNOWN: _("News from the carrier"),
}
REASONS: dict[str, Any] = {
    Reason.CARRIER_DAMAGED_PARCEL: _("The parcel was damaged on the way"),
    Reason.CARRIER_SORTING_ERROR: _("It was sorted to the wrong place"),
    Reason.CARRIER_ADDRESS_NOT_FOUND: _("The driver could not find the address"),
    Reason.CARRIER_PARCEL_LOST: _("The carrier cannot find the parcel"),
    Reason.CARRIER_NOT_ENOUGH_TIME: _("The driver ran out of time"),
    Reason.CARRIER_VEHICLE_ISSUE: _("The van broke down"),
    Reason.CARRIER_CAPACITY_EXCEEDED: _("The carrier has more parcels than it can deliver"),
    Reason.CARRIER_MECHANICAL_DELAY: _("A machine at the carrier stood still"),
    Reason.RETAILER_CANCELLED: _("We called the parcel off"),
    Reason.RETAILER_INCORRECT_DATA: _("We gave the carrier wrong details"),
    Reason.RETAILER_NOT_READY: _("We were not ready when the carrier came"),
    Reason.RETAILER_INCORRECT_PARCEL: _("We handed over the wrong parcel"),
    Reason.RETAILER_INCORRECT_DIMENSIONS: _("We gave the carrier the wrong size or weight"),
    Reason.RETAILER_PACKAGING_ISSUE: _("Our packaging did not hold"),
    Reason.CONSIGNEE_REFUSED: _("The parcel was not accepted at the door"),
    Reason.CONSIGNEE_BUSINESS_CLOSED: _("The business was closed"),
    Reason.CONSIGNEE_NOT_AVAILABLE: _("The driver met nobody"),
    Reason.CONSIGNEE_NOT_HOME: _("Nobody was at home"),
    Reason.CONSIGNEE_CANCELLED: _("The delivery was called off by the recipient"),
    Reason.CONSIGNEE_VERIFICATION_FAILED: _("The driver could not check identity or age"),
    Reason.CONSIGNEE_INCORRECT_ADDRESS: _("Something in the address is not right"),
    Reason.CONSIGNEE_ACCESS_RESTRICTED: _("The driver could not get to the door"),
    Reason.CONSIGNEE_SAFE_PLACE_UNAVAILABLE: _("The safe place could not be used"),
    Reason.CUSTOMS_DELAY: _("Customs takes longer than usual"),
    Reason.CUSTOMS_DOCUMENTATION: _("Customs lacks a paper"),
    Reason.CUSTOMS_DUTIES_UNPAID: _("Customs waits for duties to be paid"),
    Reason.CUSTOMS_PROHIBITED: _("Customs does not let it in"),
    Reason.CUSTOMS_INSPECTION: _("Customs is looking at it"),
    Reason.WEATHER_DELAY: _("The weather holds it up"),
    Reason.NATURAL_DISASTER: _("A natural disaster holds it up"),
    Reason.FORCE_MAJEURE: _("Something nobody can help holds it up"),
    Reason.PARCEL_BEING_RESEARCHED: _("The carrier is searching for the parcel"),
    Reason.SECURITY_ISSUE: _("A security check holds it up"),
    Reason.REGULATORY_HOLD: _("An authority holds it up"),
    Reason.UNKNOWN: _("The carrier gives no reason"),
}
_ADVICE_BY_STATUS: dict[str, Any] = {
    Status.DELIVERY_FAILED: _(
        "Usually there is another attempt on the next working day, or it waits in a shop nearby."
    ),
    Status.READY_FOR_PICKUP: _("Bring an identity document and the tracking number. It is kept for some days only."),
    Status.RETURN_TO_SENDER: _("Do you still want it? Write to us, and we find a way."),
}
_ADVICE_BY_RESPONSIBLE: dict[str, Any] = {
    Responsible.CUSTOMER: _("The carrier's own page shows what you can change."),
    Responsible.CUSTOMS: _("Customs may write to you; until it is settled the parcel stays where it is."),
}
_NOTHING_TO_DO = _("You need not do anything. The page changes by itself when there is news.")


def headline(status: str, reason: str) -> str:
    """What is the matter: the reason if the carrier gave one, else what the status means."""
    known = REASONS.get(reason) if reason != Reason.UNKNOWN else None
    return str(known or PLAIN[status])


def advice(status: str, reason: str) -> str:
    """What the shopper can do."""
    by_reason = _ADVICE_BY_RESPONSIBLE.get(responsible_for(reason), _NOTHING_TO_DO)
    return str(_ADVICE_BY_STATUS.get(status, by_reason))
