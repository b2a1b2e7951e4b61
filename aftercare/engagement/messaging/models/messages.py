"""Messages, the looks they had, the outbox, and holds."""

from typing import ClassVar

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.holders import holder_label, is_wish
from aftercare.engagement.messaging.models.templates import TemplateVersion
from aftercare.engagement.messaging.policy import LegalClass
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned
from aftercare.foundation.stores.scope import GuardedManager, StoreQuerySet


def new_message_id() -> str:
    return public_id("msg")


class Brand(StoreOwned):
    """How the store presented itself at some time: kept so that old messages can be shown as they looked."""

    digest = models.CharField(max_length=32)
    look = models.JSONField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "digest"], name="brand_once")]


class MessageQuerySet(StoreQuerySet["Message"]):
    """Slices of messages."""

    def newest_first(self) -> "MessageQuerySet":
        return self.order_by("-created_at", "-id")

    def standing(self, state: "Message.State") -> "MessageQuerySet":
        """Those that stand so now. What is still to come is in the outbox, what ended unsent has an index of its own;
        what was sent is most of them, and is found by walking along all."""
        match state:
            case Message.State.WAITING:
                return self.filter(entry__waits=True)
            case Message.State.QUEUED:
                return self.filter(entry__waits=False, entry__leased_until=None)
            case Message.State.SENDING:
                return self.filter(entry__leased_until__isnull=False)
            case Message.State.DROPPED | Message.State.FAILED:
                return self.filter(unsent=state)
            case Message.State.MERGED:
                return self.filter(merged_into__isnull=False)
        return self.filter(state=state)


class Message(StoreOwned):
    """One thing said, or decided not to be said, to one customer on one channel.

    No index contains, or depends on, what sending changes: so PostgreSQL writes the conclusion without touching any.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Not sent")
        FAILED = "failed", _("Failed")
        MERGED = "merged", _("In a digest")

    class Delivery(models.TextChoices):
        DELIVERED = "delivered", _("Delivered")
        BOUNCED = "bounced", _("Bounced")
        REJECTED = "rejected", _("Refused by the provider")
        COMPLAINED = "complained", _("Reported as spam")

    public_id = models.CharField(max_length=24, unique=True, default=new_message_id, editable=False)
    # Neither has an index of its own: `message_customer` and `message_order` begin with them.
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    line_id = models.BigIntegerField(null=True, help_text="The line it is about, where it is about one alone.")
    shipment_id = models.BigIntegerField(null=True)
    message_type = models.CharField(max_length=60)
    legal_class = models.CharField(max_length=14, choices=[(c.value, c.value) for c in LegalClass])
    channel = models.CharField(max_length=20)
    origin = models.CharField(max_length=120, help_text="Who asked for it, such as journey:order-confirmed.")
    dedupe_key = models.CharField(max_length=200)
    template = models.ForeignKey(TemplateVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    wanted_locale = models.CharField(
        max_length=12, blank=True, default="", db_default="",
        help_text="The recipient's, where there was no template in their language.",
    )  # fmt: skip
    brand = models.ForeignKey(Brand, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    recipient = models.CharField(max_length=254, blank=True)
    recipient_name = models.CharField(max_length=200, blank=True)
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, help_text="As last decided: see `standing`.")
    unsent = models.GeneratedField(
        expression=Case(When(state__in=("dropped", "failed"), then=F("state")), default=Value("")),
        output_field=models.CharField(max_length=8),
        db_persist=True,
        help_text="The state it ended in, if that is not `sent`.",
    )
    reason = models.CharField(max_length=40, help_text="A code of messaging.policy.Reason.")
    detail = models.CharField(max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False,
        help_text="The digest it went out in.",
    )  # fmt: skip
    due_at = models.DateTimeField(null=True, help_text="As last decided; the entry in the outbox may be due earlier.")
    expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    subject = models.CharField(max_length=300, blank=True)
    digest = models.BinaryField(max_length=16, null=True, help_text="Of the bytes as sent, before the DKIM signature.")
    reply = models.CharField(max_length=300, blank=True, help_text="What the receiving server answered.")
    delivery = models.CharField(
        max_length=12, choices=Delivery.choices, blank=True, default="", db_default="",
        help_text="What was heard of it after it was sent.",
    )  # fmt: skip
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar = GuardedManager.from_queryset(MessageQuerySet)()  # type: ignore[assignment]  # the same guard, with more words

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "dedupe_key"], name="message_once")]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="message_customer"),
            models.Index(fields=["order"], name="message_order", condition=Q(order__isnull=False)),
            models.Index(fields=["store", "-created_at", "-id"], name="message_recent"),
            models.Index(
                fields=["store", "unsent", "-created_at", "-id"], name="message_unsent", condition=~Q(unsent="")
            ),
            models.Index(fields=["merged_into"], name="message_merged", condition=Q(merged_into__isnull=False)),
            models.Index(
                fields=["store", "-created_at"], name="message_in_other_language", condition=~Q(wanted_locale="")
            ),
        ]

    @property
    def standing(self) -> State:
        """Its state, and `sending` while a worker has it; one query more unless its entry was selected with it."""
        if self.state == self.State.QUEUED and (entry := getattr(self, "entry", None)) and entry.leased_until:
            return self.State.SENDING
        return self.State(self.state)


class OutboxEntry(PartOfOwned):
    """A message that is still to be sent, or to be decided about again. Whoever sends it holds it by a lease.

    It stands apart because it changes with every attempt: its row is narrow, and a claim touches no index.
    """

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="entry", primary_key=True, db_constraint=False
    )
    channel = models.CharField(max_length=20)
    waits = models.BooleanField(help_text="To be decided about again when it is due, not to be sent.")
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    over_budget_of = models.BigIntegerField(null=True, help_text="The customer for whose budget it waits, if it does.")

    class Meta(PartOfOwned.Meta):
        indexes = [
            models.Index(
                fields=["over_budget_of"], name="outbox_over_budget", condition=Q(over_budget_of__isnull=False)
            ),
            models.Index(fields=["channel", "due_at"], name="outbox_due", condition=Q(waits=False)),
            models.Index(fields=["due_at"], name="outbox_waiting", condition=Q(waits=True)),
        ]


class Hold(StoreOwned):
    """A reason to be silent for a while about a customer, an order or a line. It delays; it never decides by sentiment."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey("orders.Line", null=True, on_delete=models.CASCADE, related_name="+")
    placed_by = models.CharField(max_length=40, help_text="The capability that knows the reason.")
    key = models.CharField(max_length=120, help_text="Its own name for it, by which it is released.")
    reason = models.CharField(max_length=200)
    until = models.DateTimeField(help_text="Ends by itself then.")
    placed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "placed_by", "key"], name="hold_once")]
        indexes = [
            models.Index(fields=["customer"], name="hold_customer", condition=Q(released_at__isnull=True)),
            models.Index(fields=["until"], name="hold_ends", condition=Q(released_at__isnull=True)),
        ]

    @property
    def holder(self) -> str:
        """Who keeps it, in people's words."""
        return str(holder_label(self.placed_by))

    @property
    def is_wish(self) -> bool:
        """Somebody just wants silence: nothing is open that would end it."""
        return is_wish(self.placed_by)
