"""Refunds asked for, and accounts at payment providers that can make them."""

from django.db import models
from django.db.models import Q

from aftercare.care.refunds.vocabulary import MANUAL, NEEDS_SOMEBODY, RefundState
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.owned import StoreOwned


def new_refund_id() -> str:
    return public_id("rfd")


def new_account_id() -> str:
    return public_id("pay")


class AskedRefund(StoreOwned):
    """So much of an order, to be given back. `lines` says for which of it, as the payer is told."""

    public_id = models.CharField(max_length=24, unique=True, default=new_refund_id, editable=False)
    key = models.CharField(max_length=200, help_text="The asker's own name for it: the same is not asked for twice.")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    lines = models.JSONField(default=list, blank=True)
    shipping = models.BigIntegerField(default=0, help_text="Of the amount, what was paid for shipping.")
    reason = models.CharField(max_length=200)
    payer = models.CharField(max_length=40, default=MANUAL)
    payment = models.CharField(max_length=120, blank=True, help_text="The payer's own name of what was paid.")
    state = models.CharField(max_length=8, choices=RefundState.choices, default=RefundState.ASKED)
    due_at = models.DateTimeField(null=True, help_text="When it is made, or looked for again.")
    attempts = models.PositiveSmallIntegerField(default=0)
    is_unsure = models.BooleanField(default=False, help_text="A call was begun whose answer is not known.")
    trouble = models.CharField(max_length=300, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["store", "key"], name="asked_refund_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(shipping__gte=0) & Q(shipping__lte=models.F("amount")),
                name="asked_refund_of_something",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="asked_refund_due", condition=Q(state="due")),
            models.Index(fields=["order"], name="asked_refund_order"),
            models.Index(fields=["store", "-asked_at", "-id"], name="asked_refund_recent"),
            models.Index(
                fields=["store", "asked_at"], name="asked_refund_waits",
                condition=Q(state__in=sorted(NEEDS_SOMEBODY)),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.public_id

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class PaymentAccount(StoreOwned):
    """An account at a provider of payments that may give money back. Its settings are encrypted."""

    public_id = models.CharField(max_length=24, unique=True, default=new_account_id, editable=False)
    payer = models.CharField(max_length=40)
    sealed_settings = models.TextField(blank=True)
    by = models.CharField(max_length=80)
    connected_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["store", "payer"], condition=Q(ended_at__isnull=True), name="payment_account_once"
            )
        ]
