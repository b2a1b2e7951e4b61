"""Parcels, their scans, and the carriers a store works with."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.shipments.vocabulary import OVER, NamedBy, Responsible, Status
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned
from aftercare.foundation.stores.scope import GuardedManager, StoreQuerySet


def new_shipment_id() -> str:
    return public_id("shp")


class ShipmentQuerySet(StoreQuerySet["Shipment"]):
    """Slices of shipments."""

    def under_way(self) -> "ShipmentQuerySet":
        return self.exclude(status__in=OVER)

    def moving_with(self, carrier: str, *, announced_after: datetime, silent_since: datetime) -> "ShipmentQuerySet":
        """A carrier's parcels of which something may still be told: arrived ones too, until they are silent for a while."""
        is_over = Q(status__in=[Status.DELIVERED, Status.RETURN_TO_SENDER], last_scan_at__lt=silent_since)
        told = self.filter(carrier=carrier, created_at__gt=announced_after)
        return told.exclude(status=Status.CANCELLED).exclude(is_over)

    def with_scans(self) -> "ShipmentQuerySet":
        """With every parcel's scans, the newest first, in one further query."""
        return self.prefetch_related(Prefetch("scans", queryset=Scan.objects.order_by("-occurred_at", "-id")))

    def numbered(self, beginning: str) -> "ShipmentQuerySet":
        """Whose tracking number begins so; served by the index where the database sorts by code point, as ours does."""
        return self.filter(tracking_number__startswith=beginning)

    def newest_first(self) -> "ShipmentQuerySet":
        return self.order_by("-created_at", "-id")


class Shipment(StoreOwned):
    """One parcel. `status` and what goes with it follow from its scans (see policy.fold)."""

    public_id = models.CharField(max_length=24, default=new_shipment_id, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    fulfilment = models.ForeignKey("orders.Fulfilment", on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    carrier = models.CharField(max_length=40, blank=True)
    carrier_name = models.CharField(max_length=80, blank=True, help_text="As shown to the shopper.")
    named_by = models.CharField(max_length=8, default=NamedBy.SOURCE.value, help_text="Who said which carrier.")
    service = models.CharField(max_length=80, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    tracking_url = models.URLField(max_length=500, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    status_at = models.DateTimeField()
    status_text = models.CharField(max_length=300, blank=True, help_text="The carrier's own words for this status.")
    status_place = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    responsible = models.CharField(max_length=14, choices=Responsible.choices, blank=True)
    handed_over_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    last_scan_at = models.DateTimeField(null=True)
    expected_from = models.DateTimeField(null=True)
    expected_by = models.DateTimeField(
        null=True, help_text="The carrier's or the shop's word; empty if neither gave one."
    )
    origin = models.JSONField(default=dict, blank=True)
    weight_g = models.PositiveIntegerField(null=True)
    signed_by = models.CharField(max_length=120, blank=True)
    proof_url = models.URLField(max_length=500, blank=True, help_text="The carrier's photo of the delivery.")
    digest = models.BinaryField(max_length=16, null=True)
    created_at = models.DateTimeField()

    objects: ClassVar = GuardedManager.from_queryset(ShipmentQuerySet)()  # type: ignore[assignment]  # the same guard, with more words

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["store", "source", "external_id"], name="shipment_once"),
            # Not unique=True on the field: that adds a second index for LIKE, which every insert would pay for.
            models.UniqueConstraint(fields=["public_id"], name="shipment_public_id"),
        ]
        indexes = [
            models.Index(fields=["order"], name="shipment_order"),
            models.Index(fields=["store", "tracking_number"], name="shipment_number"),
            models.Index(fields=["store", "status", "-created_at", "-id"], name="shipment_status"),
            models.Index(fields=["store", "-created_at", "-id"], name="shipment_recent"),
        ]

    def __str__(self) -> str:
        return self.tracking_number or self.public_id


class Scan(StoreOwned):
    """One thing a carrier said, raw and translated."""

    # The shipment's, which the database does check; checking it once more would cost a fifth of every insert.
    store = models.ForeignKey(
        "stores.Store", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="scans", db_index=False)
    digest = models.BinaryField(max_length=16)
    occurred_at = models.DateTimeField()
    zone_known = models.BooleanField(
        default=True, help_text=_("False where the carrier sent a local time without a zone.")
    )
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices)
    reason = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=40)
    received_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        # Also finds a parcel's scans, which are few enough to be sorted in memory.
        constraints = [models.UniqueConstraint(fields=["shipment", "digest"], name="scan_once")]


class CarrierAccount(StoreOwned):
    """What a store has agreed with a carrier: secrets and settings, shaped by the carrier's own form; and how it goes."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Connected")
        PAUSED = "paused", _("Paused")

    carrier = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    sealed_config = models.TextField(help_text="Encrypted; see sealing.")
    asked_until = models.DateTimeField(null=True, help_text="Up to when its parcels were asked about, where we ask.")
    connected_at = models.DateTimeField()
    connected_by = models.CharField(max_length=254, blank=True)
    heard = models.PositiveIntegerField(default=0, help_text="Messages it pushed and we took in.")
    heard_at = models.DateTimeField(null=True)
    refused = models.PositiveIntegerField(default=0, help_text="Messages under its address that were turned away.")
    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=300, blank=True)
    looked = models.PositiveIntegerField(default=0, help_text="Parcels it was asked about.")
    looked_at = models.DateTimeField(null=True)
    free_at = models.DateTimeField(null=True, help_text="Until then it is asked nothing: a lease, a rate, or patience.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Times in a row that asking failed altogether.")
    problem = models.CharField(max_length=300, blank=True, help_text="Why asking failed the last time; empty if not.")
    problem_at = models.DateTimeField(null=True)
    test_wanted_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    test_result = models.CharField(max_length=300, blank=True, help_text="Empty where all was well.")

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "carrier"], name="carrier_account_once")]

    def __str__(self) -> str:
        return self.carrier


class Look(StoreOwned):
    """When a parcel's carrier is to be asked about it, and when it was: a row for each parcel that somebody can be asked of.

    `due_at` is empty once there is no more asking, and `stopped` then says why (see `looking`).
    """

    # The shipment's, as a scan's is.
    store = models.ForeignKey(
        "stores.Store", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    shipment = models.OneToOneField(Shipment, on_delete=models.CASCADE, primary_key=True, related_name="look")
    account = models.ForeignKey(CarrierAccount, on_delete=models.CASCADE, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True)
    is_urgent = models.BooleanField(default=False, help_text="Staff want to know now, whoever else tells of it.")
    looked_at = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=12, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="What the carrier said instead of news.")

    class Meta(StoreOwned.Meta):
        indexes = [
            # As long as the work that waits, not as the history; also finds the looks of an account that is removed.
            models.Index(fields=["account", "due_at"], name="look_due", condition=Q(due_at__isnull=False)),
        ]
