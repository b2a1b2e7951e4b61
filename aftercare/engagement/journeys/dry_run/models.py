"""Dry runs that were asked for, and what came of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.policy import Reason
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned

PREFIX = "dry"


def new_dry_run_id() -> str:
    return public_id(PREFIX)


class DryRun(StoreOwned):
    """A journey's draft, or a version of it, tried on the events of some days. `found` has the shape of `findings.Found`."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Begins soon")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Finished")
        CANCELLED = "cancelled", _("Stopped")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=24, unique=True, default=new_dry_run_id, editable=False)
    journey = models.ForeignKey("journeys.Journey", on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.PositiveIntegerField(null=True, help_text="The number of the version; empty for the draft.")
    revision = models.PositiveIntegerField(null=True, help_text="Of the draft.")
    definition = models.JSONField(help_text="As it was when it was asked for.")
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(default=0, help_text="From 0 to 1.")
    found = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=300, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was begun.")
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True, help_text="When whoever runs it last said so.")
    ended_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        indexes = [
            models.Index(fields=["journey", "-asked_at", "-id"], name="dry_run_recent"),
            models.Index(fields=["asked_at"], name="dry_run_to_do", condition=models.Q(ended_at=None)),
        ]

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def percent(self) -> int:
        return int(100 * self.progress)


class Fate(models.TextChoices):
    """What would have become of a message."""

    SENT = "sent", _("Would have gone out")
    WAITING = "waiting", _("Would still wait")
    DROPPED = "dropped", _("Would not have gone out")
    MERGED = "merged", _("Would have gone out in a digest")


class DryRunMessage(PartOfOwned):
    """One message that would have been asked for: a sample, where there are many."""

    run = models.ForeignKey(DryRun, on_delete=models.CASCADE, related_name="messages", db_index=False)
    at = models.DateTimeField(help_text="When it goes out or was given up; while it waits, when it is looked at again.")
    asked_at = models.DateTimeField()
    step = models.CharField(max_length=40)
    message_type = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    fate = models.CharField(max_length=7, choices=Fate.choices)
    reason = models.CharField(max_length=40, choices=Reason.choices)
    held_by = models.CharField(max_length=40, choices=Reason.choices, blank=True, help_text="What first held it back.")
    detail = models.CharField(max_length=300, blank=True)
    customer_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)

    class Meta(PartOfOwned.Meta):
        indexes = [models.Index(fields=["run", "-at", "-id"], name="dry_run_message_recent")]
