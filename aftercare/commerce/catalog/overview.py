"""Reads for the pages about products: the list, and one with what it stands in relation to."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from aftercare.commerce.catalog.models import Product, Relation, Variant
from aftercare.commerce.catalog.queries import product_card
from aftercare.foundation.database.keyset import Page, page


@dataclass(frozen=True, slots=True)
class ProductFilters:
    """What a list of products is narrowed to; empty narrows nothing."""

    words: str = ""
    kind: str = ""
    archived: bool | None = None


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A product with its variants and relations, both ways round."""

    product: Product
    variants: list[Variant]
    relations: list[Relation]
    relating: list[Relation]


def products_in_list(*, filters: ProductFilters, after: str = "", limit: int = 50) -> Page[Product]:
    """A page of products with how many variants each has, the latest first. One query."""
    variants = Variant.objects.filter(product=OuterRef("pk")).order_by().values("product")
    # Counted in the answer, not joined: only the rows of this page are counted.
    found = Product.objects.annotate(variant_count=Subquery(variants.annotate(n=Count("pk")).values("n")))
    for word in filters.words.split():
        found = found.filter(_named(word))
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.archived is not None:
        found = found.filter(archived_at__isnull=not filters.archived)
    return page(found, by="created_at", after=after, limit=limit)


def product_detail(*, public_id: str) -> ProductDetail:
    """One product; raises NotFound. Four queries, however much it relates to."""
    product = product_card(public_id=public_id)
    return ProductDetail(
        product=product,
        variants=sorted(product.variants.all(), key=lambda variant: (variant.archived_at is not None, variant.pk)),
        relations=_relations(Q(product=product)),
        relating=_relations(Q(target=product)),
    )


def _relations(condition: Q) -> list[Relation]:
    return list(Relation.objects.filter(condition).select_related("product", "target").order_by("kind", "id"))


def _named(word: str) -> Q:
    has_sku = Exists(Variant.objects.filter(product=OuterRef("pk"), sku__iexact=word))
    return Q(title__icontains=word) | Q(category__icontains=word) | Q(has_sku)
