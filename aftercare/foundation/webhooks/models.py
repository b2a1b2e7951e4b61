"""Calls to be made, and what became of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_call_id() -> str:
    return public_id("whc")


class Call(StoreOwned):
    """One call to someone else's system."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being made")
        SENT = "sent", _("Taken")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=24, unique=True, default=new_call_id, editable=False)
    origin = models.CharField(max_length=120)
    dedupe_key = models.CharField(max_length=200)
    url = models.URLField(max_length=500)
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reply = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "dedupe_key"], name="webhook_call_once")]
        indexes = [
            models.Index(fields=["due_at"], name="webhook_call_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["store", "-created_at"], name="webhook_call_recent"),
        ]
