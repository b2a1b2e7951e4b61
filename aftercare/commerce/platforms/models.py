"""What came in and what came of it: files that were fed, shops that are connected, and what they sent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_import_id() -> str:
    return public_id("imp")


def new_connection_id() -> str:
    return public_id("con")


def new_delivery_id() -> str:
    return public_id("dlv")


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


def new_backfill_id() -> str:
    return public_id("bkf")


class Connection(StoreOwned):
    """A shop that sends us what happens there. Its settings, secrets among them, are encrypted."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Connected")
        LEFT = "left", _("Ended by the shop")
        ENDED = "ended", _("Disconnected")

    public_id = models.CharField(max_length=24, unique=True, default=new_connection_id, editable=False)
    platform = models.CharField(max_length=40)
    source = models.CharField(max_length=40, help_text="The name under which ids of this shop are kept.")
    sealed_settings = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    ending = models.CharField(max_length=200, blank=True, help_text="Why it ended, in a sentence.")
    by = models.CharField(max_length=80, help_text="Who connected it.")
    connected_at = models.DateTimeField()
    worked_off = models.PositiveBigIntegerField(default=0, help_text="Deliveries that were worked off.")
    last_received_at = models.DateTimeField(null=True, help_text="When the latest of these came in.")
    refused = models.PositiveBigIntegerField(default=0, help_text="Calls that were turned away.")
    last_refusal = models.CharField(max_length=300, blank=True)
    last_refused_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source"], condition=~Q(state="ended"), name="connection_source_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.source}"


class Delivery(StoreOwned):
    """One message as the shop sent it, and what came of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Taken in")
        IGNORED = "ignored", _("Nothing for us")
        PARKED = "parked", _("Needs a person")
        DROPPED = "dropped", _("Dropped")

    public_id = models.CharField(max_length=24, unique=True, default=new_delivery_id, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    message_id = models.CharField(max_length=120)
    topic = models.CharField(max_length=120, blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=60, blank=True, help_text="What was wrong with it, for programs.")
    field = models.CharField(max_length=200, blank=True)
    problem = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    outcome = models.TextField(blank=True, help_text="What came of it, or why it was dropped.")
    worked_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["connection", "message_id"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["store", "connection"], name="delivery_parked", condition=Q(state="parked")),
            models.Index(fields=["store", "-received_at", "-id"], name="delivery_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.message_id}"


class PrivacyRequest(StoreOwned):
    """A person or shop that asks, through the platform, to see or erase what is kept. Staff settle it."""

    class Kind(models.TextChoices):
        DATA_REQUEST = "data_request", _("Wants to see their data")
        REDACT_CUSTOMER = "redact_customer", _("Wants to be forgotten")
        REDACT_SHOP = "redact_shop", _("The shop wants its data erased")

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="privacy_request")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    source = models.CharField(max_length=40)
    customer_key = models.CharField(max_length=120, blank=True, help_text="The customer's id at the source.")
    email = models.CharField(max_length=254, blank=True)
    orders = models.JSONField(default=list, help_text="Ids of orders at the source.")
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Until when the law wants an answer.")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True, help_text="What was done.")

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["store", "due_at"], name="privacy_open", condition=Q(settled_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} {self.customer_key}"


class Backfill(StoreOwned):
    """Fetching what was before a shop was connected. Where it has got to is kept with every page."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=24, unique=True, default=new_backfill_id, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="backfills", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    resource = models.CharField(max_length=40)
    cursor = models.TextField(blank=True)
    pages = models.PositiveIntegerField(default=0)
    records = models.PositiveBigIntegerField(default=0)
    failure = models.TextField(blank=True)
    by = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["connection"], condition=Q(state="running"), name="backfill_one_at_a_time")
        ]
        indexes = [models.Index(fields=["connection", "-started_at"], name="backfill_recent")]

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.resource}"
