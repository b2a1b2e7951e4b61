"""Time passes: those are asked again for whom a number of days has just gone by, found by when it happened."""

from datetime import datetime, timedelta

from django.db import transaction

from aftercare.engagement.segments.actions.facts import LOCK
from aftercare.engagement.segments.actions.settling import Kept, kept_by_id, settle
from aftercare.engagement.segments.asking import Passing
from aftercare.engagement.segments.compiling import shifts
from aftercare.engagement.segments.definition import parse
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.scope import Some
from aftercare.foundation.database.bulk import fetch, lock_for_transaction
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores

EVERY = timedelta(seconds=30)
MOST = 20_000
_SHORTEST = timedelta(seconds=1)
_NEXT = """
    SELECT id, store_id FROM segments_segment
    WHERE swept_at <= %s AND state = 'live' ORDER BY swept_at, id LIMIT 1
"""


def pass_time(now: datetime) -> int:
    """See to one segment for which time has passed since it was last seen to; answers 1, or 0 where there is none."""
    with transaction.atomic(), across_stores("time passes in every store"):
        found = fetch(_NEXT, [now - EVERY])
        if not found:
            return 0
        segment_id, store_id = found[0]
        lock_for_transaction(LOCK, store_id)
        kept = kept_by_id(segment_id)
        if kept is not None and kept.swept_at is not None and kept.swept_at <= now - EVERY:
            sweep(segment=kept, store=Store.objects.get(pk=store_id), now=now)
        return 1


def sweep(*, segment: Kept, store: Store, now: datetime) -> int:
    """Ask those again whose answer time may have changed since; answers how many. The caller holds the store's lock."""
    assert segment.swept_at is not None
    until, found = now, _aged(segment, store, segment.swept_at, now)
    # After a long pause there may be too many for one transaction: then a part of the time, and the rest next.
    while len(found) > MOST and until - segment.swept_at > _SHORTEST:
        until = segment.swept_at + (until - segment.swept_at) / 2
        found = _aged(segment, store, segment.swept_at, until)
    if segment.computed_to is not None:
        found = [row_id for row_id in found if row_id <= segment.computed_to]
    if found:
        settle(segment=segment, store=store, scope=Some(found), now=now)
    Segment.objects.filter(pk=segment.id).update(swept_at=until)
    return len(found)


def _aged(segment: Kept, store: Store, since: datetime, until: datetime) -> list[int]:
    passing = Passing(store, until, since=since)
    selects = shifts(parse(segment.source), passing)
    if not selects:
        return []
    everyone = " UNION ".join(f"({select})" for select in selects)
    return [row[0] for row in fetch(everyone, passing.parameters)]
