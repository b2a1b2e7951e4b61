"""Journeys, their versions, and the customers on them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.journeys.dry_run.models import DryRun, DryRunMessage
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned

__all__ = ["Draft", "DryRun", "DryRunMessage", "Enrolment", "Journey", "StepLog", "Timer", "Version"]


def new_journey_id() -> str:
    return public_id("jrn")


def new_enrolment_id() -> str:
    return public_id("enr")


class Journey(StoreOwned):
    """A named sequence; what it does stands in its live version."""

    class State(models.TextChoices):
        LIVE = "live", _("Live")
        PAUSED = "paused", _("Paused")
        DRAFT = "draft", _("Draft")
        ARCHIVED = "archived", _("Archived")

    public_id = models.CharField(max_length=24, unique=True, default=new_journey_id, editable=False)
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="journey_once")]

    def __str__(self) -> str:
        return self.name


class Version(StoreOwned):
    """What a journey does, from a moment on. `definition` has the shape of `definition.Definition`."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    trigger = models.CharField(max_length=64, help_text="The event type, or the kind of date, that starts it.")
    definition = models.JSONField()
    leaves_on = ArrayField(
        models.CharField(max_length=64), default=list, db_default=[],
        help_text="The event types at which somebody on it may have to leave at once.",
    )  # fmt: skip
    is_live = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, default="", db_default="", help_text="What changed, and why.")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["journey", "number"], name="journey_version_once"),
            models.UniqueConstraint(fields=["journey"], condition=Q(is_live=True), name="journey_version_live_once"),
        ]
        indexes = [models.Index(fields=["store"], name="journey_version_leaves", condition=~Q(leaves_on=[]))]


class Draft(StoreOwned):
    """What a journey is to do next. Two people may have it open: `revision` goes up with every change."""

    journey = models.OneToOneField(Journey, on_delete=models.CASCADE, related_name="draft", primary_key=True)
    definition = models.JSONField(help_text="As a version's, but it may be unfinished.")
    revision = models.PositiveIntegerField(default=1)
    based_on = models.PositiveIntegerField(default=0, help_text="The number of the version it began as; 0 for none.")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)


class Enrolment(StoreOwned):
    """One customer's way through one version of a journey, for one order, shipment or event.

    No index contains, or depends on, what a move changes: so PostgreSQL writes a move without touching any of them.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Finished")

    public_id = models.CharField(max_length=24, unique=True, default=new_enrolment_id, editable=False)
    # Without an index of its own: that of the recent ones begins with it.
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    entry_key = models.CharField(max_length=80)
    event_id = models.UUIDField()
    customer_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    shipment_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict, help_text="The data of the event that started it.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    step = models.CharField(max_length=40)
    due_at = models.DateTimeField(help_text="As the last move decided; the timer may ring earlier.")
    anchor_at = models.DateTimeField(help_text="When the last thing happened that waits count from.")
    waits_for = models.CharField(max_length=300, blank=True, help_text="Event types, separated by spaces.")
    waits_by = models.CharField(max_length=10, blank=True, help_text="order, shipment or customer")
    is_backfill = models.BooleanField(default=False, help_text="Entered by an event of the past, on someone's wish.")
    outcome = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["journey", "entry_key"], name="enrolment_once")]
        indexes = [
            models.Index(fields=["order_id"], name="enrolment_order", condition=Q(order_id__isnull=False)),
            models.Index(fields=["shipment_id"], name="enrolment_shipment", condition=Q(shipment_id__isnull=False)),
            models.Index(fields=["customer_id"], name="enrolment_customer", condition=Q(customer_id__isnull=False)),
            models.Index(fields=["journey", "-entered_at", "-id"], name="enrolment_recent"),
        ]


class Timer(PartOfOwned):
    """When an enrolment under way is looked at next. Whoever is paused or has ended has none.

    Whoever holds its row's lock holds the traveller. It stands apart because it changes with every look: its row is
    narrow, and so are its two indexes. A nudge brings it forward and leaves the enrolment alone.
    """

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, related_name="timer", primary_key=True, db_constraint=False
    )
    due_at = models.DateTimeField()
    waits_for = models.CharField(max_length=300, blank=True, help_text="The enrolment's, for nudges to look at.")
    waits_by = models.CharField(max_length=10, blank=True)
    leaves = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="The event type that ends the journey for it."
    )

    class Meta(PartOfOwned.Meta):
        indexes = [models.Index(fields=["due_at"], name="timer_due")]


class StepLog(PartOfOwned):
    """What an enrolment did at a step, and why. Append-only."""

    # Without an index of its own: `step_log_enrolment` begins with it.
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="log", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    step = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    way = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="The way out it went on by, if it went on."
    )
    message_id = models.BigIntegerField(null=True)

    class Meta(PartOfOwned.Meta):
        indexes = [models.Index(fields=["enrolment", "at"], name="step_log_enrolment")]


class Place(PartOfOwned):
    """A place in the line before a rate limit. Whoever has passed is forgotten, when they passed is not yet."""

    journey = models.CharField(max_length=60)
    step = models.CharField(max_length=40)
    enrolment_id = models.BigIntegerField(null=True, help_text="Empty once they have passed.")
    passes_at = models.DateTimeField(help_text="When they may pass, or when they did.")

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["enrolment_id", "step"], name="place_once")]
        indexes = [models.Index(fields=["store", "journey", "step", "passes_at"], name="place_in_line")]


class DateWatch(PartOfOwned):
    """How far in time a journey that begins by date has been looked through; `page_after` is the row to go on after."""

    journey = models.OneToOneField(Journey, on_delete=models.CASCADE, related_name="+", primary_key=True)
    seen_until = models.DateTimeField()
    look_at = models.DateTimeField()
    page_until = models.DateTimeField(null=True, help_text="Until when the look under way goes; empty for none.")
    page_after = models.BigIntegerField(default=0)

    class Meta(PartOfOwned.Meta):
        indexes = [models.Index(fields=["look_at"], name="date_watch_due")]
