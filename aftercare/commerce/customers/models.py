"""A customer, how they are recognised, and what they agreed to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aftercare.commerce.customers.policy import search_words
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned
from aftercare.foundation.stores.scope import GuardedManager, StoreQuerySet


def new_customer_id() -> str:
    return public_id("cus")


class CustomerQuerySet(StoreQuerySet["Customer"]):
    """Slices of customers."""

    def present(self) -> "CustomerQuerySet":
        """Those who were not merged into another."""
        return self.filter(merged_into=None)

    def matching(self, words: str) -> "CustomerQuerySet":
        """Whose name, e-mail or phone contains every word."""
        found = self
        for word in search_words(words):
            found = found.filter(search__contains=word)
        return found


class Customer(StoreOwned):
    """One person of one store."""

    public_id = models.CharField(max_length=24, default=new_customer_id, editable=False)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True, help_text="The address messages go to.")
    phone = models.CharField(max_length=16, blank=True, help_text="E.164, such as +4930123456.")
    locale = models.CharField(max_length=12, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    country = models.CharField(max_length=2, blank=True)
    traits = models.JSONField(default=dict, blank=True)
    # Lower-case name, addresses and number in one, folded of accents: what staff search in.
    search = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=16, null=True)
    created_at = models.DateTimeField()

    objects: ClassVar = GuardedManager.from_queryset(CustomerQuerySet)()  # type: ignore[assignment]  # the same guard, with more words

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["public_id"], name="customer_public_id")]
        indexes = [
            models.Index(fields=["store", "-created_at", "-id"], name="customer_recent"),
            models.Index(fields=["merged_into"], name="customer_merged", condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or self.public_id


class Identity(PartOfOwned):
    """One way to recognise a customer. `source` names the platform of an account; it is empty for e-mail and phone."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        ACCOUNT = "account"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    source = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=254)
    added_at = models.DateTimeField()

    class Meta(PartOfOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["store", "kind", "source", "value"], name="identity_once"),
        ]


class Address(PartOfOwned):
    """An address in the customer's own book; orders keep theirs as it was."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=16)
    lines = models.JSONField(help_text="recipient, street, street2, city, postcode, region, country, phone")
    added_at = models.DateTimeField()

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["customer", "digest"], name="address_once")]


class Consent(PartOfOwned):
    """What a customer last said about a purpose and channel. The proof of every change stands in the event log."""

    class Purpose(models.TextChoices):
        ORDERS = "orders"
        DELIVERY = "delivery"
        SERVICE = "service"
        MARKETING = "marketing"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    channel = models.CharField(max_length=20)
    granted = models.BooleanField()
    source = models.CharField(max_length=80, help_text="Where it was said: checkout, preference page …")
    changed_at = models.DateTimeField()

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["customer", "purpose", "channel"], name="consent_once")]


class Merge(StoreOwned):
    """Two customers found to be one person."""

    survivor = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    absorbed = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict, help_text="identities, filled fields and consents, so that it can be undone")
    by = models.CharField(max_length=80)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["survivor"], name="merge_survivor")]
