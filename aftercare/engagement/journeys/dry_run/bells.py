"""What rings for those who wait for an event: when the next one was heard of. The live scheduler is nudged at the same
moments."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.engagement.journeys.travel import Traveller
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.stand_ins import real
from aftercare.foundation.events.past import KNOWN

# Parcels are found through their order's events, which are indexed.
FOUND_BY = {
    "order": "t.order_id = w.order_id",
    "shipment": "t.order_id = w.order_id AND t.shipment_id = w.shipment_id",
    "customer": "t.customer_id = w.customer_id",
}
_RINGS = """
    SELECT w.id, (array_agg({known} ORDER BY {known}))[1:2]
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
        AS w(id, order_id, shipment_id, customer_id, types, after, until)
    JOIN {log} t ON {found_by} AND t.type = ANY(string_to_array(w.types, ' '))
    WHERE {known} > w.after AND {known} < w.until GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody waits for one of these events of their order, shipment or customer (`by`), no longer than `until`."""

    traveller: Traveller
    types: str
    by: str
    until: datetime


def bells(waits: Sequence[Wait], *, after: datetime) -> Mapping[int, list[datetime]]:
    """By traveller id the first and second time that something rings after a look; missing where nothing does."""
    found: dict[int, list[datetime]] = {}
    by_subject: dict[str, list[Wait]] = defaultdict(list)
    for wait in waits:
        by_subject[wait.by].append(wait)
    for by, those in by_subject.items():
        query = _RINGS.format(known=KNOWN, log=real("events_event"), found_by=FOUND_BY[by])
        people = [wait.traveller for wait in those]
        found |= dict(fetch(query, [
            [one.id for one in people], [one.order_id for one in people], [one.shipment_id for one in people],
            [one.customer_id for one in people], [wait.types for wait in those], [after] * len(those),
            [wait.until for wait in those],
        ]))  # fmt: skip
    return found
