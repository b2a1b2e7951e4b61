"""Reads for the console's pages about guides: the list, one with its languages, and which products have none."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.content.models import Guide, GuideCollection, GuideProduct
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound

MISSING_SHOWN = 20
# What was sold is counted only of the products that are in question, each by its own lines.
_COVERAGE = """
    WITH about AS (
        SELECT gp.product_id AS id FROM content_guideproduct gp JOIN content_guide g ON g.id = gp.guide_id
        WHERE g.store_id = %(store)s AND %(kind)s IN ('', g.kind)
        UNION
        SELECT p.id FROM content_guidecollection gc JOIN content_guide g ON g.id = gc.guide_id
        JOIN catalog_product p ON p.store_id = g.store_id AND p.category = gc.category
        WHERE g.store_id = %(store)s AND %(kind)s IN ('', g.kind)
    ), offered AS (
        SELECT p.id, p.public_id, p.title, p.id IN (SELECT id FROM about) AS is_covered FROM catalog_product p
        WHERE p.store_id = %(store)s AND p.archived_at IS NULL
    ), missing AS (
        SELECT o.public_id, o.title, coalesce(sum(l.quantity - l.cancelled_quantity), 0)::bigint AS sold
        FROM offered o LEFT JOIN orders_line l ON l.product_id = o.id
        WHERE NOT o.is_covered GROUP BY o.id, o.public_id, o.title ORDER BY sold DESC, o.title, o.id LIMIT %(limit)s
    )
    SELECT t.covered, t.products, m.* FROM
        (SELECT count(*) FILTER (WHERE is_covered) AS covered, count(*) AS products FROM offered) t
        LEFT JOIN missing m ON true
    ORDER BY m.sold DESC, m.title, m.public_id
"""
OFFERED = 8


@dataclass(frozen=True, slots=True)
class GuideFilters:
    """What a list of guides is narrowed to; empty narrows nothing."""

    words: str = ""
    kind: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A product without a guide, and how many of it were sold."""

    public_id: str
    title: str
    sold: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the products that are sold have a guide, and some of those that have none: what sells best first."""

    covered: int
    products: int
    missing: list[Uncovered]


def guides_for_list(*, filters: GuideFilters, after: str = "", limit: int = 50, with_text: bool = False) -> Page[Guide]:
    """A page of guides, mostly without their texts, the latest change first. One query."""
    found = Guide.objects.all() if with_text else Guide.objects.defer("body")
    for word in filters.words.split():
        found = found.filter(Q(title__icontains=word) | Q(slug__icontains=word))
    exact = {"kind": filters.kind, "locale": filters.locale}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    return page(found, by="updated_at", after=after, limit=limit)


def guide_by_public_id(*, public_id: str) -> Guide:
    """A guide; raises NotFound."""
    found: Guide | None = Guide.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such guide.", field="guide")
    return found


def guide_written(*, slug: str, locale: str) -> Guide:
    """A guide in exactly this language; raises NotFound."""
    found: Guide | None = Guide.objects.filter(slug=slug, locale=locale).first()
    if found is None:
        raise NotFound("There is no such guide in this language.", field="guide")
    return found


def languages_of(*, guide: Guide) -> list[Guide]:
    """The same guide in every language there is, this one included, without the texts."""
    return list(Guide.objects.filter(slug=guide.slug).defer("body").order_by("locale"))


def coverage(*, store_id: int, kind: str = "", limit: int = MISSING_SHOWN) -> Coverage:
    """Which of the products that are sold have a guide of this kind (of any, where none is named). One query."""
    rows = fetch(_COVERAGE, {"store": store_id, "kind": kind, "limit": limit})
    covered, products = rows[0][:2]
    return Coverage(covered, products, [Uncovered(*row[2:]) for row in rows if row[2]])


def products_offered(*, guide: Guide, words: str) -> list[Product]:
    """Products that hold each of these words and that the guide does not help with yet; none without words."""
    if not words.split():
        return []
    tied = GuideProduct.objects.filter(guide=guide).values("product_id")
    found = Product.objects.filter(archived_at=None).exclude(pk__in=tied)
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(category__icontains=word))
    return list(found.order_by("title", "id")[:OFFERED])


def products_of_guides(*, guides: Collection[Guide]) -> dict[int, list[str]]:
    """The public ids of the products that each of these guides is about, by the guide's row id. One query."""
    found: dict[int, list[str]] = {guide.pk: [] for guide in guides}
    ties = GuideProduct.objects.filter(guide__in=guides).select_related("product").order_by("product__title", "id")
    for tie in ties:
        found[tie.guide_id].append(tie.product.public_id)
    return found


def collections_of_guides(*, guides: Collection[Guide]) -> dict[int, list[str]]:
    """The categories that each of these guides is about, by the guide's row id. One query."""
    found: dict[int, list[str]] = {guide.pk: [] for guide in guides}
    ties = GuideCollection.objects.filter(guide__in=guides).order_by("category")
    for guide_id, category in ties.values_list("guide_id", "category"):
        found[guide_id].append(category)
    return found


def categories_offered(*, without: Collection[str]) -> list[str]:
    """Categories of products that are sold, but these."""
    sold = Product.objects.filter(archived_at=None).exclude(category__in=["", *without])
    return list(sold.order_by("category").values_list("category", flat=True).distinct())


def guides_of_products(*, product_ids: Collection[int]) -> list[Guide]:
    """Every guide about these products, in every language, without the texts."""
    about = GuideProduct.objects.filter(product_id__in=product_ids).values("guide_id")
    categories = Product.objects.filter(pk__in=product_ids).exclude(category="").values("category")
    by_category = GuideCollection.objects.filter(category__in=categories).values("guide_id")
    return list(Guide.objects.filter(Q(pk__in=about) | Q(pk__in=by_category)).defer("body").order_by("title", "locale"))
