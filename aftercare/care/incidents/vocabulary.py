"""The words of incidents: what went wrong, how far it is settled, and whose act it was."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IncidentKind(models.TextChoices):
    """What went wrong."""

    LATE = "late", _("Late")
    STALLED = "stalled", _("No news of the parcel")
    NOT_COLLECTED = "not_collected", _("Not collected")
    ATTEMPT_FAILED = "attempt_failed", _("Could not be handed over")
    ADDRESS = "address", _("Address in doubt")
    CUSTOMS = "customs", _("Customs waits for the customer")
    RETURNED = "returned", _("Coming back")
    LOST = "lost", _("Lost, probably")
    DAMAGED = "damaged", _("Damaged")
    WRONG_ITEM = "wrong_item", _("Wrong item")
    MISSING_ITEM = "missing_item", _("Something is missing")
    OUT_OF_STOCK = "out_of_stock", _("Out of stock")


class Family(models.TextChoices):
    """Of each, an order and parcel have one open incident at most."""

    DELIVERY = "delivery", _("Delivery")
    GOODS = "goods", _("Goods")


class IncidentState(models.TextChoices):
    """How far it is settled."""

    OPEN = "open", _("Open")
    ESCALATED = "escalated", _("Escalated")
    CLOSED = "closed", _("Closed")


class IncidentOutcome(models.TextChoices):
    """How it ended."""

    RECOVERED = "recovered", _("Recovered by itself")
    RESOLVED = "resolved", _("Resolved by staff")
    CALLED_OFF = "called_off", _("The parcel was called off")


class Blame(models.TextChoices):
    """Whose act or omission it was, as far as is known."""

    CARRIER = "carrier", _("Carrier")
    MERCHANT = "merchant", _("Shop")
    CUSTOMER = "customer", _("Customer")
    CUSTOMS = "customs", _("Customs")
    FORCE_MAJEURE = "force_majeure", _("Nobody could help it")
    UNKNOWN = "unknown", _("Not known")


class Compensation(models.TextChoices):
    """What was decided about making up for it."""

    NONE = "none", _("Nothing decided")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")


GOODS = (IncidentKind.DAMAGED, IncidentKind.WRONG_ITEM, IncidentKind.MISSING_ITEM, IncidentKind.OUT_OF_STOCK)
# What staff may open: the rest is noticed by itself.
BY_HAND = (*GOODS, IncidentKind.ADDRESS, IncidentKind.LATE, IncidentKind.LOST)
# What happens to many at once where a carrier stands still.
IN_MASSES = (IncidentKind.LATE, IncidentKind.STALLED, IncidentKind.LOST)


def family_of(kind: str) -> Family:
    """Which family a kind belongs to."""
    return Family.GOODS if kind in GOODS else Family.DELIVERY
