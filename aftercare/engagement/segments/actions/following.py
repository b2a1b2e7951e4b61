"""What happens to customers changes which segments they are in: only theirs are asked, of those segments that it concerns."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import survivors
from aftercare.engagement.segments.actions.facts import LOCK, recount, remake_all, remake_purchases
from aftercare.engagement.segments.actions.settling import Kept, kept_of_stores, note_moves, settle
from aftercare.engagement.segments.choices import is_countable
from aftercare.engagement.segments.definition import parse, refers_to, stirred_by, touched_by
from aftercare.engagement.segments.events import SegmentEntered, SegmentLeft
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.scope import Some
from aftercare.engagement.segments.touching import ARRIVED, JOINED, PURCHASES
from aftercare.foundation.database.bulk import fetch, lock_for_transaction
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.stores.models import Store

COMPUTING = "segments computed"
_MOVES = frozenset({SegmentEntered.type, SegmentLeft.type})
# Of lists, who lives on as somebody takes that one's place; told as coming and going.
_MOVE_LISTED = """
    WITH gone AS (
        DELETE FROM segments_member m USING segments_segment g, unnest(%(from)s::bigint[], %(to)s::bigint[]) AS t(was, now)
        WHERE m.customer_id = t.was AND g.id = m.segment_id AND g.kind = 'list' RETURNING m.segment_id, t.was, t.now),
    come AS (
        INSERT INTO segments_member (segment_id, store_id, customer_id, since)
        SELECT DISTINCT segment_id, %(store)s::bigint, now, %(at)s::timestamptz FROM gone
        ON CONFLICT (segment_id, customer_id) DO NOTHING RETURNING segment_id, customer_id)
    SELECT segment_id, customer_id, true FROM come UNION ALL SELECT segment_id, was, false FROM gone
"""


def follow(*, events: Sequence[Recorded], now: datetime) -> None:
    """Count anew what these events tell of, and ask again whom they touched."""
    by_store: dict[int, list[Recorded]] = defaultdict(list)
    for event in events:
        by_store[event.store_id].append(event)
    segments: dict[int, list[Kept]] = defaultdict(list)
    for store_id in sorted(by_store):
        # Before anything is read: what others have settled meanwhile is seen by every statement that follows.
        lock_for_transaction(LOCK, store_id)
    for kept in kept_of_stores(sorted(by_store)):
        segments[kept.store_id].append(kept)
    for store in Store.objects.filter(pk__in=by_store).order_by("pk"):
        _follow(store, by_store[store.pk], segments[store.pk], now)


def _follow(store: Store, events: Sequence[Recorded], segments: Sequence[Kept], now: datetime) -> None:
    people = survivors(store_id=store.pk, ids={event.customer_id for event in events if event.customer_id})
    of_type: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.customer_id in people:
            of_type[event.type].add(people[event.customer_id])
    _count(store, of_type)
    joined = _join(store, events, segments, now)
    for kept in (one for one in segments if one.is_by_rules):
        touched = joined | _touched(kept, events, of_type, people)
        if kept.computed_to is not None:
            # The others are yet to be computed for the first time.
            touched = {row_id for row_id in touched if row_id <= kept.computed_to}
        if touched:
            settle(segment=kept, store=store, scope=Some(sorted(touched)), now=now)
    stirred = [
        one.id for one in segments if one.is_by_rules and stirred_by(parse(one.source)) & {e.type for e in events}
    ]
    if stirred:
        compute_anew(segment_ids=stirred, tells=True)


def _count(store: Store, of_type: dict[str, set[int]]) -> None:
    counted = {name: ids for name, ids in of_type.items() if is_countable(name)}
    recount(people=set().union(*counted.values()), types=list(counted))
    remake_purchases(people=set().union(*(of_type.get(name, ()) for name in PURCHASES)), stores=[store.pk])


def _touched(kept: Kept, events: Sequence[Recorded], of_type: dict[str, set[int]], people: dict[int, int]) -> set[int]:
    definition = parse(kept.source)
    types = touched_by(definition) | ARRIVED
    touched = set().union(*(of_type.get(name, ()) for name in types - _MOVES))
    if types & _MOVES:
        about = refers_to(definition)
        touched |= {
            people[event.customer_id]
            for event in events
            if event.type in _MOVES and event.data.get("segment") in about and event.customer_id in people
        }
    return touched


def _join(store: Store, events: Sequence[Recorded], segments: Sequence[Kept], now: datetime) -> set[int]:
    """Those who were merged or separated: all that is known of them is read anew. Answers them, whoever lives on as whom."""
    told = [event for event in events if event.type in JOINED and event.customer_id]
    if not told:
        return set()
    names = {str(event.data.get("absorbed", "")) for event in told}
    absorbed = set(Customer.objects.filter(store=store, public_id__in=names).values_list("pk", flat=True))
    everyone = absorbed | {event.customer_id for event in told if event.customer_id}
    ends = survivors(store_id=store.pk, ids=everyone)
    present = set(ends.values())
    remake_all(people=present, stores=[store.pk], everyone=everyone)
    gone = {row_id: end for row_id, end in ends.items() if row_id != end}
    _move_listed(store, gone, segments, now)
    return everyone | present


def _move_listed(store: Store, gone: dict[int, int], segments: Sequence[Kept], now: datetime) -> None:
    if not gone:
        return
    parameters = {"from": list(gone), "to": list(gone.values()), "store": store.pk, "at": now}
    moved: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for segment_id, customer_id, came in fetch(_MOVE_LISTED, parameters):
        moved[segment_id].append((customer_id, came))
    for kept in segments:
        note_moves(segment=kept, moved=moved.get(kept.id, []), now=now)


def compute_anew(*, segment_ids: Collection[int], tells: bool) -> None:
    """Let these segments be computed from the beginning; `tells` where whoever comes or goes by it is to be told of."""
    Segment.objects.filter(pk__in=segment_ids).update(computed_to=0, tells=tells)
    wake(COMPUTING)
