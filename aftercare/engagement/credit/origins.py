"""Why somebody has credit, and what happens to it: words that shoppers read, too."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.credit.vocabulary import AccountKind


class Origin(models.TextChoices):
    """Why somebody has credit."""

    REFUND = "refund", _("Refund")
    GOODWILL = "goodwill", _("Goodwill")
    BONUS = "bonus", _("Bonus")
    REWARD = "reward", _("Reward")
    OFFER = "offer", _("Offer")
    OPENING = "opening", _("Opening balance")
    GIFT = "gift", _("Gift card")


PAID_BY = {
    Origin.REFUND: AccountKind.REFUNDS,
    Origin.GOODWILL: AccountKind.GOODWILL,
    Origin.BONUS: AccountKind.BONUSES,
    Origin.REWARD: AccountKind.REWARDS,
    Origin.OFFER: AccountKind.OFFERS,
    Origin.OPENING: AccountKind.OPENING,
    Origin.GIFT: AccountKind.GIFTS_SOLD,
}


class EntryKind(models.TextChoices):
    """What happened to money."""

    GRANTED = "granted", _("Credited")
    SPENT = "spent", _("Spent")
    RESERVED = "reserved", _("Reserved")
    CAPTURED = "captured", _("Paid from what was reserved")
    RELEASED = "released", _("Reservation released")
    RESTORED = "restored", _("Given back")
    CLAWED_BACK = "clawed_back", _("Taken back")
    EXPIRED = "expired", _("Expired")
    ISSUED = "issued", _("Gift card issued")
    REDEEMED = "redeemed", _("Gift card redeemed")
    DISCOUNTED = "discounted", _("Discount by code")
    UNDISCOUNTED = "undiscounted", _("Discount taken back")


# Of a lot's postings, those by which it is spent for now.
SPENDING_KINDS = (EntryKind.SPENT, EntryKind.RESERVED, EntryKind.RELEASED, EntryKind.RESTORED)
