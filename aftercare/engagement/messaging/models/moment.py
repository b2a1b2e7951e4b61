"""What the moment of a message depends on, and how it was decided: rules, what customers heard, when they read."""

from django.db import models

from aftercare.engagement.messaging.models.messages import Message
from aftercare.engagement.messaging.policy import Reason, Verdict
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned


class SendingRules(StoreOwned):
    """One version of a store's rules; never changed, only followed by the next."""

    number = models.PositiveIntegerField()
    rules = models.JSONField()
    salt = models.CharField(max_length=32, help_text="Decides, with their ids, who is in the control group.")
    since = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "number"], name="sending_rules_once")]

    def __str__(self) -> str:
        return str(self.number)


class Spending(StoreOwned):
    """What a customer was let hear lately. Whoever decides about them holds this row, so that no two count past each other."""

    customer = models.OneToOneField("customers.Customer", on_delete=models.CASCADE, primary_key=True, related_name="+")
    spent = models.JSONField(default=list, help_text="Seconds since 1970 and legal class of each, earliest first.")


class ReadingHour(StoreOwned):
    """At which hour of their day a customer reads, learned from what they opened and followed."""

    customer = models.OneToOneField("customers.Customer", on_delete=models.CASCADE, primary_key=True, related_name="+")
    hour = models.PositiveSmallIntegerField()
    reads = models.PositiveIntegerField(help_text="How many messages it was learned from.")
    learned_at = models.DateTimeField()


class StoreReadingHour(StoreOwned):
    """At which hour a store's customers read, and how much at each."""

    hour = models.PositiveSmallIntegerField()
    curve = models.JSONField(help_text="Messages read at each of the 24 hours.")
    learned_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store"], name="store_reading_hour_once")]


class MessageDecision(PartOfOwned):
    """One decision about a message. That it was sent, or dropped, when it was asked for stands in the message itself:
    what goes out at once, and that is most, costs no row here."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    at = models.DateTimeField()
    verdict = models.CharField(max_length=5, choices=[(verdict.value, verdict.value) for verdict in Verdict])
    reason = models.CharField(max_length=40, choices=Reason.choices)
    rule = models.CharField(max_length=20, blank=True, help_text="The rule that objected; those before it did not.")
    detail = models.CharField(max_length=300, blank=True)
    until = models.DateTimeField(null=True)

    class Meta(PartOfOwned.Meta):
        indexes = [models.Index(fields=["message", "at"], name="decision_of_message")]
