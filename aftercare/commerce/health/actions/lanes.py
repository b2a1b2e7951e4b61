"""Measuring what is usual: for how long the parcels of a lane are silent in each status, once a day."""

from datetime import datetime, timedelta

from django.db import transaction

from aftercare.commerce.health.actions.calendars import CALENDARS, calendars_of, worked
from aftercare.commerce.health.policy import LEAST_PARCELS, USUAL, limits
from aftercare.commerce.shipments.vocabulary import OVER
from aftercare.foundation.database.bulk import fetch, fetch_decoded

ANY_CARRIER = "*"
MEASURED_EVERY = timedelta(days=1)
_LOOKED_BACK = timedelta(days=90)
_MOST_PARCELS = 50_000
# Of each parcel, the longest silence in each status: so that one parcel in twenty is ever out of the ordinary, however
# many scans it has. The announcement counts as the first thing heard.
_MEASURE = f"""
    WITH calendars AS MATERIALIZED ({CALENDARS}),
    recent AS (
        SELECT id, carrier, created_at FROM shipments_shipment
        WHERE store_id = %(store)s AND created_at > %(since)s ORDER BY created_at DESC LIMIT %(most)s),
    heard AS (
        SELECT r.carrier, r.id, s.status, s.occurred_at AS at FROM recent r JOIN shipments_scan s ON s.shipment_id = r.id
        UNION ALL SELECT carrier, id, 'pending', created_at FROM recent),
    spans AS (
        SELECT carrier, id, status, at, lead(at) OVER (PARTITION BY id ORDER BY at) AS next_at FROM heard),
    silences AS (
        SELECT s.carrier, s.id, s.status, max({worked("till.at")} - {worked("since.at")}) AS longest
        FROM spans s, calendars c,
             LATERAL (SELECT s.at AT TIME ZONE c.zone AS at) since,
             LATERAL (SELECT s.next_at AT TIME ZONE c.zone AS at) till
        WHERE s.next_at IS NOT NULL AND s.status = ANY(%(statuses)s) GROUP BY s.carrier, s.id, s.status)
    SELECT CASE WHEN grouping(carrier) = 1 THEN %(any)s ELSE carrier END, status, count(*),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY longest), percentile_cont(0.99) WITHIN GROUP (ORDER BY longest)
    FROM silences GROUP BY GROUPING SETS ((carrier, status), (status))
    HAVING count(*) >= %(least)s
"""  # noqa: S608 -- constants of this module
_WRITE = """
    INSERT INTO health_lane (store_id, carrier, status, parcels, p95, p99, stalled_after, lost_after, measured_at)
    SELECT %(store)s, v.*, %(now)s
    FROM unnest(%(carriers)s::text[], %(statuses)s::text[], %(parcels)s::int[], %(p95)s::float8[], %(p99)s::float8[],
                %(stalled)s::float8[], %(lost)s::float8[]) AS v
    ON CONFLICT (store_id, carrier, status) DO UPDATE
       SET parcels = excluded.parcels, p95 = excluded.p95, p99 = excluded.p99, stalled_after = excluded.stalled_after,
           lost_after = excluded.lost_after, measured_at = excluded.measured_at
    RETURNING id
"""
_FORGET = "DELETE FROM health_lane WHERE store_id = %s AND measured_at < %s RETURNING id"
# One store at a time; whoever else measures takes another.
_UNMEASURED = """
    SELECT s.id FROM stores_store s
    WHERE NOT EXISTS (SELECT FROM health_lane l WHERE l.store_id = s.id AND l.status = '' AND l.measured_at > %s)
    ORDER BY s.id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


@transaction.atomic
def measure_due(now: datetime) -> int:
    """Measure a store that was not measured today, if there is one; answers how many."""
    found = fetch(_UNMEASURED, [now - MEASURED_EVERY])
    for (store_id,) in found:
        measure_lanes(store_id=store_id, now=now)
    return len(found)


@transaction.atomic
def measure_lanes(*, store_id: int, now: datetime) -> int:
    """Measure a store's lanes anew; answers how many are known well enough to go by."""
    statuses = [status for status in USUAL if status not in OVER]
    rows = fetch_decoded(_MEASURE, {
        **calendars_of(store_ids=[store_id], now=now), "store": store_id, "since": now - _LOOKED_BACK,
        "most": _MOST_PARCELS, "statuses": [str(status) for status in statuses], "any": ANY_CARRIER,
        "least": LEAST_PARCELS,
    })  # fmt: skip
    bounds = [limits(status, p95=p95, p99=p99) for _, status, _, p95, p99 in rows]
    most = max((row[2] for row in rows), default=0)
    lanes = [(*row, *bound) for row, bound in zip(rows, bounds, strict=True)] + [
        (ANY_CARRIER, "", most, 0.0, 0.0, 0.0, 0.0)
    ]
    names = ("carriers", "statuses", "parcels", "p95", "p99", "stalled", "lost")
    columns = dict(zip(names, map(list, zip(*lanes, strict=True)), strict=True))
    fetch(_WRITE, {**columns, "store": store_id, "now": now})
    fetch(_FORGET, [store_id, now])
    return len(rows)
