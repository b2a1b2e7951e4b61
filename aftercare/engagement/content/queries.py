"""Finding the guide that helps. Of a guide in several languages, the reader gets theirs, else the store's, else any."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, IntegerField, Q, Value, When

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.content.kinds import place_of
from aftercare.engagement.content.models import Followed, Guide
from aftercare.engagement.content.policy import Reader, Span
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store

# A guide is about a line by its product, or by the category of that: the first fits better.
_FOR_ORDERS = """
    WITH lines AS (
        SELECT l.id, l.order_id, l.store_id, l.product_id, l.delivered_at FROM orders_line l
        WHERE l.order_id = ANY(%s) AND l.quantity > l.cancelled_quantity AND l.product_id IS NOT NULL
    ), tied AS (
        SELECT l.*, gp.guide_id, 0 AS distance FROM lines l JOIN content_guideproduct gp ON gp.product_id = l.product_id
        UNION ALL
        SELECT l.*, gc.guide_id, 1 FROM lines l JOIN catalog_product p ON p.id = l.product_id
        JOIN content_guidecollection gc ON gc.store_id = l.store_id AND gc.category = p.category
        WHERE p.category <> ''
    )
    SELECT DISTINCT t.order_id, g.slug, g.locale, g.title, g.summary, s.slug, s.locale, g.kind, t.distance,
           g.stage, g.from_day, g.until_day, t.delivered_at, jsonb_array_length(f.done), f.steps
    FROM tied t JOIN content_guide g ON g.id = t.guide_id AND g.store_id = t.store_id
    JOIN stores_store s ON s.id = g.store_id
    LEFT JOIN content_followed f ON f.order_id = t.order_id AND f.slug = g.slug
    ORDER BY t.order_id, g.slug, t.distance
"""
_READER = """
    SELECT o.store_id, o.id, o.customer_id, o.number, l.id, l.external_id
    FROM orders_order o JOIN orders_line l ON l.order_id = o.id JOIN catalog_product p ON p.id = l.product_id
    WHERE o.public_id = %(order)s AND o.store_id = %(store)s AND l.quantity > l.cancelled_quantity AND EXISTS (
        SELECT 1 FROM content_guide g WHERE g.store_id = %(store)s AND g.slug = %(slug)s AND (
            EXISTS (SELECT 1 FROM content_guideproduct gp WHERE gp.guide_id = g.id AND gp.product_id = p.id)
            OR EXISTS (SELECT 1 FROM content_guidecollection gc
                       WHERE gc.guide_id = g.id AND p.category <> '' AND gc.category = p.category)))
    ORDER BY l.id LIMIT 1
"""
_FIGURES = """
    WITH begun AS (
        SELECT done, steps, completed_at FROM content_followed
        WHERE store_id = %s AND slug = %s AND begun_at IS NOT NULL
    ), ticks AS (
        SELECT d.step::int AS step, count(*) AS n FROM begun, jsonb_array_elements(begun.done) AS d(step) GROUP BY 1
    ), stops AS (
        SELECT (SELECT min(n) FROM generate_series(1, steps) AS n WHERE NOT done @> to_jsonb(n)) AS step, count(*) AS n
        FROM begun WHERE completed_at IS NULL GROUP BY 1
    )
    SELECT (SELECT count(*) FROM begun), (SELECT count(completed_at) FROM begun),
           (SELECT coalesce(jsonb_object_agg(step, n), '{}') FROM ticks),
           (SELECT coalesce(jsonb_object_agg(step, n), '{}') FROM stops WHERE step IS NOT NULL)
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
    done: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """When somebody reads, and where their days begin."""

    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class ChecklistFigures:
    """How many began a checklist and finished it; per step (from 1) how many ticked it, and how many stopped before it."""

    begun: int
    finished: int
    ticked: dict[int, int]
    stopped: dict[int, int]


def guides_for_orders(*, order_ids: list[int], at: Moment | None = None) -> dict[int, list[OrderGuide]]:
    """For each order the guides to what was bought, in every language there is, what fits best and is needed first first.

    With `at`, only those in whose stage one of the lines is then. One query.
    """
    found: dict[int, list[OrderGuide]] = defaultdict(list)
    rows = sorted(fetch(_FOR_ORDERS, [order_ids]), key=lambda row: (row[8], place_of(row[7])))
    for row in rows:
        order_id, slug, locale, title, summary, store, store_locale, _kind, _distance, *span, delivered, done, steps = (
            row
        )
        if at is not None and not Span(*span).holds(delivered_at=delivered, now=at.now, zone=at.zone):
            continue
        url = f"{settings.SITE_URL}/s/{store}/guides/{slug}/"
        found[order_id].append(OrderGuide(slug, locale, store_locale, title, summary, url, done or 0, steps or 0))
    return dict(found)


def reader_of_guide(*, store_id: int, order_public_id: str, slug: str) -> Reader | None:
    """For which line of an order this guide is read: the first it is about; None where it is about none. One query."""
    rows = fetch(_READER, {"store": store_id, "order": order_public_id, "slug": slug})
    return Reader(*rows[0]) if rows else None


def steps_done(*, order_id: int, slug: str) -> frozenset[int]:
    """The places of the steps of a guide that are ticked for an order."""
    done = Followed.objects.filter(order_id=order_id, slug=slug).values_list("done", flat=True).first()
    return frozenset(done or ())


def checklist_figures(*, store_id: int, slug: str) -> ChecklistFigures:
    """How customers fare with a checklist, over all its languages. One query."""
    begun, finished, ticked, stopped = fetch_decoded(_FIGURES, [store_id, slug])[0]
    by_step = ({int(step): n for step, n in found.items()} for found in (ticked, stopped))
    return ChecklistFigures(begun, finished, *by_step)


def collections_of_guide(*, guide: Guide) -> list[str]:
    """The categories a guide is about."""
    return list(guide.collections.order_by("category").values_list("category", flat=True))


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
