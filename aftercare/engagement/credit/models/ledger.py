"""The ledger: accounts, entries with their postings, the lots of what is held, and spendings."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from aftercare.engagement.credit.origins import EntryKind, Origin
from aftercare.engagement.credit.vocabulary import HELD, AccountKind, SpendingState
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned


def new_grant_id() -> str:
    return public_id("grt")


def new_spending_id() -> str:
    return public_id("spd")


class Account(StoreOwned):
    """One side of postings. Only what is held has a balance; the others are summed when somebody asks."""

    kind = models.CharField(max_length=16, choices=AccountKind.choices)
    currency = models.CharField(max_length=3)
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    card = models.OneToOneField("credit.GiftCard", null=True, on_delete=models.PROTECT, related_name="account")
    balance = models.BigIntegerField(default=0, help_text="In minor units of its currency.")

    class Meta(StoreOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="credit_never_negative"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="credit_account_currency"),
            models.UniqueConstraint(
                fields=["customer", "currency"], name="credit_wallet_once", condition=Q(customer__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["store", "kind", "currency"], name="credit_other_side_once", condition=~Q(kind__in=HELD)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.currency}"


class Spending(StoreOwned):
    """What somebody paid with credit, or reserved to pay."""

    public_id = models.CharField(max_length=24, unique=True, default=new_spending_id, editable=False)
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    card = models.ForeignKey("credit.GiftCard", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    restored = models.BigIntegerField(default=0, help_text="What of it was given back.")
    state = models.CharField(max_length=8, choices=SpendingState.choices)
    reference = models.CharField(max_length=120, blank=True, help_text="What it paid, as the shop calls it.")
    expires_at = models.DateTimeField(null=True, help_text="Until when it is reserved.")
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=32)
    by = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["store", "key"], name="credit_spending_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_spending_positive"),
            models.CheckConstraint(
                condition=Q(restored__gte=0) & Q(restored__lte=F("amount")), name="credit_no_more_than_spent"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="credit_reserved", condition=Q(state=SpendingState.RESERVED)),
            models.Index(fields=["order"], name="credit_spending_order", condition=Q(order__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class Lot(StoreOwned):
    """What came in at once: its origin, its day of expiry, and what is left of it. Only postings change what is left."""

    public_id = models.CharField(max_length=24, unique=True, default=new_grant_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lots", db_index=False)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    reason = models.CharField(max_length=200, blank=True)
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="When it was told that it expires soon.")
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    bonus_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="bonuses")
    granted_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("amount")), name="credit_lot_within_itself"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_lot_positive"),
        ]
        indexes = [
            models.Index(fields=["account", "expires_at", "id"], name="credit_lot_left", condition=Q(remaining__gt=0)),
            models.Index(
                fields=["expires_at"], name="credit_lot_expiring",
                condition=Q(remaining__gt=0, expires_at__isnull=False),
            ),
            models.Index(fields=["order"], name="credit_lot_order", condition=Q(order__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.public_id

    @property
    def money(self) -> Money:
        """What was granted."""
        return Money(self.amount, self.account.currency)

    def is_good(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or self.expires_at > now


class Entry(StoreOwned):
    """One thing that happened to money; appended, never changed."""

    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    key = models.CharField(max_length=160)
    digest = models.CharField(
        max_length=32, blank=True, help_text="Of its content: the same key again must say the same."
    )
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=80)
    occurred_at = models.DateTimeField()
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    spending = models.ForeignKey(Spending, null=True, on_delete=models.PROTECT, related_name="entries")
    data = models.JSONField(default=dict, help_text="What came of it, for whoever sends the same key again.")
    # Summed by the query that answers a history: what it did to what is held.
    change: int
    currency: str

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="credit_entry_once")]
        indexes = [
            models.Index(
                fields=["customer", "-occurred_at", "-id"], name="credit_entry_customer",
                condition=Q(customer__isnull=False),
            ),
            models.Index(fields=["store", "-occurred_at", "-id"], name="credit_entry_recent"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.key


class Posting(PartOfOwned):
    """What an entry does to one account; of what is held, to which lot."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="postings")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()

    class Meta(PartOfOwned.Meta):
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="credit_posting_moves")]
        indexes = [models.Index(fields=["account", "-id"], name="credit_posting_account")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
