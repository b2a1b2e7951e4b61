"""Computing whole segments: when they are new, when staff change them, when what they refer to has changed.

In stretches of customers, each a transaction of its own, for no transaction may be long that the log's readers wait for.
Whoever is touched meanwhile is settled by whoever touches them, if their stretch is done; else by their stretch.
"""

from datetime import datetime

from django.db import transaction

from aftercare.engagement.segments.actions.facts import LOCK, read_the_past
from aftercare.engagement.segments.actions.following import compute_anew
from aftercare.engagement.segments.actions.settling import Kept, kept_by_id, kept_of_stores, settle
from aftercare.engagement.segments.definition import parse, refers_to
from aftercare.engagement.segments.models import Backfill, Segment
from aftercare.engagement.segments.scope import Stretch
from aftercare.foundation.database.bulk import fetch, lock_for_transaction
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores

# So few that PostgreSQL looks each up, rather than reading for every stretch what happened to everybody.
CHUNK = 10_000
_EVERY_ID = 2**62
_NEXT = "SELECT id, store_id FROM segments_segment WHERE computed_to IS NOT NULL ORDER BY id LIMIT 1"
_END = """
    SELECT max(id), count(*) FROM (
        SELECT id FROM customers_customer WHERE store_id = %s AND id > %s ORDER BY id LIMIT %s) AS stretch
"""


def read_past_and_compute(now: datetime) -> int:
    """A stretch of the past, then of a segment: what is not yet read cannot be asked. Answers how many customers."""
    with transaction.atomic(), across_stores("segments of every store are computed"):
        return read_the_past(now) or compute_next(now)


def compute_next(now: datetime) -> int:
    """The next stretch of a segment that is not whole; answers how many customers it asked."""
    found = fetch(_NEXT)
    if not found or Backfill.objects.filter(done_to__isnull=False).exists():
        return 0
    segment_id, store_id = found[0]
    lock_for_transaction(LOCK, store_id)
    kept = kept_by_id(segment_id)
    if kept is None or kept.computed_to is None:
        return 1  # somebody else was quicker; look for the next
    last, count = fetch(_END, [store_id, kept.computed_to, CHUNK])[0]
    is_last = count < CHUNK
    stretch = Stretch(kept.computed_to, _EVERY_ID if is_last else last)
    settle(segment=kept, store=Store.objects.get(pk=store_id), scope=stretch, now=now, tells=kept.tells)
    if is_last:
        _finish(kept)
    else:
        Segment.objects.filter(pk=segment_id).update(computed_to=last)
    return max(int(count), 1)


def _finish(kept: Kept) -> None:
    Segment.objects.filter(pk=kept.id).update(computed_to=None, tells=False)
    if kept.tells:
        return  # those who refer to it hear of everybody who came and went
    others = [one.id for one in kept_of_stores([kept.store_id]) if kept.public_id in refers_to(parse(one.source))]
    if others:
        compute_anew(segment_ids=others, tells=False)
