"""Holds: one call to place, one to release; they end by themselves. Other capabilities know the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.jobs.loops import wake

DECIDE_AGAIN = "decide_again"
_PLACE = """
    INSERT INTO messaging_hold (store_id, customer_id, order_id, placed_by, key, reason, until, placed_at)
    SELECT store_id, customer_id, order_id, %s, key, reason, until, %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[])
        AS v(store_id, customer_id, order_id, key, reason, until)
    ON CONFLICT (store_id, placed_by, key)
    DO UPDATE SET until = excluded.until, reason = excluded.reason, released_at = NULL RETURNING id
"""
# What waited for the hold is looked at again at once; it may be waiting for something else still.
_RELEASE = """
    WITH released AS (
        UPDATE messaging_hold SET released_at = %(now)s
        WHERE store_id = %(store)s AND placed_by = %(by)s AND key = ANY(%(keys)s) AND released_at IS NULL
        RETURNING customer_id
    )
    UPDATE messaging_outboxentry AS e SET due_at = %(now)s
    FROM released JOIN messaging_message AS m USING (customer_id)
    WHERE e.message_id = m.id AND e.waits AND m.reason = 'held' RETURNING m.id
"""


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """Be silent about this customer (or only this order of theirs) until then; `key` is the caller's own name for it."""

    store_id: int
    customer_id: int
    key: str
    reason: str
    until: datetime
    order_id: int | None = None


def place_holds(*, placed_by: str, holds: Sequence[HoldRequest], now: datetime) -> int:
    """Place or extend holds, in sets; answers how many."""
    if not holds:
        return 0
    columns = zip(*((h.store_id, h.customer_id, h.order_id, h.key, h.reason, h.until) for h in holds), strict=True)
    return len(fetch(_PLACE, [placed_by, now, *map(list, columns)]))


def release_holds(*, store_id: int, placed_by: str, keys: Sequence[str], now: datetime) -> int:
    """Release holds by their keys; answers how many waiting messages are decided about again."""
    woken = len(fetch(_RELEASE, {"now": now, "store": store_id, "by": placed_by, "keys": list(keys)}))
    if woken:
        wake(DECIDE_AGAIN)
    return woken
