"""Where a parcel was at a moment of the past: by its latest scan that was known then, unless it had arrived."""

from aftercare.commerce.shipments.vocabulary import Status
from aftercare.foundation.database.stand_ins import AS_OF, Past, known_at, register_stand_in

_KNOWN = known_at(happened="s.occurred_at", heard="s.received_at")
_STATUS = f"""
    SELECT CASE
        WHEN bool_and({_KNOWN} <= {AS_OF}) IS NOT FALSE THEN t.status
        WHEN bool_or(s.status = '{Status.DELIVERED.value}') FILTER (WHERE {_KNOWN} <= {AS_OF})
            THEN '{Status.DELIVERED.value}'
        ELSE coalesce(
            (array_agg(s.status ORDER BY s.occurred_at DESC, s.id DESC)
                FILTER (WHERE {_KNOWN} <= {AS_OF} AND s.status <> '{Status.UNKNOWN.value}'))[1],
            '{Status.PENDING.value}') END
    FROM shipments_scan s WHERE s.shipment_id = t.id
"""  # noqa: S608 -- constants of this module

register_stand_in(Past("shipments_shipment", columns={"status": _STATUS}))
