"""Who is on a list: put there and taken off, told like any coming and going."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from aftercare.commerce.customers.queries import survivors
from aftercare.engagement.segments.actions.facts import LOCK
from aftercare.engagement.segments.actions.settling import note_moves
from aftercare.engagement.segments.errors import NotAList
from aftercare.engagement.segments.list_files import read_list
from aftercare.engagement.segments.models import ListImport, Segment
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


@transaction.atomic
def import_list(*, segment: Segment, name: str, content: bytes, by: str, now: datetime) -> ListImport:
    """Put on a list whom a file names, and keep the rows nobody was found for. The same file again adds nobody.

    Raises UnreadableList where it is no such file, NotAList where the segment is none.
    """
    _check_list(segment)
    read = read_list(content, name=name, store=segment.store)
    added = put_on_list(segment=segment, customer_ids=read.customer_ids, now=now)
    made = ListImport(
        store_id=segment.store_id, segment=segment, file_name=name[:200], rows=read.rows, found=len(read.customer_ids),
        added=added, refused=read.refused, rejects=read.rejects, by=by, at=now,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def _write(statement: str, segment: Segment, customer_ids: Collection[int], now: datetime) -> int:
    _check_list(segment)
    lock_for_transaction(LOCK, segment.store_id)
    ids = sorted(set(survivors(store_id=segment.store_id, ids=customer_ids).values()))
    parameters = {"segment": segment.pk, "store": segment.store_id, "ids": ids, "now": now}
    moved = fetch(statement, parameters)
    note_moves(segment=segment, moved=moved, now=now)
    return len(moved)


def _check_list(segment: Segment) -> None:
    if not segment.is_live:
        raise NotAList("The list has been archived.", field="segment", remedy="Make a new one.")
    if not segment.is_list:
        raise NotAList("Who is in this segment is decided by its rules.", field="segment", remedy="Make a list.")
