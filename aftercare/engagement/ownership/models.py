"""Owned lines, what was reported of their use, and their maintenance."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from aftercare.engagement.ownership.vocabulary import Sign, Unit
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned


def new_schedule_id() -> str:
    return public_id("mnt")


class OwnedLine(PartOfOwned):
    """A line that was delivered. `check_at` is when it is asked whether it was ever used; empty where it is not."""

    line = models.OneToOneField("orders.Line", on_delete=models.CASCADE, primary_key=True, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    delivered_at = models.DateTimeField()
    first_used_at = models.DateTimeField(null=True)
    first_use_sign = models.CharField(max_length=10, choices=Sign.choices, blank=True, default=Sign.UNKNOWN)
    check_at = models.DateTimeField(null=True)
    never_used_at = models.DateTimeField(null=True, help_text="When it was noticed that nothing shows any use.")

    class Meta(PartOfOwned.Meta):
        indexes = [
            models.Index(fields=["order"], name="owned_line_order"),
            models.Index(fields=["check_at"], name="owned_line_check", condition=Q(check_at__isnull=False)),
            models.Index(
                fields=["store", "-never_used_at"], name="owned_line_unused",
                condition=Q(never_used_at__isnull=False, first_used_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.line_id)


class UsageEvent(PartOfOwned):
    """A sign of use as somebody reported it; of which line it is may not be known."""

    external_id = models.CharField(max_length=120, help_text="The sender's own id.")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    uses = models.PositiveIntegerField(default=1)
    serial = models.CharField(max_length=120, blank=True)
    line = models.ForeignKey("orders.Line", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    product = models.ForeignKey(
        "catalog.Product", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "external_id"], name="usage_event_once")]
        indexes = [models.Index(fields=["line", "at"], name="usage_event_line", condition=Q(line__isnull=False))]

    def __str__(self) -> str:
        return self.external_id


class UsageRule(StoreOwned):
    """After how many days without a sign of use a line counts as never used; empty: it never does.

    Of a product, else of a category, else (neither) of everything else.
    """

    product = models.ForeignKey("catalog.Product", null=True, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=120, blank=True, default="")
    days = models.PositiveSmallIntegerField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["product"], name="usage_rule_product_once", condition=Q(product__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["store", "category"], name="usage_rule_category_once", condition=Q(product__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id or self.category}: {self.days}"


class Schedule(StoreOwned):
    """What is to be done every so often with a product, or with every product of a category."""

    public_id = models.CharField(max_length=24, unique=True, default=new_schedule_id, editable=False)
    product = models.ForeignKey("catalog.Product", null=True, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=120, blank=True, default="")
    title = models.CharField(max_length=160)
    text = models.CharField(max_length=1000, blank=True)
    guide = models.SlugField(max_length=80, blank=True, help_text="The address of the guide that says how.")
    every = models.PositiveIntegerField()
    unit = models.CharField(max_length=6, choices=Unit.choices)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["store", "-created_at", "-id"], name="schedule_recent")]

    def __str__(self) -> str:
        return self.title


class Service(PartOfOwned):
    """A schedule's doing with one owned line: `next_at` is when it is due next; `due_at` since when it waits to be done."""

    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.ForeignKey("orders.Line", on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    next_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    uses = models.PositiveIntegerField(default=0, help_text="Since it was done last.")

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["schedule", "line"], name="service_once")]
        indexes = [
            models.Index(fields=["order"], name="service_order"),
            models.Index(fields=["next_at"], name="service_next", condition=Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.key)
