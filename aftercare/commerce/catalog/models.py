"""Products, their variants and how they relate."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned


def new_product_id() -> str:
    return public_id("prd")


class Product(StoreOwned):
    """Something sold: a thing, a consumable, a file or a service."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        CONSUMABLE = "consumable", _("Consumable")
        DIGITAL = "digital", _("Digital")
        SERVICE = "service", _("Service")

    public_id = models.CharField(max_length=24, default=new_product_id, editable=False)
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    title = models.CharField(max_length=255)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.GOODS)
    category = models.CharField(max_length=120, blank=True)
    vendor = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    tags = models.JSONField(default=list, blank=True)
    return_class = models.CharField(max_length=40, blank=True)
    warranty_months = models.PositiveSmallIntegerField(null=True)
    archived_at = models.DateTimeField(null=True)
    digest = models.BinaryField(max_length=16, null=True)
    created_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="product_public_id"),
            models.UniqueConstraint(fields=["store", "source", "external_id"], name="product_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Variant(PartOfOwned):
    """One size, colour or edition of a product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    sku = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=255, blank=True)
    price = models.BigIntegerField(null=True, help_text="In minor units of the currency.")
    currency = models.CharField(max_length=3, blank=True)
    weight_g = models.PositiveIntegerField(null=True)
    barcode = models.CharField(max_length=40, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    archived_at = models.DateTimeField(null=True, help_text="When the shop stopped listing it.")

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "source", "external_id"], name="variant_once")]
        indexes = [models.Index(fields=["store", "sku"], name="variant_sku")]


class Relation(PartOfOwned):
    """`product` stands in this relation to `target`: the cartridge is a *consumable for* the filter."""

    class Kind(models.TextChoices):
        ACCESSORY_OF = "accessory_of", _("Accessory of")
        CONSUMABLE_FOR = "consumable_for", _("Consumable for")
        UPGRADE_OF = "upgrade_of", _("Upgrade of")
        PART_OF = "part_of", _("Part of")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey(Product, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    target_external_id = models.CharField(max_length=120, default="", help_text="The target may come later.")
    kind = models.CharField(max_length=16, choices=Kind.choices)

    class Meta(PartOfOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["product", "kind", "target_external_id"], name="relation_once"),
        ]
        indexes = [
            models.Index(fields=["target", "kind"], name="relation_target", condition=models.Q(target__isnull=False)),
            models.Index(
                fields=["store", "target_external_id"], name="relation_awaited", condition=models.Q(target__isnull=True)
            ),
        ]
