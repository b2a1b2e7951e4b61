"""What products look like to programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from aftercare.commerce.catalog.models import Product, Relation, Variant
from aftercare.foundation.kit.money import Money

OwnId = Annotated[str, Field(description="Your id, as you sent it.")]


class VariantOut(BaseModel):
    """One size, colour or edition."""

    id: OwnId
    sku: str
    title: str
    price: Annotated[str | None, Field(description="In major units of `currency`.", examples=["19.90"])]
    currency: str
    weight_g: int | None
    barcode: str
    image_url: str
    archived_at: datetime | None


class RelationOut(BaseModel):
    """What the product is to another; `product` is empty until that one has arrived."""

    kind: Relation.Kind
    to: OwnId
    product: str


class ProductOut(BaseModel):
    """A product with its variants, and what it is to others."""

    id: Annotated[str, Field(examples=["prd_5f1r8w0nq3z6y2bt"])]
    source: str
    external_id: OwnId
    title: str
    kind: Product.Kind
    category: str
    vendor: str
    description: str
    url: str
    image_url: str
    tags: list[str]
    return_class: str
    warranty_months: int | None
    archived_at: datetime | None
    created_at: datetime
    variants: list[VariantOut]
    relations: list[RelationOut]


_AS_THEY_ARE = ProductOut.model_fields.keys() - {"id", "variants", "relations"}


def product_out(product: Product, relations: Sequence[Relation]) -> ProductOut:
    """The product; its variants have been fetched with it."""
    fields: dict[str, Any] = {name: getattr(product, name) for name in _AS_THEY_ARE}
    return ProductOut(
        id=product.public_id,
        variants=[_variant_out(variant) for variant in product.variants.all()],
        relations=[_relation_out(relation) for relation in relations],
        **fields,
    )


def _variant_out(variant: Variant) -> VariantOut:
    price = None if variant.price is None else str(Money(variant.price, variant.currency).decimal())
    return VariantOut(
        id=variant.external_id, sku=variant.sku, title=variant.title, price=price, currency=variant.currency,
        weight_g=variant.weight_g, barcode=variant.barcode, image_url=variant.image_url,
        archived_at=variant.archived_at,
    )  # fmt: skip


def _relation_out(relation: Relation) -> RelationOut:
    target = relation.target
    return RelationOut(
        kind=Relation.Kind(relation.kind),
        to=relation.target_external_id or (target.external_id if target else ""),
        product=target.public_id if target else "",
    )
