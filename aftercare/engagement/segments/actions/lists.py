"""Who is on a list: put there and taken off, told like any coming and going."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from aftercare.commerce.customers.queries import survivors
from aftercare.engagement.segments.actions.facts import LOCK
from aftercare.engagement.segments.actions.settling import note_moves
from aftercare.engagement.segments.errors import NotAList
from aftercare.engagement.segments.models import Segment
from aftercare.foundation.database.bulk import fetch, lock_for_transaction

_PUT = """
    INSERT INTO segments_member (segment_id, store_id, customer_id, since)
    SELECT %(segment)s, %(store)s, c.id, %(now)s FROM customers_customer c
    WHERE c.store_id = %(store)s AND c.id = ANY(%(ids)s) ORDER BY c.id
    ON CONFLICT (segment_id, customer_id) DO NOTHING RETURNING customer_id, true
"""
_TAKE = """
    DELETE FROM segments_member WHERE segment_id = %(segment)s AND customer_id = ANY(%(ids)s) RETURNING customer_id, false
"""


@transaction.atomic
def put_on_list(*, segment: Segment, customer_ids: Collection[int], now: datetime) -> int:
    """Put customers on a list; answers how many were not on it. Merged customers resolve. Raises NotAList."""
    return _write(_PUT, segment, customer_ids, now)


@transaction.atomic
def take_off_list(*, segment: Segment, customer_ids: Collection[int], now: datetime) -> int:
    """Take customers off a list; answers how many were on it."""
    return _write(_TAKE, segment, customer_ids, now)


def _write(statement: str, segment: Segment, customer_ids: Collection[int], now: datetime) -> int:
    if not segment.is_list or not segment.is_live:
        raise NotAList("Who is in this segment is decided by its rules.", field="segment", remedy="Make a list.")
    lock_for_transaction(LOCK, segment.store_id)
    ids = sorted(set(survivors(store_id=segment.store_id, ids=customer_ids).values()))
    parameters = {"segment": segment.pk, "store": segment.store_id, "ids": ids, "now": now}
    moved = fetch(statement, parameters)
    note_moves(segment=segment, moved=moved, now=now)
    return len(moved)
