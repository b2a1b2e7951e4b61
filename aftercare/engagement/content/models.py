"""Guides, what they are about, and what customers did with them."""

from urllib.parse import urlsplit

from django.db import models

from aftercare.engagement.content.kinds import kind_label
from aftercare.engagement.content.policy import Span
from aftercare.engagement.content.vocabulary import OwnershipStage
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_guide_id() -> str:
    return public_id("gui")


class Guide(StoreOwned):
    """A short text that helps with a product, written in Markdown."""

    public_id = models.CharField(max_length=24, unique=True, default=new_guide_id, editable=False)
    slug = models.SlugField(max_length=80)
    locale = models.CharField(max_length=12, default="en")
    kind = models.CharField(max_length=20, default="quick_start", help_text="The key of a kind.")
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    video_url = models.URLField(max_length=500, blank=True)
    stage = models.CharField(max_length=8, choices=OwnershipStage.choices, blank=True, default=OwnershipStage.ANY)
    from_day = models.PositiveSmallIntegerField(default=0, help_text="Days after the delivery, which is day 0.")
    until_day = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Inclusive; empty: for ever.")
    updated_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "slug", "locale"], name="guide_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        return kind_label(self.kind)

    @property
    def video_host(self) -> str:
        return urlsplit(self.video_url).hostname or ""

    @property
    def span(self) -> Span:
        return Span(self.stage, self.from_day, self.until_day)


class GuideProduct(StoreOwned):
    """A guide is about this product."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="products")
    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="+")

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["guide", "product"], name="guide_product_once")]
        indexes = [models.Index(fields=["product"], name="guide_by_product")]


class GuideCollection(StoreOwned):
    """A guide is about every product of this category."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="collections")
    category = models.CharField(max_length=120)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["guide", "category"], name="guide_collection_once")]
        indexes = [models.Index(fields=["store", "category"], name="guide_by_collection")]


class Followed(StoreOwned):
    """What the owner of one line of an order did with a guide, in whichever language: opened it, and ticked off steps."""

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.ForeignKey("orders.Line", on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=80, db_index=False)
    opened_at = models.DateTimeField()
    done = models.JSONField(default=list, help_text="The places of the ticked steps, from 1.")
    steps = models.PositiveSmallIntegerField(default=0, help_text="Of how many; 0 where there are none to tick.")
    begun_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True, help_text="When all were ticked for the first time.")

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["order", "slug"], name="guide_followed_once")]
        indexes = [
            models.Index(fields=["store", "slug"], name="guide_begun", condition=models.Q(begun_at__isnull=False)),
        ]
