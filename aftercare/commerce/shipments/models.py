"""Parcels and their scans."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.shipments.vocabulary import Responsible, Status
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned
from aftercare.foundation.stores.scope import GuardedManager, StoreQuerySet


def new_shipment_id() -> str:
    return public_id("shp")


class ShipmentQuerySet(StoreQuerySet["Shipment"]):
    """Slices of shipments."""

    def under_way(self) -> "ShipmentQuerySet":
        return self.exclude(status__in=[Status.DELIVERED, Status.CANCELLED, Status.RETURN_TO_SENDER])

    def newest_first(self) -> "ShipmentQuerySet":
        return self.order_by("-created_at", "-id")


class Shipment(StoreOwned):
    """One parcel. `status` and what goes with it follow from its scans (see policy.fold)."""

    public_id = models.CharField(max_length=24, unique=True, default=new_shipment_id, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+")
    fulfilment = models.ForeignKey("orders.Fulfilment", on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    carrier = models.CharField(max_length=40, blank=True)
    carrier_name = models.CharField(max_length=80, blank=True, help_text="As shown to the shopper.")
    service = models.CharField(max_length=80, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    tracking_url = models.URLField(max_length=500, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    status_at = models.DateTimeField()
    status_text = models.CharField(max_length=300, blank=True, help_text="The carrier's own words for its latest scan.")
    status_place = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    responsible = models.CharField(max_length=14, choices=Responsible.choices, blank=True)
    handed_over_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    last_scan_at = models.DateTimeField(null=True)
    expected_from = models.DateTimeField(null=True)
    expected_by = models.DateTimeField(null=True, help_text="The carrier's or the shop's word; empty if neither gave one.")
    origin = models.JSONField(default=dict, blank=True)
    weight_g = models.PositiveIntegerField(null=True)
    signed_by = models.CharField(max_length=120, blank=True)
    digest = models.BinaryField(max_length=16, null=True)
    created_at = models.DateTimeField()

    objects: ClassVar = GuardedManager.from_queryset(ShipmentQuerySet)()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "source", "external_id"], name="shipment_once")]
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

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="scans")
    digest = models.BinaryField(max_length=16)
    occurred_at = models.DateTimeField()
    zone_known = models.BooleanField(default=True, help_text=_("False where the carrier sent a local time without a zone."))
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices)
    reason = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=40)
    received_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["shipment", "digest"], name="scan_once")]
        indexes = [models.Index(fields=["shipment", "occurred_at"], name="scan_time")]
