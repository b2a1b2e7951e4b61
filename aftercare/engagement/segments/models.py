"""Segments, who is in them, and the narrow rows that conditions read."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from aftercare.engagement.segments.vocabulary import SegmentKind, SegmentState
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned
from aftercare.foundation.stores.scope import GuardedManager, StoreQuerySet

PREFIX = "seg"


def new_segment_id() -> str:
    return public_id(PREFIX)


class SegmentQuerySet(StoreQuerySet["Segment"]):
    """Slices of segments."""

    def live(self) -> "SegmentQuerySet":
        return self.filter(state=SegmentState.LIVE)

    def called(self, words: str) -> "SegmentQuerySet":
        """Those whose names contain every word."""
        found = self
        for word in words.replace("\x00", " ").split():
            found = found.filter(name__icontains=word)
        return found


class Segment(StoreOwned):
    """A set of customers. `computed_to` is how far (by customer id) it has been computed; empty when it is whole."""

    public_id = models.CharField(max_length=24, default=new_segment_id, editable=False)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=6, choices=SegmentKind.choices, default=SegmentKind.RULES)
    state = models.CharField(max_length=8, choices=SegmentState.choices, default=SegmentState.LIVE)
    definition = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    size = models.PositiveIntegerField(default=0, help_text="How many are in it, kept with every change.")
    computed_to = models.BigIntegerField(null=True, default=0)
    tells = models.BooleanField(default=False, help_text="Whether computing it makes people enter and leave.")
    swept_at = models.DateTimeField(
        null=True, help_text="Up to when the passing of time has been seen to; empty where it changes nothing."
    )
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)
    changed_at = models.DateTimeField()

    objects: ClassVar = GuardedManager.from_queryset(SegmentQuerySet)()  # type: ignore[assignment]  # the same guard, with more words

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["public_id"], name="segment_public_id")]
        indexes = [models.Index(fields=["store", "state", "name"], name="segment_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_list(self) -> bool:
        return self.kind == SegmentKind.LIST

    @property
    def is_live(self) -> bool:
        return self.state == SegmentState.LIVE


class Member(PartOfOwned):
    """A customer who is in a segment now; who was is told by the log."""

    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_constraint=False)
    since = models.DateTimeField()

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["segment", "customer"], name="member_once")]
        indexes = [models.Index(fields=["segment", "-since", "-id"], name="member_recent")]


class SizeOfDay(PartOfOwned):
    """How many were in a segment at the end of a day on which that changed."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    size = models.PositiveIntegerField()

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["segment", "day"], name="size_of_day_once")]


class Activity(PartOfOwned):
    """How often, and when, something happened to a person. `recent` holds the latest times, the latest first."""

    pk = models.CompositePrimaryKey("customer_id", "type")
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    type = models.CharField(max_length=64)
    times = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    recent = ArrayField(models.DateTimeField())

    class Meta(PartOfOwned.Meta):
        # Whoever asks about the whole base reads the index alone.
        indexes = [
            models.Index(
                fields=["store", "type", "last_at"], name="activity_by_type", include=["customer", "times", "recent"]
            )
        ]


class Purchase(PartOfOwned):
    """What a person paid for an order that was not cancelled, in minor units, less what was paid back."""

    order = models.OneToOneField(
        "orders.Order", on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    placed_at = models.DateTimeField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta(PartOfOwned.Meta):
        indexes = [
            models.Index(
                fields=["store", "customer"], name="purchase_by_buyer", include=["placed_at", "amount", "currency"]
            ),
            models.Index(fields=["store", "placed_at"], name="purchase_by_time", include=["customer"]),
        ]


class Bought(PartOfOwned):
    """A product in an order of a person, and how many of it."""

    pk = models.CompositePrimaryKey("order_id", "product_id")
    order = models.ForeignKey(
        "orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    placed_at = models.DateTimeField()
    quantity = models.PositiveIntegerField()

    class Meta(PartOfOwned.Meta):
        indexes = [
            models.Index(fields=["product", "placed_at"], name="bought_by_product", include=["customer"]),
            models.Index(fields=["customer", "product"], name="bought_by_buyer", include=["placed_at"]),
        ]


class Backfill(models.Model):
    """How far (by customer id) the past has been read into activity and purchases; empty when it is whole."""

    done_to = models.BigIntegerField(null=True, default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="backfill_is_one")]

    def __str__(self) -> str:
        return "whole" if self.done_to is None else f"to {self.done_to}"


class ListImport(StoreOwned):
    """A file that was read into a list: what came of it, and what nobody was found for, to be corrected and fed again."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="+", db_index=False)
    file_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    found = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    rejects = models.BinaryField(
        help_text="The rows nobody was found for, as they stood, with what is wrong beside each."
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["segment", "-at"], name="list_import_recent")]
