"""Guides and the products they are about."""

from django.db import models

from aftercare.engagement.content.kinds import kind_label
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
    updated_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "slug", "locale"], name="guide_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        return kind_label(self.kind)


class GuideProduct(StoreOwned):
    """A guide is about this product."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="products")
    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="+")

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["guide", "product"], name="guide_product_once")]
        indexes = [models.Index(fields=["product"], name="guide_by_product")]
