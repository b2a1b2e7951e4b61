"""Claiming those whose timers are due, and taking timers away."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from aftercare.engagement.journeys.definition import Definition, parse
from aftercare.engagement.journeys.travel import Traveller
from aftercare.foundation.database.bulk import fetch, fetch_decoded

_CLAIM = """
    SELECT enrolment_id, leaves FROM journeys_timer WHERE due_at <= %s ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
# Not joined to the claim: a lock may be had a moment after its statement began, and only a statement that begins under
# the lock is certain to see what the last holder wrote into the enrolment.
_TRAVELLERS = """
    SELECT version_id, id, public_id, store_id, entry_key, customer_id, order_id, shipment_id, data, step, anchor_at,
           waits_for, is_backfill
    FROM journeys_enrolment WHERE id = ANY(%s::bigint[])
"""
_VERSIONS = """
    SELECT v.id, j.key, v.definition::text FROM journeys_version v JOIN journeys_journey j ON j.id = v.journey_id
    WHERE v.id = ANY(%s)
"""


def claim(now: datetime, *, limit: int) -> tuple[list[Traveller], dict[int, Definition]]:
    """Hold who is due until the transaction ends; answers them, and the definitions they travel by."""
    claimed = dict(fetch(_CLAIM, [now, limit]))
    if not claimed:
        return [], {}
    rows = fetch_decoded(_TRAVELLERS, [id_array(list(claimed))])
    versions = fetch(_VERSIONS, [list({row[0] for row in rows})])
    keys = {version_id: key for version_id, key, _ in versions}
    definitions = {version_id: parse(version_id, source) for version_id, _, source in versions}
    travellers = [Traveller(keys[row[0]], *row) for row in rows]
    for one in travellers:
        one.leaves = claimed[one.id]
    return travellers, definitions


def release(ids: Sequence[int]) -> None:
    """Take away the timers of those who have arrived."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journeys_timer WHERE enrolment_id = ANY(%s::bigint[])", [id_array(ids)])


def id_array(ids: Sequence[int]) -> str:
    """Rendered here, because psycopg looks at every number of a list first, to find the narrowest type for all."""
    return f"{{{','.join(map(str, ids))}}}"
