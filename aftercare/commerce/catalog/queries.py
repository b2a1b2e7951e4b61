"""Finding products, variants and what they relate to."""

from collections.abc import Collection, Iterable

import orjson
from django.db.models import Prefetch

from aftercare.commerce.catalog.models import Product, Relation, Variant
from aftercare.commerce.catalog.policy import Article, Articles
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.errors import Invalid, NotFound

# Keys travel as JSON, which is written and read faster than arrays. The inner LIMITs keep PostgreSQL at one index probe
# per key, however little it knows of a young table.
_BY_PRODUCT = """
    SELECT key, p.id, NULL, p.kind FROM json_array_elements_text(%s) AS key CROSS JOIN LATERAL (
        SELECT id, kind FROM catalog_product WHERE store_id = %s AND source = %s AND external_id = key LIMIT 1
    ) AS p
"""
_BY_VARIANT = """
    SELECT key, v.product_id, v.id, p.kind FROM json_array_elements_text(%s) AS key CROSS JOIN LATERAL (
        SELECT id, product_id FROM catalog_variant WHERE store_id = %s AND source = %s AND external_id = key LIMIT 1
    ) AS v JOIN catalog_product AS p ON p.id = v.product_id
"""
_BY_SKU = """
    SELECT key, v.product_id, v.id, p.kind FROM json_array_elements_text(%s) AS key CROSS JOIN LATERAL (
        SELECT id, product_id FROM catalog_variant WHERE store_id = %s AND sku = key
        ORDER BY archived_at IS NOT NULL, source <> %s, id LIMIT 1
    ) AS v JOIN catalog_product AS p ON p.id = v.product_id
"""


def articles(
    *, store_id: int, source: str, products: Collection[str], variants: Collection[str], skus: Collection[str]
) -> Articles:
    """The articles of these keys: ids at the source, and SKUs (of any source, its own first). At most three queries."""
    return Articles(
        variants=_articles(_BY_VARIANT, variants, store_id, source),
        products=_articles(_BY_PRODUCT, products, store_id, source),
        skus=_articles(_BY_SKU, skus, store_id, source),
    )


def _articles(query: str, keys: Collection[str], store_id: int, source: str) -> dict[str, Article]:
    if not keys:
        return {}
    return {key: Article(*found) for key, *found in fetch(query, [orjson.dumps(list(keys)).decode(), store_id, source])}


def product_card(*, public_id: str) -> Product:
    """A product with its variants; raises NotFound."""
    product = Product.objects.prefetch_related("variants").filter(public_id=public_id).first()
    if product is None:
        raise NotFound("There is no such product.", field="product")
    return product


def product_named(*, public_id: str, field: str = "product") -> Product:
    """The same where a body names it; raises Invalid."""
    try:
        return product_card(public_id=public_id)
    except NotFound as refusal:
        raise Invalid(refusal.sentence, field=field) from None


def products_by_id(*, ids: Iterable[int]) -> dict[int, Product]:
    """Several products with their variants. Two queries."""
    variants = Prefetch("variants", Variant.objects.filter(archived_at=None).order_by("id"))
    return Product.objects.prefetch_related(variants).in_bulk(list(ids))


def related(*, product: Product, kind: Relation.Kind) -> list[Product]:
    """What the product is an accessory of, a consumable for … (as `kind` says), as far as those are known."""
    found = Relation.objects.filter(product=product, kind=kind, target__isnull=False).select_related("target")
    return [relation.target for relation in found.order_by("id") if relation.target]


def relating(*, product: Product, kind: Relation.Kind) -> list[Product]:
    """The accessories, consumables … (as `kind` says) of the product that are still sold."""
    found = Relation.objects.filter(target=product, kind=kind, product__archived_at=None).select_related("product")
    return [relation.product for relation in found.order_by("id")]
