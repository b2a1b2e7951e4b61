"""Beyond the outbox: who carries a channel for a store, what was heard of messages, what came in, and the sender's DNS."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.models.messages import Message
from aftercare.engagement.messaging.reputation import NewsKind
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_connection_id() -> str:
    return public_id("mlc")


def new_inbound_id() -> str:
    return public_id("inb")


class ChannelConnection(StoreOwned):
    """A provider that carries a store's messages on a channel, or has until lately. Its settings are encrypted."""

    class State(models.TextChoices):
        SENDING = "sending", _("Sends")
        LISTENING = "listening", _("Only reports")
        ENDED = "ended", _("Disconnected")

    public_id = models.CharField(max_length=24, unique=True, default=new_connection_id, editable=False)
    channel = models.CharField(max_length=20, default="email", db_default="email")
    provider = models.CharField(max_length=40)
    sealed_settings = models.TextField(blank=True)
    reply_domain = models.CharField(
        max_length=200, blank=True, help_text="Where answers go: every address of it belongs to us."
    )
    state = models.CharField(max_length=10, choices=State.choices)
    by = models.CharField(max_length=80, help_text="Who connected it.")
    connected_at = models.DateTimeField()
    heard = models.PositiveBigIntegerField(default=0, help_text="Events and mails that were taken in.")
    last_heard_at = models.DateTimeField(null=True)
    refused = models.PositiveBigIntegerField(default=0, help_text="Calls that were turned away.")
    last_refusal = models.CharField(max_length=300, blank=True)
    last_refused_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True, help_text="Why it takes nothing at present.")
    trouble_since = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["store", "channel"], condition=Q(state="sending"), name="one_connection_sends"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.public_id}"


class Handover(StoreOwned):
    """By which id a provider knows a message that it took."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="handover")
    connection = models.ForeignKey(ChannelConnection, on_delete=models.CASCADE, related_name="+", db_index=False)
    provider_id = models.CharField(max_length=200)
    parts = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="What is paid for: segments of a text.")
    cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, help_text="As the provider told it.")
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["connection", "provider_id"], name="handover_by_id")]


class MessageNews(StoreOwned):
    """One thing heard of a message after it was handed over. `key` recognises what is told twice."""

    # The index of `news_of_message` serves both.
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="news", db_index=False)
    connection = models.ForeignKey(
        ChannelConnection, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, db_constraint=False
    )
    key = models.CharField(max_length=32)
    kind = models.CharField(max_length=12, choices=NewsKind.choices)
    severity = models.CharField(max_length=4, blank=True)
    address = models.CharField(max_length=254, blank=True)
    answer = models.CharField(max_length=300, blank=True, help_text="What the receiving server or the provider said.")
    url = models.CharField(max_length=500, blank=True)
    is_machine = models.BooleanField(default=False, help_text="No person did it: a proxy fetched pictures ahead.")
    at = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="news_once")]
        indexes = [
            models.Index(fields=["message", "at"], name="news_of_message", condition=Q(message__isnull=False)),
        ]


class InboundMessage(StoreOwned):
    """What came in, matched to whom and what it is about. Attachments are named, not kept."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Written by a person")
        AUTOMATIC = "automatic", _("Automatic answer")
        BOUNCE = "bounce", _("Delivery report")
        UNSUBSCRIBE = "unsubscribe", _("Unsubscribes")
        HELP = "help", _("Asks who we are")
        START = "start", _("Allows it again")

    public_id = models.CharField(max_length=24, unique=True, default=new_inbound_id, editable=False)
    connection = models.ForeignKey(
        ChannelConnection, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=20, default="email", db_default="email")
    key = models.CharField(max_length=32)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    in_reply_to = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    recipient = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="Sanitised.")
    attachments = models.JSONField(default=list, help_text="Name, type and size of each.")
    message_id = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="inbound_once")]
        indexes = [
            models.Index(fields=["store", "-received_at", "-id"], name="inbound_recent"),
            models.Index(fields=["customer", "-received_at"], name="inbound_customer"),
            models.Index(fields=["order"], name="inbound_order", condition=Q(order__isnull=False)),
            models.Index(fields=["in_reply_to"], name="inbound_reply", condition=Q(in_reply_to__isnull=False)),
        ]


class DomainCheck(StoreOwned):
    """What the sender's DNS held when it was last looked at."""

    domain = models.CharField(max_length=200)
    findings = models.JSONField(default=list)
    checked_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "domain"], name="domain_check_once")]
