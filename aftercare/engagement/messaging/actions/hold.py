"""Holds: one call to place, one to release; they end by themselves. Other capabilities know the reasons.

Each is a fact for the log, for what was not said, and why, is asked about as often as what was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercare.engagement.messaging.events import HoldPlaced, HoldReleased
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.jobs.loops import wake

DECIDE_AGAIN = "decide_again"
SYSTEM = "system"
_PLACE = """
    INSERT INTO messaging_hold (store_id, customer_id, order_id, line_id, placed_by, key, reason, until, placed_at)
    SELECT store_id, customer_id, order_id, line_id, %s, key, reason, until, %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[])
        AS v(store_id, customer_id, order_id, line_id, key, reason, until)
    ON CONFLICT (store_id, placed_by, key)
    DO UPDATE SET until = excluded.until, reason = excluded.reason, released_at = NULL RETURNING id
"""
# What waited for the hold is looked at again at once; it may be waiting for something else still.
_RELEASE = """
    WITH released AS (
        UPDATE messaging_hold SET released_at = %(now)s
        WHERE store_id = %(store)s AND placed_by = %(by)s AND key = ANY(%(keys)s) AND released_at IS NULL
        RETURNING customer_id, order_id, key, reason
    ), woken AS (
        UPDATE messaging_outboxentry AS e SET due_at = %(now)s
        FROM (SELECT DISTINCT customer_id FROM released) AS r JOIN messaging_message AS m USING (customer_id)
        WHERE e.message_id = m.id AND e.waits AND m.reason = 'held' RETURNING m.id
    )
    SELECT customer_id, order_id, key, reason, (SELECT count(*) FROM woken) FROM released ORDER BY key
"""


_END = """
    WITH over AS (
        SELECT id FROM messaging_hold WHERE released_at IS NULL AND until <= %(now)s
        ORDER BY until LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    UPDATE messaging_hold AS h SET released_at = h.until FROM over WHERE h.id = over.id
    RETURNING h.store_id, h.customer_id, h.order_id, h.key, h.reason, h.placed_by, h.until
"""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """Be silent about this customer (or only this order of theirs, or this line of it) until then; `key` is the caller's
    own name for it. What is about no order in particular, such as an offer, waits for each of them."""

    store_id: int
    customer_id: int
    key: str
    reason: str
    until: datetime
    order_id: int | None = None
    line_id: int | None = None


@transaction.atomic
def place_holds(*, placed_by: str, holds: Sequence[HoldRequest], now: datetime, by: str = SYSTEM) -> int:
    """Place or extend holds, in sets; answers how many. `by` is who did it, as the log names people."""
    if not holds:
        return 0
    columns = zip(
        *((h.store_id, h.customer_id, h.order_id, h.line_id, h.key, h.reason, h.until) for h in holds), strict=True
    )
    placed = len(fetch(_PLACE, [placed_by, now, *map(list, columns)]))
    record([_placed(hold, placed_by, by, now) for hold in holds], now=now)
    return placed


@transaction.atomic
def release_holds(
    *, store_id: int, placed_by: str, keys: Sequence[str], now: datetime, by: str = SYSTEM
) -> int:  # fmt: skip
    """Release holds by their keys; answers how many waiting messages are decided about again."""
    released = fetch(_RELEASE, {"now": now, "store": store_id, "by": placed_by, "keys": list(keys)})
    record([
        Fact(
            HoldReleased(key, reason, placed_by), store_id=store_id, occurred_at=now, customer_id=customer_id,
            order_id=order_id, actor=by,
        )
        for customer_id, order_id, key, reason, _ in released
    ], now=now)  # fmt: skip
    woken: int = released[0][-1] if released else 0
    if woken:
        wake(DECIDE_AGAIN)
    return woken


@transaction.atomic
def end_holds(now: datetime) -> int:
    """Release what nobody released in time: one batch; answers how many. What waited for them is due by itself."""
    ended = fetch(_END, {"now": now, "limit": _BATCH})
    record([
        Fact(
            HoldReleased(key, reason, placed_by, by_itself=True), store_id=store_id, occurred_at=until,
            customer_id=customer_id, order_id=order_id,
        )
        for store_id, customer_id, order_id, key, reason, placed_by, until in ended
    ], now=now)  # fmt: skip
    return len(ended)


def _placed(hold: HoldRequest, placed_by: str, by: str, now: datetime) -> Fact:
    event = HoldPlaced(hold.key, hold.reason, placed_by, until=hold.until.isoformat())
    return Fact(
        event, store_id=hold.store_id, occurred_at=now, customer_id=hold.customer_id, order_id=hold.order_id, actor=by
    )  # fmt: skip
