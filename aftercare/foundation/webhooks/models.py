"""Endpoints that want to be told, the calls to be made, and what became of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_call_id() -> str:
    return public_id("whc")


def new_endpoint_id() -> str:
    return public_id("whe")


class Endpoint(StoreOwned):
    """An address of another system that is told of events as they are recorded."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Switched off")

    public_id = models.CharField(max_length=24, unique=True, default=new_endpoint_id, editable=False)
    url = models.URLField(max_length=500)
    description = models.CharField(max_length=120, blank=True)
    types = models.JSONField(default=list, help_text="Event types it is told of; none means all.")
    sealed_secrets = models.TextField(help_text="Encrypted; see kit.sealing.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was switched off.")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    last_taken_at = models.DateTimeField(null=True)
    # Since its last success: how often it failed in a row, and until when it is left in peace.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    resting_until = models.DateTimeField(null=True)
    is_slow = models.BooleanField(default=False, help_text="Served by the patient loop, so that nobody waits for it.")

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["store", "created_at"], name="webhook_endpoint_of_store")]


class Call(StoreOwned):
    """One call to someone else's system."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being made")
        SENT = "sent", _("Taken")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=24, unique=True, default=new_call_id, editable=False)
    endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.CASCADE, related_name="calls", db_index=False)
    type = models.CharField(max_length=64, blank=True, help_text="Of the event it tells of.")
    origin = models.CharField(max_length=120)
    dedupe_key = models.CharField(max_length=200)
    url = models.URLField(max_length=500)
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reply = models.CharField(max_length=300, blank=True)
    history = models.JSONField(default=list, help_text="Each attempt: at, status, ms, reply.")
    created_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "dedupe_key"], name="webhook_call_once")]
        indexes = [
            models.Index(
                fields=["due_at"], name="webhook_call_alone",
                condition=Q(endpoint__isnull=True, state__in=["queued", "sending"]),
            ),
            models.Index(
                fields=["endpoint", "due_at"], name="webhook_call_of_endpoint",
                condition=Q(endpoint__isnull=False, state__in=["queued", "sending"]),
            ),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="webhook_call_log"),
            models.Index(fields=["store", "-created_at", "-id"], name="webhook_call_recent"),
            models.Index(fields=["created_at"], name="webhook_call_age"),
        ]  # fmt: skip
