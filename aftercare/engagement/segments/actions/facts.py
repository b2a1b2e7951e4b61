"""What conditions read: for each person how often what happened, what they paid and what they bought.

Nothing is added up as it comes. Whoever was touched is counted anew from the log and the orders, so that an event that is
handled twice, comes late, or belongs to somebody they were merged with makes no difference.
"""

from collections.abc import Collection
from datetime import datetime

from aftercare.engagement.segments.choices import countable
from aftercare.engagement.segments.counting import KEPT
from aftercare.engagement.segments.models import Backfill
from aftercare.foundation.database.bulk import fetch, lock_for_transaction

LOCK = "segments"
# Customers whose past is read in one go: some ten thousand rows, well under a second.
_CHUNK = 5_000
# A person, and whoever was merged into them.
_PEOPLE = """
    WITH RECURSIVE person AS (
        SELECT p.id AS person_id, p.id FROM unnest(%(people)s::bigint[]) AS p(id)
        UNION ALL
        SELECT person.person_id, c.id FROM person JOIN customers_customer c ON c.merged_into_id = person.id)
"""
_ACTIVITY = f"""
    {_PEOPLE}, counted AS (
        SELECT p.person_id, e.type, min(e.store_id) AS store_id, count(*) AS times, min(e.occurred_at) AS first_at,
               (array_agg(e.occurred_at ORDER BY e.occurred_at DESC))[1:{KEPT}] AS recent
        FROM person p JOIN events_event e ON e.customer_id = p.id WHERE e.type = ANY(%(types)s) GROUP BY p.person_id, e.type)
    INSERT INTO segments_activity (store_id, customer_id, type, times, first_at, last_at, recent)
    SELECT store_id, person_id, type, times, first_at, recent[1], recent FROM counted ORDER BY person_id, type
    ON CONFLICT (customer_id, type) DO UPDATE
       SET times = excluded.times, first_at = excluded.first_at, last_at = excluded.last_at, recent = excluded.recent
     WHERE (segments_activity.times, segments_activity.first_at, segments_activity.recent)
           IS DISTINCT FROM (excluded.times, excluded.first_at, excluded.recent)
"""  # noqa: S608 -- constants of this module
_ORDERS = f"""
    {_PEOPLE}, placed AS MATERIALIZED (
        SELECT o.id AS order_id, p.person_id, o.store_id, o.placed_at, o.total - o.refunded AS amount, o.currency
        FROM person p JOIN orders_order o ON o.customer_id = p.id WHERE o.cancelled_at IS NULL)
"""  # noqa: S608 -- constants of this module
_PURCHASES = f"""
    {_ORDERS}, gone AS (
        DELETE FROM segments_purchase g WHERE g.customer_id = ANY(%(everyone)s) AND g.store_id = ANY(%(stores)s)
        AND NOT EXISTS (SELECT FROM placed WHERE placed.order_id = g.order_id))
    INSERT INTO segments_purchase (order_id, store_id, customer_id, placed_at, amount, currency)
    SELECT order_id, store_id, person_id, placed_at, amount, currency FROM placed ORDER BY order_id
    ON CONFLICT (order_id) DO UPDATE
       SET customer_id = excluded.customer_id, placed_at = excluded.placed_at, amount = excluded.amount,
           currency = excluded.currency
     WHERE (segments_purchase.customer_id, segments_purchase.placed_at, segments_purchase.amount, segments_purchase.currency)
           IS DISTINCT FROM (excluded.customer_id, excluded.placed_at, excluded.amount, excluded.currency)
"""  # noqa: S608 -- constants of this module
_BOUGHT = f"""
    {_ORDERS}, lines AS MATERIALIZED (
        SELECT l.order_id, l.product_id, placed.person_id, placed.store_id, placed.placed_at,
               sum(l.quantity - l.cancelled_quantity) AS quantity
        FROM placed JOIN orders_line l ON l.order_id = placed.order_id
        WHERE l.product_id IS NOT NULL AND l.quantity > l.cancelled_quantity GROUP BY 1, 2, 3, 4, 5),
    gone AS (
        DELETE FROM segments_bought g WHERE g.customer_id = ANY(%(everyone)s)
        AND NOT EXISTS (SELECT FROM lines WHERE lines.order_id = g.order_id AND lines.product_id = g.product_id))
    INSERT INTO segments_bought (order_id, product_id, store_id, customer_id, placed_at, quantity)
    SELECT order_id, product_id, store_id, person_id, placed_at, quantity FROM lines ORDER BY order_id, product_id
    ON CONFLICT (order_id, product_id) DO UPDATE
       SET customer_id = excluded.customer_id, placed_at = excluded.placed_at, quantity = excluded.quantity
     WHERE (segments_bought.customer_id, segments_bought.placed_at, segments_bought.quantity)
           IS DISTINCT FROM (excluded.customer_id, excluded.placed_at, excluded.quantity)
"""  # noqa: S608 -- constants of this module
_FORGET = "DELETE FROM segments_activity WHERE customer_id = ANY(%(everyone)s)"
_NEXT = """
    SELECT id, store_id, merged_into_id IS NULL FROM customers_customer WHERE id > %s ORDER BY id LIMIT %s
"""
_DONE_TO = "SELECT done_to FROM segments_backfill WHERE id = 1 FOR UPDATE SKIP LOCKED"


def recount(*, people: Collection[int], types: Collection[str]) -> None:
    """Count anew how often events of these types happened to these people."""
    if people and types:
        fetch(_ACTIVITY + " RETURNING 1", {"people": list(people), "types": list(types)})


def remake_purchases(*, people: Collection[int], stores: Collection[int], everyone: Collection[int] = ()) -> None:
    """Read anew what these people bought; `everyone` names also those who live on as one of them."""
    if people:
        ids = {"people": list(people), "everyone": list({*people, *everyone}), "stores": list(stores)}
        fetch(_PURCHASES + " RETURNING 1", ids)
        fetch(_BOUGHT + " RETURNING 1", ids)


def remake_all(*, people: Collection[int], stores: Collection[int], everyone: Collection[int]) -> None:
    """Read everything anew of people who were merged or separated."""
    fetch(_FORGET + " RETURNING 1", {"everyone": list({*people, *everyone})})
    recount(people=people, types=every_type())
    remake_purchases(people=people, stores=stores, everyone=everyone)


def every_type() -> list[str]:
    """All that is counted."""
    return [event.type for event in countable()]


def read_the_past(now: datetime) -> int:  # noqa: ARG001 -- a loop's work
    """Read the next customers' past, from before segments were there; answers how many, 0 when all is read."""
    Backfill.objects.get_or_create(pk=1)
    state = fetch(_DONE_TO)
    if not state or state[0][0] is None:
        return 0
    found = fetch(_NEXT, [state[0][0], _CHUNK])
    stores = sorted({row[1] for row in found})
    for store_id in stores:
        lock_for_transaction(LOCK, store_id)
    people = [row[0] for row in found if row[2]]
    recount(people=people, types=every_type())
    remake_purchases(people=people, stores=stores)
    done_to = found[-1][0] if len(found) == _CHUNK else None
    Backfill.objects.filter(pk=1).update(done_to=done_to)
    return len(found)
