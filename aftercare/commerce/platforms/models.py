"""What was imported, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_import_id() -> str:
    return public_id("imp")


class ImportRun(StoreOwned):
    """One file fed once. Its counts grow with every chunk, in the transaction that takes the chunk in."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        INTERRUPTED = "interrupted", _("Interrupted")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=24, unique=True, default=new_import_id, editable=False)
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    mapping_name = models.CharField(max_length=255, blank=True)
    by = models.CharField(max_length=80, help_text="Who fed it, such as a user of the machine or of the console.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    failure = models.TextField(blank=True, help_text="Why it failed, in a sentence.")
    read = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    skipped = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)
    problems = models.JSONField(default=list, blank=True, help_text="The most frequent ones, with how often.")
    warnings = models.JSONField(default=list, blank=True)
    rejects_path = models.TextField(blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="When the last chunk came in, or when it ended.")

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["store", "-started_at", "-id"], name="import_recent")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.file_name}"
