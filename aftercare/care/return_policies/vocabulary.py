"""The words of return policies: what can come of a return, how things go back, and who is to blame."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What can come of a return for the shopper. A rejected return is one of which none of these is left."""

    REFUND = "refund", _("Refund")
    STORE_CREDIT = "store_credit", _("Store credit")
    EXCHANGE_VARIANT = "exchange_variant", _("Exchange for another size or colour")
    EXCHANGE_ANY = "exchange_any", _("Exchange for something else")
    KEEP_ITEM = "keep_item", _("Refund without sending it back")
    DONATE = "donate", _("Give it to charity and be refunded")
    REPAIR = "repair", _("Repair")


class Method(models.TextChoices):
    """How things go back."""

    PREPAID_LABEL = "prepaid_label", _("Prepaid label")
    DROP_OFF = "drop_off", _("Drop-off with a code")
    PICK_UP = "pick_up", _("Collected from you")
    OWN_CARRIER = "own_carrier", _("A carrier of your choice")
    IN_STORE = "in_store", _("In the shop")
    NONE = "none", _("Nothing to send")


class ItemState(models.TextChoices):
    """What the shopper says of the thing."""

    UNOPENED = "unopened", _("unopened")
    OPENED = "opened", _("opened")
    USED = "used", _("used")
    DAMAGED = "damaged", _("damaged")


class Blame(models.TextChoices):
    """Whose doing the reason for the return is."""

    SHOPPER = "shopper", _("your decision")
    SHOP = "shop", _("our mistake")


class Processing(models.TextChoices):
    """When what was agreed is carried out."""

    FIRST_SCAN = "first_scan", _("as soon as the carrier has it")
    DELIVERED_BACK = "delivered_back", _("as soon as it is back")
    INSPECTED = "inspected", _("after we have looked at it")


class Anchor(models.TextChoices):
    """What days are counted from."""

    DELIVERED = "delivered", _("delivery")
    PLACED = "placed", _("the order")


class Nature(models.TextChoices):
    """What a thing is by its nature; the law makes exceptions of most."""

    PERSONALISED = "personalised", _("made or changed for you")
    PERISHABLE = "perishable", _("perishable")
    HYGIENE = "hygiene", _("sealed for hygiene")
    SEALED_MEDIA = "sealed_media", _("sealed recordings or software")
    PRESS = "press", _("newspapers and magazines")
    DATED = "dated", _("for a certain date")
    FINAL_SALE = "final_sale", _("final sale")


class LineKind(models.TextChoices):
    """What a line of an order is, as orders name it."""

    GOODS = "goods", _("goods")
    SERVICE = "service", _("services")
    DIGITAL = "digital", _("downloads")


class Aspect(StrEnum):
    """What rules can decide; most of it for an outcome or a method."""

    OUTCOME = "outcome"
    WINDOW = "window"
    EXTENSION = "extension"
    METHOD = "method"
    POSTAGE = "postage"
    RESTOCKING = "restocking"
    BONUS = "bonus"
    KEEP_UNDER = "keep_under"
    PHOTOS = "photos"
    REVIEW = "review"
    PROCESSING = "processing"
    DESTINATION = "destination"
    REASONS = "reasons"
    SHIPPING = "shipping"


# Money or goods go to the shopper without anything coming back.
WITHOUT_RETURN = frozenset({Outcome.KEEP_ITEM, Outcome.DONATE})
# What can carry a bonus: what keeps the money with the shop.
WITH_BONUS = (Outcome.STORE_CREDIT, Outcome.EXCHANGE_VARIANT, Outcome.EXCHANGE_ANY)
# Who changed nothing about a thing but that it was opened owes nothing for its worth.
WORTH_LESS = frozenset({ItemState.USED, ItemState.DAMAGED})
# How something can be sent or brought back; the order in which they are offered.
SENT_BY = tuple(method for method in Method if method is not Method.NONE)
