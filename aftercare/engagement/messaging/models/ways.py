"""By which channels messages of a type go, and the chains of those that are on their way."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.models.messages import Message
from aftercare.foundation.stores.owned import StoreOwned


class Way(StoreOwned):
    """The channels for a type of message, in their order; for every type that has none of its own where it names none."""

    message_type = models.CharField(max_length=60, blank=True)
    legs = models.JSONField(help_text="Channel and minutes of each.")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "message_type"], name="way_once")]


class Chain(StoreOwned):
    """A message that goes by one channel after another until it arrives: each attempt is a message of its own."""

    class Outcome(models.TextChoices):
        OPEN = "", _("On its way")
        ARRIVED = "arrived", _("Arrived")
        EXHAUSTED = "exhausted", _("No channel is left")
        OVER = "over", _("No longer of use")

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+", help_text="The last attempt.")
    root_key = models.CharField(max_length=200, help_text="Under which it was asked for.")
    minutes = models.PositiveIntegerField(help_text="How long this attempt is given.")
    rest = models.JSONField(help_text="The legs to come: channel and minutes of each.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="", db_default="")
    began_at = models.DateTimeField(help_text="When this attempt began.")
    due_at = models.DateTimeField(help_text="When it is looked at.")

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["due_at"], name="chain_due", condition=Q(outcome=""))]


class ChainLink(StoreOwned):
    """A message of a chain, and what came of it once another was tried or the chain ended."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="link")
    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="links")
    place = models.PositiveSmallIntegerField()
    why_next = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="Why another was tried."
    )

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["chain", "place"], name="chain_link_once")]
