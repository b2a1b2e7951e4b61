"""Browsers that asked for notifications."""

from django.db import models
from django.db.models import Q

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_device_id() -> str:
    return public_id("dev")


class Device(StoreOwned):
    """A browser of a customer's, with the keys only it can read by. It ends when its push service says it is gone."""

    public_id = models.CharField(max_length=24, unique=True, default=new_device_id, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=16, help_text="Of the endpoint.")
    endpoint = models.TextField(help_text="Whoever knows it and the keys can write to this browser.")
    key = models.CharField(max_length=90, help_text="Its public key (P-256), base64url.")
    secret = models.CharField(max_length=24, help_text="Its authentication secret, base64url.")
    browser = models.CharField(max_length=60, blank=True, help_text="As it calls itself, in short.")
    added_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, help_text="When its push service last took something.")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=120, blank=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "digest"], name="device_once")]
        indexes = [models.Index(fields=["customer"], name="device_in_use", condition=Q(ended_at=None))]
