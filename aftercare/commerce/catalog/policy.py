"""What the shop says of a product, joined with what is known; and which article a line of an order is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from aftercare.commerce.catalog.errors import DuplicateVariant, VariantOfAnother
from aftercare.commerce.catalog.schemas import ProductIn, VariantIn
from aftercare.foundation.kit.money import minor_units


class Article(NamedTuple):
    """A product, and the variant of it where one is known."""

    product_id: int
    variant_id: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Articles:
    """Articles by the ids of their source and by SKU."""

    variants: Mapping[str, Article] = field(default_factory=dict)
    products: Mapping[str, Article] = field(default_factory=dict)
    skus: Mapping[str, Article] = field(default_factory=dict)

    def find(self, *, product: str | None, variant: str | None, sku: str) -> Article | None:
        """By the surest of the keys that finds one."""
        return (
            (self.variants.get(variant) if variant else None)
            or (self.products.get(product) if product else None)
            or (self.skus.get(sku) if sku else None)
        )


class Description(NamedTuple):
    """The columns of a product."""

    external_id: str
    title: str
    kind: str
    category: str
    vendor: str
    description: str
    url: str
    image_url: str
    tags: Sequence[str]
    return_class: str
    warranty_months: int | None
    archived_at: datetime | None


class VariantState(NamedTuple):
    """The columns of a variant."""

    external_id: str
    sku: str
    title: str
    price: int | None
    currency: str
    weight_g: int | None
    barcode: str
    image_url: str
    archived_at: datetime | None = None


class RelationKey(NamedTuple):
    """What the product is to the one with this id at the same source."""

    kind: str
    target: str


@dataclass(slots=True)
class ProductState:
    """A product with its variants by their ids at the shop, and what it is to others."""

    description: Description
    variants: dict[str, VariantState]
    relations: set[RelationKey]


def read_product(product: ProductIn, *, currency: str, taken: Collection[str], now: datetime) -> ProductState:
    """The product as the shop has it now; raises Invalid naming the field that cannot be.

    `currency` is the store's, for prices that name none; `taken` are ids of variants of other products.
    """
    variants: dict[str, VariantState] = {}
    for index, variant in enumerate(product.variants):
        if variant.id in variants:
            raise DuplicateVariant(f"variants[{index}].id", variant.id)
        if variant.id in taken:
            raise VariantOfAnother(f"variants[{index}].id", variant.id)
        variants[variant.id] = _variant(variant, index, currency)
    description = Description(
        external_id=product.id,
        title=product.title,
        kind=product.kind,
        category=product.category,
        vendor=product.vendor,
        description=product.description,
        url=product.url,
        image_url=product.image_url,
        tags=list(product.tags),
        return_class=product.return_class,
        warranty_months=product.warranty_months,
        archived_at=now if product.archived else None,
    )
    return ProductState(description, variants, {RelationKey(told.kind, told.to) for told in product.relations})


def joined(known: ProductState, said: ProductState, *, now: datetime) -> ProductState:
    """What holds after the shop said this: nothing that may have been ordered goes away, it is archived."""
    archived_at = known.description.archived_at if said.description.archived_at else None
    description = said.description._replace(archived_at=archived_at or said.description.archived_at)
    gone = {
        key: variant if variant.archived_at else variant._replace(archived_at=now)
        for key, variant in known.variants.items()
        if key not in said.variants
    }
    return ProductState(description, {**said.variants, **gone}, said.relations)


def _variant(variant: VariantIn, index: int, currency: str) -> VariantState:
    code = variant.currency or currency
    price = None
    if variant.price is not None:
        price = minor_units(variant.price, code, field=f"variants[{index}].price")
    return VariantState(
        external_id=variant.id,
        sku=variant.sku,
        title=variant.title,
        price=price,
        currency=code if price is not None else "",
        weight_g=variant.weight_g,
        barcode=variant.barcode,
        image_url=variant.image_url,
    )
