"""Lines that arrived become owned; those of which nothing shows any use are noticed, once, in sets."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.ownership.actions.scheduling import plan_services
from aftercare.engagement.ownership.events import NeverUsed, UsageRulesChanged
from aftercare.engagement.ownership.models import UsageRule
from aftercare.engagement.ownership.vocabulary import Sign
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.stores.models import Store

UNUSED = "never used"
BATCH = 5000
DEFAULT_DAYS = 30
# What is used up or visited is not "used" in this sense.
WATCHED_KINDS = [Product.Kind.GOODS.value, Product.Kind.DIGITAL.value]
# A shop that hands over years of orders does not want to hear that nobody showed any use of them.
_NO_NEWS_AFTER = timedelta(days=14)
# Where the store says nothing, only that is asked about which has a guide: of nothing else would its use have shown.
_CHECK = """
    SELECT l.delivered_at + make_interval(days => CASE WHEN r.id IS NOT NULL THEN r.days
        WHEN EXISTS (SELECT 1 FROM content_guideproduct WHERE product_id = l.product_id) OR EXISTS (
            SELECT 1 FROM content_guidecollection WHERE store_id = l.store_id AND category = p.category)
        THEN %(days)s END) AS at
    FROM (SELECT 1) AS one LEFT JOIN LATERAL (
        SELECT id, days FROM ownership_usagerule WHERE store_id = l.store_id AND (
            product_id = l.product_id OR (product_id IS NULL AND category IN ('', p.category)))
        ORDER BY product_id IS NULL, category = '' LIMIT 1) AS r ON true
"""
_CHECK_AT = "CASE WHEN l.kind = ANY(%(kinds)s) AND c.at > %(now)s - %(old)s THEN c.at END"
_OWN = f"""
    INSERT INTO ownership_ownedline (line_id, store_id, order_id, delivered_at, first_used_at, first_use_sign, check_at)
    SELECT l.id, l.store_id, l.order_id, l.delivered_at, u.at, CASE WHEN u.at IS NULL THEN '' ELSE %(reported)s END,
           CASE WHEN u.at IS NULL THEN {_CHECK_AT} END
    FROM orders_line AS l LEFT JOIN catalog_product AS p ON p.id = l.product_id
    LEFT JOIN LATERAL (SELECT min(at) AS at FROM ownership_usageevent WHERE line_id = l.id) AS u ON true
    CROSS JOIN LATERAL ({_CHECK}) AS c
    WHERE l.order_id = ANY(%(orders)s) AND l.delivered_at IS NOT NULL AND l.quantity > l.cancelled_quantity
    ORDER BY l.id ON CONFLICT (line_id) DO NOTHING RETURNING line_id
"""  # noqa: S608 -- constants of this module
_RECHECK = f"""
    UPDATE ownership_ownedline AS o SET check_at = {_CHECK_AT}
    FROM orders_line AS l LEFT JOIN catalog_product AS p ON p.id = l.product_id CROSS JOIN LATERAL ({_CHECK}) AS c
    WHERE o.store_id = %(store)s AND o.first_used_at IS NULL AND o.never_used_at IS NULL AND l.id = o.line_id
    RETURNING 1
"""  # noqa: S608 -- constants of this module
# What was sent back or refunded altogether is nobody's any more: it is not asked about again, and nothing is told.
_UNUSED = """
    WITH due AS (
        SELECT line_id FROM ownership_ownedline WHERE check_at <= %(now)s
        ORDER BY check_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    UPDATE ownership_ownedline AS o SET check_at = NULL,
        never_used_at = CASE WHEN l.quantity > l.cancelled_quantity + l.refunded_quantity THEN %(now)s END
    FROM due JOIN orders_line AS l ON l.id = due.line_id JOIN orders_order AS r ON r.id = l.order_id
    LEFT JOIN catalog_product AS p ON p.id = l.product_id
    WHERE o.line_id = due.line_id
    RETURNING o.store_id, r.customer_id, r.id, r.number, l.external_id, l.title, coalesce(p.public_id, ''),
              extract(day FROM %(now)s - o.delivered_at)::int, o.never_used_at IS NOT NULL
"""


def own_lines(*, order_ids: Collection[int], now: datetime) -> int:
    """The delivered lines of these orders are owned, and their services planned; answers how many are new."""
    owned = fetch(_OWN, {"orders": sorted(order_ids), "reported": Sign.REPORTED.value, **_checked(now)})
    if owned:
        plan_services(line_ids=[line_id for (line_id,) in owned], now=now)
    return len(owned)


@transaction.atomic
def find_unused(now: datetime, *, limit: int = BATCH) -> int:
    """Notice one batch of lines that are due to be asked about; answers how many were."""
    rows = fetch(_UNUSED, {"now": now, "limit": limit})
    facts = [
        Fact(
            NeverUsed(number=number, line=line, title=title, product=product, days=days), store_id=store_id,
            occurred_at=now, customer_id=customer_id, order_id=order_id,
        )
        for store_id, customer_id, order_id, number, line, title, product, days, is_theirs in rows if is_theirs
    ]  # fmt: skip
    record(facts, now=now)
    return len(rows)


@transaction.atomic
def set_usage_rule(
    *, store: Store, days: int | None, now: datetime, by: str, product: Product | None = None, category: str = ""
) -> None:
    """After how many days a product, a category, or all else counts as never used; None: never. All at once."""
    key = {"product": product} if product else {"product": None, "category": category}
    UsageRule.objects.update_or_create(store=store, **key, defaults={"days": days})
    fetch(_RECHECK, {"store": store.pk, **_checked(now)})
    about = product.title if product else category
    changed = UsageRulesChanged(about=about, days=days or 0)
    record([Fact(changed, store_id=store.pk, occurred_at=now, actor=by)], now=now)


def _checked(now: datetime) -> dict[str, object]:
    return {"now": now, "days": DEFAULT_DAYS, "kinds": WATCHED_KINDS, "old": _NO_NEWS_AFTER}
