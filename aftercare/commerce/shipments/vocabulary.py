"""The canonical words for what carriers say: status, reason, and who is responsible."""

from enum import StrEnum
from typing import Literal

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a parcel is in its life; the same twelve for every carrier."""

    PENDING = "pending", _("Announced")
    PICKED_UP = "picked_up", _("Handed over")
    IN_TRANSIT = "in_transit", _("On its way")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    READY_FOR_PICKUP = "ready_for_pickup", _("Ready for pick-up")
    DELIVERED = "delivered", _("Delivered")
    DELIVERY_FAILED = "delivery_failed", _("Delivery attempt failed")
    DELIVERY_DELAYED = "delivery_delayed", _("Delayed")
    ON_HOLD = "on_hold", _("On hold")
    RETURN_TO_SENDER = "return_to_sender", _("Going back to the sender")
    CANCELLED = "cancelled", _("Cancelled")
    UNKNOWN = "unknown", _("Unknown")


# On its way to its recipient no more.
OVER = (Status.DELIVERED, Status.CANCELLED, Status.RETURN_TO_SENDER)

# The same twelve as plain words, which is what rows and messages hold.
StatusWord = Literal[
    "pending", "picked_up", "in_transit", "out_for_delivery", "ready_for_pickup", "delivered", "delivery_failed",
    "delivery_delayed", "on_hold", "return_to_sender", "cancelled", "unknown",
]  # fmt: skip


class NamedBy(StrEnum):
    """Who said which carrier has a parcel: the shop, its number (we guessed), or staff, whose word stays."""

    SOURCE = "source"
    NUMBER = "number"
    STAFF = "staff"


class Responsible(models.TextChoices):
    """Whose act or omission a reason is."""

    CARRIER = "carrier", _("Carrier")
    MERCHANT = "merchant", _("Shop")
    CUSTOMER = "customer", _("Recipient")
    CUSTOMS = "customs", _("Customs")
    FORCE_MAJEURE = "force_majeure", _("Force majeure")


class Reason(StrEnum):
    """Why a parcel is not where it should be. The prefix says who is responsible."""

    CARRIER_DAMAGED_PARCEL = "carrier_damaged_parcel"
    CARRIER_SORTING_ERROR = "carrier_sorting_error"
    CARRIER_ADDRESS_NOT_FOUND = "carrier_address_not_found"
    CARRIER_PARCEL_LOST = "carrier_parcel_lost"
    CARRIER_NOT_ENOUGH_TIME = "carrier_not_enough_time"
    CARRIER_VEHICLE_ISSUE = "carrier_vehicle_issue"
    CARRIER_CAPACITY_EXCEEDED = "carrier_capacity_exceeded"
    CARRIER_MECHANICAL_DELAY = "carrier_mechanical_delay"
    RETAILER_CANCELLED = "retailer_cancelled"
    RETAILER_INCORRECT_DATA = "retailer_incorrect_data"
    RETAILER_NOT_READY = "retailer_not_ready"
    RETAILER_INCORRECT_PARCEL = "retailer_incorrect_parcel"
    RETAILER_INCORRECT_DIMENSIONS = "retailer_incorrect_dimensions"
    RETAILER_PACKAGING_ISSUE = "retailer_packaging_issue"
    CONSIGNEE_REFUSED = "consignee_refused"
    CONSIGNEE_BUSINESS_CLOSED = "consignee_business_closed"
    CONSIGNEE_NOT_AVAILABLE = "consignee_not_available"
    CONSIGNEE_NOT_HOME = "consignee_not_home"
    CONSIGNEE_CANCELLED = "consignee_cancelled"
    CONSIGNEE_VERIFICATION_FAILED = "consignee_verification_failed"
    CONSIGNEE_INCORRECT_ADDRESS = "consignee_incorrect_address"
    CONSIGNEE_ACCESS_RESTRICTED = "consignee_access_restricted"
    CONSIGNEE_SAFE_PLACE_UNAVAILABLE = "consignee_safe_place_unavailable"
    CUSTOMS_DELAY = "customs_delay"
    CUSTOMS_DOCUMENTATION = "customs_documentation"
    CUSTOMS_DUTIES_UNPAID = "customs_duties_unpaid"
    CUSTOMS_PROHIBITED = "customs_prohibited"
    CUSTOMS_INSPECTION = "customs_inspection"
    WEATHER_DELAY = "weather_delay"
    NATURAL_DISASTER = "natural_disaster"
    FORCE_MAJEURE = "force_majeure"
    PARCEL_BEING_RESEARCHED = "parcel_being_researched"
    SECURITY_ISSUE = "security_issue"
    REGULATORY_HOLD = "regulatory_hold"
    UNKNOWN = "unknown"


_BY_PREFIX = {
    "carrier": Responsible.CARRIER,
    "retailer": Responsible.MERCHANT,
    "consignee": Responsible.CUSTOMER,
    "customs": Responsible.CUSTOMS,
    "weather": Responsible.FORCE_MAJEURE,
    "natural": Responsible.FORCE_MAJEURE,
    "force": Responsible.FORCE_MAJEURE,
    "parcel": Responsible.CARRIER,
}


def responsible_for(reason: str) -> str:
    """Who is responsible for a reason; empty where nobody can say."""
    return _BY_PREFIX.get(reason.partition("_")[0], "")
