"""Promotions, their codes, and who redeemed them."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from aftercare.engagement.credit.vocabulary import Discount, RedemptionState, Stacking
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned


def new_promotion_id() -> str:
    return public_id("pmo")


def new_redemption_id() -> str:
    return public_id("rdm")


class Promotion(StoreOwned):
    """An offer that codes let one have, and what of its budget is used or reserved."""

    public_id = models.CharField(max_length=24, unique=True, default=new_promotion_id, editable=False)
    name = models.CharField(max_length=120)
    discount = models.CharField(max_length=13, choices=Discount.choices)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    amount = models.BigIntegerField(default=0, help_text="In minor units of its currency.")
    currency = models.CharField(max_length=3)
    minimum = models.BigIntegerField(default=0, help_text="What the covered goods must cost at least.")
    products = models.JSONField(default=list, help_text="Ids of products it covers; empty with categories: all.")
    categories = models.JSONField(default=list)
    once_per_customer = models.BooleanField(default=True)
    stacking = models.CharField(max_length=11, choices=Stacking.choices, default=Stacking.WITH_CREDIT)
    budget_amount = models.BigIntegerField(null=True)
    budget_uses = models.PositiveIntegerField(null=True)
    given = models.BigIntegerField(default=0, help_text="Of the budget, reserved or redeemed.")
    uses = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(given__gte=0) & (Q(budget_amount__isnull=True) | Q(given__lte=F("budget_amount"))),
                name="credit_budget_amount_holds",
            ),
            models.CheckConstraint(
                condition=Q(budget_uses__isnull=True) | Q(uses__lte=F("budget_uses")), name="credit_budget_uses_hold"
            ),
        ]
        indexes = [models.Index(fields=["store", "-created_at", "-id"], name="credit_promotion_recent")]

    def __str__(self) -> str:
        return self.name

    def is_running(self, now: datetime) -> bool:
        """Whether its codes count at all."""
        begun = self.starts_at is None or self.starts_at <= now
        return begun and self.ended_at is None and (self.ends_at is None or now < self.ends_at)


class Code(StoreOwned):
    """What shoppers type. `limit` is how often it may be used: once for one of a pool, empty for no limit of its own."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="codes", db_index=False)
    code = models.CharField(max_length=40, help_text="In capitals, as it is looked up.")
    batch = models.CharField(max_length=40, blank=True)
    limit = models.PositiveIntegerField(null=True, default=1)
    uses = models.PositiveIntegerField(default=0, help_text="Reserved or redeemed.")
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.PROTECT, related_name="+", db_index=False,
        help_text="Whose it is; empty: whoever has it.",
    )  # fmt: skip
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["store", "code"], name="credit_code_once"),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(uses__lte=F("limit")), name="credit_code_within_limit"
            ),
        ]
        indexes = [
            models.Index(fields=["promotion", "id"], name="credit_code_promotion"),
            models.Index(fields=["customer"], name="credit_code_customer", condition=Q(customer__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.code


class Redemption(StoreOwned):
    """The codes of one basket, used together."""

    public_id = models.CharField(max_length=24, unique=True, default=new_redemption_id, editable=False)
    state = models.CharField(max_length=9, choices=RedemptionState.choices)
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3)
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=32)
    by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="credit_redemption_once")]
        indexes = [
            models.Index(
                fields=["expires_at"], name="credit_redemption_held", condition=Q(state=RedemptionState.RESERVED)
            ),
            models.Index(fields=["order"], name="credit_redemption_order", condition=Q(order__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.public_id


class RedeemedCode(PartOfOwned):
    """One code of a redemption, and what it gave. `redeemer` is who used a promotion that each may use once."""

    redemption = models.ForeignKey(Redemption, on_delete=models.CASCADE, related_name="codes")
    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    redeemer = models.CharField(max_length=80, blank=True)
    counts = models.BooleanField(default=True, help_text="Not once it is cancelled.")

    class Meta(PartOfOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["promotion", "redeemer"], name="credit_once_per_customer",
                condition=Q(counts=True) & ~Q(redeemer=""),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["promotion", "-id"], name="credit_redeemed_promotion")]

    def __str__(self) -> str:
        return f"{self.code_id} {self.amount}"
