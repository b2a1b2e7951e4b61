"""The words of protection: what can be asked of a delivery, and how a claim goes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Wanted(models.TextChoices):
    """What a rule asks of a delivery."""

    SIGNATURE = "signature", _("ask the carrier for a signature")
    INSURANCE = "insurance", _("insure for the value")
    IN_PERSON = "in_person", _("no leaving with neighbours or in a safe place")


class Destination(models.TextChoices):
    """Where to, seen from the store."""

    ANYWHERE = "anywhere", _("anywhere")
    DOMESTIC = "domestic", _("at home")
    ABROAD = "abroad", _("abroad")


class Stage(models.TextChoices):
    """When it was noticed that a parcel goes, or went, without what was asked."""

    ANNOUNCED = "announced", _("Announced without it")
    DELIVERED = "delivered", _("Delivered without it")


class Exclusion(models.TextChoices):
    """What a plan may not cover."""

    RETURN_TO_SENDER = "return_to_sender", _("Parcels on their way back")
    BAD_ADDRESS = "bad_address", _("Addresses that were wrong")
    REFUSED = "refused", _("Parcels that were not accepted")


class ClaimKind(models.TextChoices):
    """What became of the parcel."""

    LOST = "lost", _("Never arrived")
    STOLEN = "stolen", _("Marked as delivered, but not there")
    DAMAGED = "damaged", _("Arrived damaged")


class ClaimState(models.TextChoices):
    """How far a claim is."""

    OPEN = "open", _("Received")
    WITH_CARRIER = "with_carrier", _("With the carrier")
    APPROVED = "approved", _("Approved")
    DENIED = "denied", _("Denied")
    SETTLED = "settled", _("Settled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Remedy(models.TextChoices):
    """What is done for the customer."""

    RESHIP = "reship", _("Send it again")
    REFUND = "refund", _("Refund")
    CREDIT = "credit", _("Store credit")


# Who acts where the shopper does, as the log names those who act.
CUSTOMER = "customer"
# Somebody has something to do about these.
UNSETTLED = (ClaimState.OPEN, ClaimState.WITH_CARRIER, ClaimState.APPROVED)
