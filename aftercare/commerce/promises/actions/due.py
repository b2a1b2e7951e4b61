"""What is to be promised anew stands in a narrow queue, so that nobody looks through all open parcels to find it.

Notes are only ever appended, and claimed by their key: whoever records scans waits for nobody who promises. A note is
written in the transaction of what it is about, so whoever sees it sees that too.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from aftercare.commerce.promises.estimating.walk import GIVEN_UP
from aftercare.commerce.promises.models import Due, Learned
from aftercare.commerce.promises.policy import ENOUGH
from aftercare.commerce.shipments.vocabulary import OVER
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.jobs.loops import wake

PROMISES = "promises"
BATCH = 5000
_OVER = [status.value for status in OVER]
# A store that has learned nothing yet promises nothing, and will find all open parcels when it does.
_NOTE_HEARD = """
    WITH noted AS (INSERT INTO promises_due (store_id, kind, row_id, noted_at)
    SELECT s.store_id, 'parcel', s.id, %(now)s
    FROM shipments_shipment s
         JOIN promises_learned l ON l.store_id = s.store_id AND l.stage = 'hand_over' AND l.deliveries >= %(enough)s
    WHERE s.id = ANY(%(ids)s) AND s.status <> ALL(%(over)s)
    RETURNING 1) SELECT count(*) FROM noted
"""
_NOTE_PARCELS = """
    WITH noted AS (INSERT INTO promises_due (store_id, kind, row_id, noted_at)
    SELECT store_id, 'parcel', id, %(now)s FROM shipments_shipment
    WHERE store_id = %(store)s AND status <> ALL(%(over)s) AND created_at > %(since)s ORDER BY id
    RETURNING 1) SELECT count(*) FROM noted
"""
_NOTE_ORDERS = """
    WITH noted AS (INSERT INTO promises_due (store_id, kind, row_id, noted_at)
    SELECT store_id, 'order', id, %(now)s FROM orders_order o
    WHERE store_id = %(store)s AND placed_at > %(since)s AND delivered_at IS NULL AND cancelled_at IS NULL
          AND NOT EXISTS (SELECT FROM shipments_shipment s WHERE s.order_id = o.id)
    ORDER BY id
    RETURNING 1) SELECT count(*) FROM noted
"""
# What was promised since it was noted, at a milestone of the parcel, is not promised again.
_CLAIM = """
    WITH claimed AS (
        DELETE FROM promises_due WHERE id IN (
            SELECT id FROM promises_due ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
        RETURNING store_id, kind, row_id, noted_at
    )
    SELECT c.store_id, c.kind, c.row_id, bool_and(p.shipment_id IS NULL AND o.order_id IS NULL)
    FROM claimed c
         LEFT JOIN promises_promise p ON c.kind = 'parcel' AND p.shipment_id = c.row_id AND p.made_at >= c.noted_at
         LEFT JOIN promises_orderpromise o ON c.kind = 'order' AND o.order_id = c.row_id AND o.made_at >= c.noted_at
    GROUP BY 1, 2, 3
"""


def note_heard(*, heard: Collection[int], changed: Collection[int], now: datetime) -> None:
    """One more scan in a depot is no fact for the log; the loop promises these parcels anew."""
    noted = {"ids": sorted({*heard, *changed}), "now": now, "enough": ENOUGH, "over": _OVER}
    [(count,)] = fetch(_NOTE_HEARD, noted)
    if count:
        wake(PROMISES)


def note_learned(*, store_id: int, stage: Learned.Stage, now: datetime) -> None:
    """Everything that is under way is promised anew, from what was learned."""
    statement = _NOTE_PARCELS if stage == Learned.Stage.HAND_OVER else _NOTE_ORDERS
    since = now - timedelta(days=GIVEN_UP)
    [(count,)] = fetch(statement, {"store": store_id, "now": now, "since": since, "over": _OVER})
    if count:
        wake(PROMISES)


def claim_due(*, limit: int = BATCH) -> tuple[int, list[tuple[int, list[int], list[int]]]]:
    """How many parcels and orders were taken off the queue; for each store, those of its parcels and orders to promise.

    Within the transaction that promises them.
    """
    due: dict[int, dict[str, list[int]]] = defaultdict(lambda: {kind: [] for kind in Due.Kind.values})
    claimed = fetch(_CLAIM, {"most": limit})
    for store_id, kind, row_id, is_due in claimed:
        if is_due:
            due[store_id][kind].append(row_id)
    return len(claimed), [
        (store_id, rows[Due.Kind.PARCEL], rows[Due.Kind.ORDER]) for store_id, rows in sorted(due.items())
    ]
