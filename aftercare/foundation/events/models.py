"""The log, its readers' cursors, and what they failed on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aftercare.foundation.stores.owned import StoreOwned
from aftercare.foundation.stores.scope import GuardedManager, StoreQuerySet

# Written into the index as it stands; a query that asks for the same finds it.
ACTED = Q(actor__startswith="staff:") | Q(actor__startswith="token:")


class TransactionIdField(models.Field):  # type: ignore[type-arg]  # Django 5.2 fields take no parameters at run time
    """PostgreSQL's 64-bit transaction id, filled in by the database."""

    def db_type(self, connection: object) -> str:  # noqa: ARG002 -- Django's signature
        return "xid8"


class LogQuerySet(StoreQuerySet["EventRow"]):
    """Slices of the log that people ask for."""

    def about_customers(self, customer_ids: list[int]) -> "LogQuerySet":
        return self.filter(customer_id__in=customer_ids)

    def about_order(self, order_id: int) -> "LogQuerySet":
        return self.filter(order_id=order_id)

    def newest_first(self) -> "LogQuerySet":
        return self.order_by("-occurred_at", "-id")


class EventRow(StoreOwned):
    """One fact. The table is partitioned by month through the time inside its UUIDv7 key (see the first migration)."""

    id = models.UUIDField(primary_key=True)
    # No foreign key in the database: it would be checked for every row of every import.
    store = models.ForeignKey(
        "stores.Store", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    type = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    customer_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    shipment_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    tx = TransactionIdField()
    seq = models.BigIntegerField()

    objects: ClassVar = GuardedManager.from_queryset(LogQuerySet)()  # type: ignore[assignment]  # the same guard, with more words

    class Meta(StoreOwned.Meta):
        db_table = "events_event"
        indexes = [
            models.Index(fields=["tx", "seq"], name="event_position"),
            models.Index(
                fields=["customer_id", "occurred_at"], name="event_customer", condition=Q(customer_id__isnull=False)
            ),
            models.Index(fields=["order_id", "occurred_at"], name="event_order", condition=Q(order_id__isnull=False)),
            models.Index(fields=["store", "-recorded_at"], name="event_store_recent"),
            # What people and programs did is a small part of the log, and looked for by itself.
            models.Index(fields=["store", "-recorded_at", "actor"], name="event_acted", condition=ACTED),
        ]


class Cursor(models.Model):
    """How far a subscriber (or one shard of it) has read."""

    subscriber = models.CharField(max_length=80)
    shard = models.PositiveSmallIntegerField(default=0)
    shards = models.PositiveSmallIntegerField(default=1)
    tx = TransactionIdField()
    seq = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "shards", "shard"], name="cursor_once")]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.shard}/{self.shards}"


class ParkedEvent(StoreOwned):
    """An event that a subscriber failed on, waiting for a person."""

    class State(models.TextChoices):
        PARKED = "parked"
        REPLAYED = "replayed"
        DROPPED = "dropped"

    subscriber = models.CharField(max_length=80)
    event_id = models.UUIDField()
    event_type = models.CharField(max_length=64)
    error = models.TextField()
    attempts = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PARKED)
    parked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["subscriber", "event_id"], name="parked_once")]
        indexes = [models.Index(fields=["store", "state", "-parked_at"], name="parked_by_state")]
