"""Notices, and those they are for."""

from django.db import models
from django.db.models import Q

from aftercare.engagement.notices.vocabulary import TONES, NoticeState, ReadBy, Severity
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned


def new_notice_id() -> str:
    return public_id("ntc")


class Notice(StoreOwned):
    """What the owners of a product must learn."""

    public_id = models.CharField(max_length=24, unique=True, default=new_notice_id, editable=False)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT)
    title = models.CharField(max_length=160)
    text = models.TextField()
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey("catalog.Variant", null=True, on_delete=models.PROTECT, related_name="+")
    batches = models.TextField(blank=True)
    serial_from = models.CharField(max_length=120, blank=True)
    serial_to = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["store", "-created_at", "-id"], name="notice_recent")]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        return TONES[self.severity]


class Addressee(PartOfOwned):
    """An order that brought what a notice is about. `ask_at` is when the next message is due; empty where none is."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="addressees", db_index=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.ForeignKey("orders.Line", on_delete=models.CASCADE, related_name="+")
    ask_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=8, choices=ReadBy.choices, blank=True)

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["notice", "order"], name="addressee_once")]
        indexes = [
            models.Index(fields=["order"], name="addressee_order"),
            models.Index(fields=["ask_at"], name="addressee_due", condition=Q(ask_at__isnull=False)),
            models.Index(fields=["notice", "-id"], name="addressee_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.order_id)
