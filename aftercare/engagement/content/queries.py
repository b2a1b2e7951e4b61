"""Finding the guide that helps."""

from collections import defaultdict
from typing import Any

from django.conf import settings

from aftercare.engagement.content.models import Guide
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.errors import NotFound

# Quick starts first: what one needs on the day it arrives.
_FOR_ORDERS = """
    SELECT DISTINCT l.order_id, g.slug, g.title, g.summary, s.slug, g.kind <> 'quick_start', g.id
    FROM orders_line l
    JOIN content_guideproduct gp ON gp.product_id = l.product_id
    JOIN content_guide g ON g.id = gp.guide_id AND g.store_id = l.store_id
    JOIN stores_store s ON s.id = g.store_id
    WHERE l.order_id = ANY(%s) AND l.quantity > l.cancelled_quantity
    ORDER BY l.order_id, g.kind <> 'quick_start', g.id
"""


def guides_for_orders(*, order_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """For each order the guides to what was bought: title, summary and url."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for order_id, slug, title, summary, store, _, _ in fetch(_FOR_ORDERS, [order_ids]):
        url = f"{settings.SITE_URL}/s/{store}/guides/{slug}/"
        found[order_id].append({"title": title, "summary": summary, "url": url})
    return dict(found)


def guide_by_slug(*, slug: str, locale: str) -> Guide:
    """The guide in this language, or else in whichever there is."""
    guides = list(Guide.objects.filter(slug=slug))
    if not guides:
        raise NotFound("There is no such guide.")
    return next((guide for guide in guides if guide.locale == locale), guides[0])
