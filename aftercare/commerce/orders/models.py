"""An order, its lines, how they are fulfilled and what was paid back."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.customers.policy import search_words
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned
from aftercare.foundation.stores.scope import GuardedManager, StoreQuerySet

ORDER_PREFIX, FULFILMENT_PREFIX = "ord", "ful"


def new_order_id() -> str:
    return public_id(ORDER_PREFIX)


def new_fulfilment_id() -> str:
    return public_id(FULFILMENT_PREFIX)


class OrderQuerySet(StoreQuerySet["Order"]):
    """Slices of orders."""

    def matching(self, words: str) -> "OrderQuerySet":
        """Whose number, buyer or address contains every word."""
        found = self
        for word in search_words(words):
            found = found.filter(search__contains=word)
        return found

    def newest_first(self) -> "OrderQuerySet":
        return self.order_by("-placed_at", "-id")


class Order(StoreOwned):
    """What a customer bought at once. `progress` sums up its fulfilments and parcels for lists and pages."""

    class Payment(models.TextChoices):
        PENDING = "pending", _("Payment pending")
        PAID = "paid", _("Paid")
        PARTIALLY_REFUNDED = "partially_refunded", _("Partly refunded")
        REFUNDED = "refunded", _("Refunded")
        VOIDED = "voided", _("Voided")

    class Progress(models.TextChoices):
        PLACED = "placed", _("Ordered")
        PACKED = "packed", _("Packed")
        READY = "ready", _("Ready for pick-up")
        ON_ITS_WAY = "on_its_way", _("On its way")
        PARTLY_DELIVERED = "partly_delivered", _("Partly delivered")
        DELIVERED = "delivered", _("Delivered")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.CharField(max_length=24, default=new_order_id, editable=False)
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    number = models.CharField(max_length=60, help_text="As the customer knows it, such as #1042.")
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    locale = models.CharField(max_length=12, blank=True)
    placed_at = models.DateTimeField()
    payment = models.CharField(max_length=20, choices=Payment.choices, default=Payment.PAID)
    progress = models.CharField(max_length=20, choices=Progress.choices, default=Progress.PLACED)
    paid_at = models.DateTimeField(null=True, help_text="When it was known to be paid.")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True, help_text="When the last line that can arrive had arrived.")
    promised_by = models.DateTimeField(null=True, help_text="What the shop promised at check-out.")
    currency = models.CharField(max_length=3)
    subtotal = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    total = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    shipping_address = models.JSONField(default=dict, blank=True)
    billing_address = models.JSONField(default=dict, blank=True)
    gift = models.JSONField(default=dict, blank=True, help_text="recipient name, e-mail and message, if it is a gift")
    po_number = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    search = models.TextField(blank=True)
    digest = models.BinaryField(max_length=16, null=True)
    version_at = models.DateTimeField(null=True, help_text="When the shop last changed it, if the shop says so.")
    changed_at = models.DateTimeField()

    objects: ClassVar = GuardedManager.from_queryset(OrderQuerySet)()  # type: ignore[assignment]  # the same guard, with more words

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="order_public_id"),
            models.UniqueConstraint(fields=["store", "source", "external_id"], name="order_once"),
            models.CheckConstraint(condition=Q(refunded__gte=0) & Q(total__gte=0), name="order_amounts_not_negative"),
        ]
        indexes = [
            models.Index(fields=["store", "-placed_at", "-id"], name="order_recent"),
            models.Index(fields=["store", "number"], name="order_number"),
            models.Index(fields=["customer", "-placed_at"], name="order_customer"),
            models.Index(fields=["store", "progress", "-placed_at", "-id"], name="order_progress"),
            models.Index(fields=["store", "-total", "-id"], name="order_by_total"),
            models.Index(
                fields=["store", "delivered_at"], name="order_delivered", condition=Q(delivered_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total_money(self) -> Money:
        return Money(self.total, self.currency)


class Line(PartOfOwned):
    """One position of an order, with how many of it were cancelled, fulfilled, refunded, and when it arrived."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    external_id = models.CharField(max_length=120)
    # As the shop named them, so that lines find products that become known later.
    product_external_id = models.CharField(max_length=120, blank=True)
    variant_external_id = models.CharField(max_length=120, blank=True)
    product = models.ForeignKey(
        "catalog.Product", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    variant = models.ForeignKey(
        "catalog.Variant", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12, default="goods")
    sku = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=255)
    variant_title = models.CharField(max_length=255, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    quantity = models.PositiveIntegerField()
    cancelled_quantity = models.PositiveIntegerField(default=0)
    fulfilled_quantity = models.PositiveIntegerField(default=0)
    refunded_quantity = models.PositiveIntegerField(default=0)
    unit_price = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    total = models.BigIntegerField()
    batch = models.CharField(max_length=120, blank=True, default="", db_default="")
    serials = models.TextField(blank=True, default="", db_default="", help_text="With spaces between them.")
    delivered_at = models.DateTimeField(null=True)

    class Meta(PartOfOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="line_once"),
            models.CheckConstraint(
                condition=Q(cancelled_quantity__lte=F("quantity")), name="line_cancelled_at_most_all"
            ),
        ]
        indexes = [
            models.Index(fields=["product"], name="line_product", condition=Q(product__isnull=False)),
            models.Index(
                fields=["store", "product_external_id"],
                name="line_awaiting_product",
                condition=Q(product__isnull=True) & ~Q(product_external_id=""),
            ),
            models.Index(
                fields=["store", "sku"],
                name="line_awaiting_sku",
                condition=Q(product__isnull=True, product_external_id="") & ~Q(sku=""),
            ),
        ]


class Fulfilment(PartOfOwned):
    """One way in which some lines reach the customer: a parcel or several, a pick-up, a download, a visit."""

    class Kind(models.TextChoices):
        SHIPMENT = "shipment", _("Shipment")
        PICKUP = "pickup", _("Pick-up")
        DIGITAL = "digital", _("Digital")
        SERVICE_VISIT = "service_visit", _("Visit")

    class Status(models.TextChoices):
        OPEN = "open", _("In preparation")
        BACK_ORDERED = "back_ordered", _("Back-ordered")
        PACKED = "packed", _("Packed")
        READY = "ready", _("Ready for pick-up")
        UNDER_WAY = "under_way", _("On its way")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")
        MISSED = "missed", _("Missed")

    public_id = models.CharField(max_length=24, default=new_fulfilment_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfilments", db_index=False)
    external_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.SHIPMENT)
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.OPEN)
    status_at = models.DateTimeField()
    scheduled_from = models.DateTimeField(null=True)
    scheduled_until = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    location = models.JSONField(default=dict, blank=True)
    reached = models.JSONField(default=dict, help_text="When each status was first reached: what makes its event once.")

    class Meta(PartOfOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="fulfilment_public_id"),
            models.UniqueConstraint(fields=["order", "external_id"], name="fulfilment_once"),
        ]
        indexes = [
            models.Index(
                fields=["store", "scheduled_from", "id"],
                name="fulfilment_agenda",
                condition=Q(kind="service_visit", scheduled_from__isnull=False),
            )
        ]


class FulfilmentLine(PartOfOwned):
    """How many of a line a fulfilment carries."""

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="lines", db_index=False)
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["fulfilment", "line"], name="fulfilment_line_once")]


class Refund(PartOfOwned):
    """Money given back, as the shop reported it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds", db_index=False)
    external_id = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    refunded_at = models.DateTimeField()

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["order", "external_id"], name="refund_once")]
