"""Reads for the edges about products: the list, and one with what it stands in relation to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from aftercare.commerce.catalog.models import Product, Relation, Variant
from aftercare.commerce.catalog.queries import product_card
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import Invalid, NotFound


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
    counted = _narrowed(filters).annotate(variant_count=Subquery(variants.annotate(n=Count("pk")).values("n")))
    return page(counted, by="created_at", after=after, limit=limit)


def products_with_variants(*, filters: ProductFilters, after: str = "", limit: int = 50) -> Page[Product]:
    """A page of products with their variants, the latest first. Two queries."""
    return page(_with_variants(_narrowed(filters)), by="created_at", after=after, limit=limit)


def product_of_source(*, source: str, external_id: str) -> Product:
    """A product with its variants, by its id at the source; raises NotFound. Two queries."""
    product = _with_variants(Product.objects.filter(source=source, external_id=external_id)).first()
    if product is None:
        raise NotFound("There is no such product.", field="product")
    return product


def relations_from(*, products: Sequence[Product]) -> dict[int, list[Relation]]:
    """What each of these products is an accessory of, a consumable for …, by the product's row id. One query."""
    found: dict[int, list[Relation]] = {product.pk: [] for product in products}
    for relation in Relation.objects.filter(product__in=products).select_related("target").order_by("kind", "id"):
        found[relation.product_id].append(relation)
    return found


def public_ids_of_products(*, ids: Collection[int]) -> dict[int, str]:
    """Public ids by row id."""
    return dict(Product.objects.filter(pk__in=ids).values_list("pk", "public_id"))


def product_ids_of(*, public_ids: Collection[str]) -> tuple[int, ...]:
    """Row ids of these products, in their order; raises Invalid naming the first that there is none of."""
    known = dict(Product.objects.filter(public_id__in=public_ids).values_list("public_id", "pk"))
    for place, public_id in enumerate(public_ids):
        if public_id not in known:
            raise Invalid(f"There is no product '{public_id}'.", field=f"products[{place}]")
    return tuple(known[public_id] for public_id in public_ids)


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


def _narrowed(filters: ProductFilters) -> "QuerySet[Product]":
    found: QuerySet[Product] = Product.objects.all()
    for word in filters.words.split():
        found = found.filter(_named(word))
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.archived is not None:
        found = found.filter(archived_at__isnull=not filters.archived)
    return found


def _with_variants(products: "QuerySet[Product]") -> "QuerySet[Product]":
    return products.prefetch_related(Prefetch("variants", Variant.objects.order_by("id")))


def _named(word: str) -> Q:
    has_sku = Exists(Variant.objects.filter(product=OuterRef("pk"), sku__iexact=word))
    return Q(title__icontains=word) | Q(category__icontains=word) | Q(has_sku)
