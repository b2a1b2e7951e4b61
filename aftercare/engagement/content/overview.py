"""Reads for the console's pages about guides: the list, one with its languages, and which products have none."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.content.models import Guide, GuideProduct
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound

MISSING_SHOWN = 20
OFFERED = 8


@dataclass(frozen=True, slots=True)
class GuideFilters:
    """What a list of guides is narrowed to; empty narrows nothing."""

    words: str = ""
    kind: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the products that are sold have a guide, and some of those that have none."""

    covered: int
    products: int
    missing: list[Product]


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


def coverage() -> Coverage:
    """Which of the products that are sold have a guide. Three queries."""
    sold = Product.objects.filter(archived_at=None)
    has_guide = Exists(GuideProduct.objects.filter(product=OuterRef("pk")))
    missing = list(sold.filter(~has_guide).order_by("title", "id")[:MISSING_SHOWN])
    return Coverage(sold.filter(has_guide).count(), sold.count(), missing)


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


def guides_of_products(*, product_ids: Collection[int]) -> list[Guide]:
    """Every guide about these products, in every language, without the texts."""
    about = GuideProduct.objects.filter(product_id__in=product_ids).values("guide_id")
    return list(Guide.objects.filter(pk__in=about).defer("body").order_by("title", "locale"))
