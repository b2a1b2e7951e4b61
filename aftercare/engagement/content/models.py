"""Guides and the products they are about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_guide_id() -> str:
    return public_id("gui")


class Guide(StoreOwned):
    """A short text that helps with a product, written in Markdown."""

    class Kind(models.TextChoices):
        QUICK_START = "quick_start", _("Quick start")
        CARE = "care", _("Care")
        HOW_TO = "how_to", _("How-to")

    public_id = models.CharField(max_length=24, unique=True, default=new_guide_id, editable=False)
    slug = models.SlugField(max_length=80)
    locale = models.CharField(max_length=12, default="en")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.QUICK_START)
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    updated_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "slug", "locale"], name="guide_once")]

    def __str__(self) -> str:
        return self.title


class GuideProduct(StoreOwned):
    """A guide is about this product."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="products")
    product = models.ForeignKey("catalog.Product", on_delete=models.CASCADE, related_name="+")

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["guide", "product"], name="guide_product_once")]
        indexes = [models.Index(fields=["product"], name="guide_by_product")]
