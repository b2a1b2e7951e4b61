"""Finding the guide that helps. Of a guide in several languages, the reader gets theirs, else the store's, else any."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, IntegerField, Q, Value, When

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.content.kinds import place_of
from aftercare.engagement.content.models import Guide
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store

_FOR_ORDERS = """
    SELECT DISTINCT l.order_id, g.slug, g.locale, g.title, g.summary, s.slug, s.locale, g.kind
    FROM orders_line l
    JOIN content_guideproduct gp ON gp.product_id = l.product_id
    JOIN content_guide g ON g.id = gp.guide_id AND g.store_id = l.store_id
    JOIN stores_store s ON s.id = g.store_id
    WHERE l.order_id = ANY(%s) AND l.quantity > l.cancelled_quantity
    ORDER BY l.order_id, g.slug
"""


@dataclass(frozen=True, slots=True)
class OrderGuide:
    """A guide to something in an order, in one of its languages."""

    slug: str
    locale: str
    store_locale: str
    title: str
    summary: str
    url: str


def guides_for_orders(*, order_ids: list[int]) -> dict[int, list[OrderGuide]]:
    """For each order the guides to what was bought, in every language there is, what is needed first first. One query."""
    found: dict[int, list[OrderGuide]] = defaultdict(list)
    rows = sorted(fetch(_FOR_ORDERS, [order_ids]), key=lambda row: place_of(row[-1]))
    for order_id, slug, locale, title, summary, store, store_locale, _ in rows:
        url = f"{settings.SITE_URL}/s/{store}/guides/{slug}/"
        found[order_id].append(OrderGuide(slug, locale, store_locale, title, summary, url))
    return dict(found)


def in_language(guides: Sequence[OrderGuide], locale: str) -> list[OrderGuide]:
    """Each guide once, in the language that suits best."""
    best: dict[str, OrderGuide] = {}
    for guide in guides:
        known = best.get(guide.slug)
        if known is None or _fit(guide, locale) < _fit(known, locale):
            best[guide.slug] = guide
    return list(best.values())


def _fit(guide: OrderGuide, locale: str) -> int:
    wanted = [locale, locale.partition("-")[0], guide.store_locale]
    return wanted.index(guide.locale) if guide.locale in wanted else len(wanted)


def guides_of_store(*, store: Store, locale: str, words: str = "") -> list[Guide]:
    """Every guide once, in the language that suits best, by title; with `words`, those that hold each of them. One query."""
    best = Guide.objects.order_by("slug", _best_language(store, locale)).distinct("slug")
    found = Guide.objects.filter(pk__in=best.values("pk")).defer("body")
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(body__icontains=word))
    return sorted(found, key=lambda guide: guide.title.casefold())


def guide_by_slug(*, store: Store, slug: str, locale: str) -> Guide:
    """The guide in the language that suits best; raises NotFound."""
    guide = Guide.objects.filter(slug=slug).order_by(_best_language(store, locale)).first()
    if guide is None:
        raise NotFound("There is no such guide.")
    return guide


def products_of_guide(*, guide: Guide) -> list[Product]:
    """What a guide is about."""
    return list(Product.objects.filter(pk__in=guide.products.values("product_id")).order_by("title", "id"))


def _best_language(store: Store, locale: str) -> Case:
    wanted = [locale, locale.partition("-")[0], store.locale]
    ranks = [When(locale=code, then=Value(rank)) for rank, code in enumerate(wanted)]
    return Case(*ranks, default=Value(len(wanted)), output_field=IntegerField())
