"""Gift cards: their value lies in a lot; of the code we keep a keyed digest and how it ends."""

from django.db import models
from django.db.models import Q

from aftercare.engagement.credit.vocabulary import CardState
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_card_id() -> str:
    return public_id("gif")


class GiftCard(StoreOwned):
    """A card with a value. Whoever knows its code may use it."""

    public_id = models.CharField(max_length=24, unique=True, default=new_card_id, editable=False)
    digest = models.CharField(max_length=64, help_text="Of the code, with a key; the code itself is kept nowhere.")
    last_four = models.CharField(max_length=4)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(help_text="What it was issued with, in minor units.")
    state = models.CharField(max_length=8, choices=CardState.choices, default=CardState.ACTIVE)
    buyer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    # What is left, by the query that lists them.
    left: int

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["store", "digest"], name="credit_card_code_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_card_positive"),
        ]
        indexes = [models.Index(fields=["store", "-issued_at", "-id"], name="credit_card_recent")]

    def __str__(self) -> str:
        return f"…{self.last_four}"
