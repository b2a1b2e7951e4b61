"""The words of credit that are kept in rows and that only staff read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    """What customers hold, and the other sides: where it came from and where it went."""

    WALLET = "wallet", _("Store credit")
    CARD = "card", _("Gift cards")
    RESERVED = "reserved", _("Reserved")
    REFUNDS = "refunds", _("Refunds paid as credit")
    GOODWILL = "goodwill", _("Goodwill")
    BONUSES = "bonuses", _("Bonuses")
    REWARDS = "rewards", _("Rewards")
    OFFERS = "offers", _("Offers")
    OPENING = "opening", _("Brought from elsewhere")
    GIFTS_SOLD = "gifts_sold", _("Gift cards issued")
    REDEEMED = "redeemed", _("Spent")
    EXPIRED = "expired", _("Expired")
    CLAWED_BACK = "clawed_back", _("Taken back")
    PROMOTION_BUDGET = "promotion_budget", _("Promotion budgets")
    DISCOUNTS = "discounts", _("Discounts by code")


HELD = (AccountKind.WALLET, AccountKind.CARD)


class SpendingState(models.TextChoices):
    """How far a spending is."""

    RESERVED = "reserved", _("Reserved")
    CAPTURED = "captured", _("Paid")
    RELEASED = "released", _("Released")


class CardState(models.TextChoices):
    """Whether a gift card can be used."""

    ACTIVE = "active", _("Active")
    DISABLED = "disabled", _("Disabled")


class Discount(models.TextChoices):
    """What a promotion gives."""

    PERCENT = "percent", _("Percent off")
    AMOUNT = "amount", _("Amount off")
    FREE_SHIPPING = "free_shipping", _("Free shipping")


class Stacking(models.TextChoices):
    """With what a promotion may be used together."""

    ALONE = "alone", _("Alone, without credit")
    WITH_CREDIT = "with_credit", _("With store credit only")
    WITH_OTHERS = "with_others", _("With other codes and credit")


class RedemptionState(models.TextChoices):
    """How far a redemption is."""

    RESERVED = "reserved", _("Reserved")
    CONFIRMED = "confirmed", _("Redeemed")
    CANCELLED = "cancelled", _("Cancelled")
