"""Learning when customers read: from what they opened and followed, machines left out, in sets."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby

import orjson
from django.db import connection

from aftercare.engagement.messaging.policy.best_hour import ENOUGH, ENOUGH_OF_STORE, HOURS, best_of
from aftercare.foundation.database.bulk import fetch

_REMEMBERED = timedelta(days=180)
_CHUNK = 10_000
# Of each message only the first look counts, at the hour it had where the reader is. Gathered once, into a table of this
# session: so that no transaction is long, and the log's horizon moves on.
_GATHER = """
    CREATE TEMPORARY TABLE messaging_reads AS
    SELECT store_id, customer_id, hour, count(*) AS reads FROM (
        SELECT m.store_id, m.customer_id,
               extract(hour FROM min(n.at) AT TIME ZONE coalesce(nullif(c.time_zone, ''), s.time_zone))::int AS hour
        FROM messaging_messagenews n
        JOIN messaging_message m ON m.id = n.message_id JOIN customers_customer c ON c.id = m.customer_id
        JOIN stores_store s ON s.id = m.store_id
        WHERE n.kind IN ('opened', 'clicked') AND NOT n.is_machine AND n.at >= %s AND n.at <= %s
        GROUP BY m.id, m.store_id, m.customer_id, c.time_zone, s.time_zone
    ) AS looks GROUP BY store_id, customer_id, hour
"""
_CURVES = "SELECT store_id, hour, sum(reads)::int FROM messaging_reads GROUP BY store_id, hour"
_CUSTOMERS = """
    SELECT store_id, customer_id, hour, reads::int FROM messaging_reads
    WHERE customer_id IN (
        SELECT DISTINCT customer_id FROM messaging_reads WHERE customer_id > %s ORDER BY customer_id LIMIT %s
    ) ORDER BY customer_id
"""
_KEEP = """
    INSERT INTO messaging_readinghour (customer_id, store_id, hour, reads, learned_at)
    SELECT v.id, v.store_id, v.hour, v.reads, %s FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[])
        AS v(id, store_id, hour, reads)
    ON CONFLICT (customer_id) DO UPDATE
    SET hour = excluded.hour, reads = excluded.reads, learned_at = excluded.learned_at RETURNING customer_id
"""
_KEEP_STORES = """
    INSERT INTO messaging_storereadinghour (store_id, hour, curve, learned_at)
    SELECT v.store_id, v.hour, v.curve, %s FROM unnest(%s::bigint[], %s::int[], %s::jsonb[]) AS v(store_id, hour, curve)
    ON CONFLICT (store_id) DO UPDATE
    SET hour = excluded.hour, curve = excluded.curve, learned_at = excluded.learned_at RETURNING store_id
"""
Curve = list[float]


def learn_reading_hours(*, now: datetime) -> int:
    """Learn every store's and every customer's hour anew; answers of how many customers one is known."""
    with _gathered(now):
        curves = _curves(fetch(_CURVES))
        _keep_stores(curves, now)
        learned, last = 0, 0
        while rows := fetch(_CUSTOMERS, [last, _CHUNK]):
            learned += _keep_customers(rows, curves, now)
            last = rows[-1][1]
        return learned


@contextmanager
def _gathered(now: datetime) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS messaging_reads")
        cursor.execute(_GATHER, [now - _REMEMBERED, now])
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE messaging_reads")


def _curves(rows: Iterable[tuple[int, int, int]]) -> dict[int, Curve]:
    curves: dict[int, Curve] = defaultdict(lambda: [0.0] * HOURS)
    for store_id, hour, reads in rows:
        curves[store_id][hour] = float(reads)
    return {store_id: curve for store_id, curve in curves.items() if sum(curve) >= ENOUGH_OF_STORE}


def _keep_stores(curves: dict[int, Curve], now: datetime) -> None:
    hours = [best_of(curve) for curve in curves.values()]
    documents = [orjson.dumps(curve).decode() for curve in curves.values()]
    fetch(_KEEP_STORES, [now, list(curves), hours, documents])


def _keep_customers(rows: Sequence[tuple[int, int, int, int]], curves: dict[int, Curve], now: datetime) -> int:
    found = []
    for (store_id, customer), counted in groupby(rows, key=lambda row: (row[0], row[1])):
        curve = [0.0] * HOURS
        for _, _, hour, reads in counted:
            curve[hour] += reads
        if sum(curve) >= ENOUGH:
            found.append((customer, store_id, best_of(curve, prior=curves.get(store_id)), int(sum(curve))))
    if found:
        fetch(_KEEP, [now, *(list(column) for column in zip(*found, strict=True))])
    return len(found)
