"""Who is in a segment, held against who fits: one statement writes the difference, and tells it in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.compiling import NO_ONE, predicate
from aftercare.engagement.segments.definition import parse
from aftercare.engagement.segments.events import SegmentEntered, SegmentLeft
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.scope import Scope
from aftercare.engagement.segments.vocabulary import SegmentKind, SegmentState
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.stores.models import Store

_SETTLE = """
    WITH fitting AS MATERIALIZED (
        SELECT c.id FROM customers_customer c
        WHERE c.store_id = %(store)s AND c.merged_into_id IS NULL AND {scope} AND {predicate}),
    gone AS (
        DELETE FROM segments_member m WHERE m.segment_id = %(segment)s AND {members}
        AND NOT EXISTS (SELECT FROM fitting f WHERE f.id = m.customer_id) RETURNING m.customer_id),
    come AS (
        INSERT INTO segments_member (segment_id, store_id, customer_id, since)
        SELECT %(segment)s, %(store)s, f.id, %(now)s FROM fitting f
        WHERE NOT EXISTS (SELECT FROM segments_member m WHERE m.segment_id = %(segment)s AND m.customer_id = f.id)
        ON CONFLICT (segment_id, customer_id) DO NOTHING RETURNING customer_id)
    SELECT customer_id, true FROM come UNION ALL SELECT customer_id, false FROM gone
"""
_RESIZE = """
    WITH resized AS (
        UPDATE segments_segment SET size = greatest(size + %(by)s, 0) WHERE id = %(segment)s RETURNING id, store_id, size)
    INSERT INTO segments_sizeofday (segment_id, store_id, day, size) SELECT id, store_id, %(day)s, size FROM resized
    ON CONFLICT (segment_id, day) DO UPDATE SET size = excluded.size RETURNING size
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment as it is kept up to date: its row's columns, read without the ORM for thousands of batches."""

    id: int
    store_id: int
    public_id: str
    name: str
    kind: str
    state: str
    source: str
    computed_to: int | None
    tells: bool
    swept_at: datetime | None

    @property
    def is_by_rules(self) -> bool:
        return self.kind == SegmentKind.RULES


_COLUMNS = "id, store_id, public_id, name, kind, state, definition::text, computed_to, tells, swept_at"


def kept_of_stores(store_ids: Sequence[int]) -> list[Kept]:
    """The live segments of these stores, in the order of their ids."""
    query = f"SELECT {_COLUMNS} FROM segments_segment WHERE store_id = ANY(%s) AND state = 'live' ORDER BY id"  # noqa: S608 -- constants
    return [Kept(*row) for row in fetch(query, [list(store_ids)])]


def kept_by_id(segment_id: int) -> Kept | None:
    """One segment, as it is now."""
    rows = fetch(f"SELECT {_COLUMNS} FROM segments_segment WHERE id = %s", [segment_id])  # noqa: S608 -- constants
    return Kept(*rows[0]) if rows else None


def settle(*, segment: Kept, store: Store, scope: Scope, now: datetime, tells: bool = True) -> int:
    """Let in who fits and out who does not, of those in the scope; answers how many came or went.

    The caller holds the store's lock: of two who settle the same customer, the later sees what the earlier saw, and more.
    """
    question = Question(store, now, few=True)
    is_kept = segment.is_by_rules and segment.state == SegmentState.LIVE
    fits = predicate(parse(segment.source), question) if is_kept else NO_ONE
    statement = _SETTLE.format(scope=scope.sql("c.id"), predicate=fits, members=scope.sql("m.customer_id"))
    moved = fetch(statement, {**question.parameters, **scope.parameters(), "segment": segment.id})
    note_moves(segment=segment, moved=moved, now=now, tells=tells)
    return len(moved)


def note_moves(
    *, segment: Kept | Segment, moved: Sequence[tuple[int, bool]], now: datetime, tells: bool = True
) -> None:
    """Who came (True) and went: the segment's size, and an event for each."""
    if not moved:
        return
    by = sum(1 if came else -1 for _, came in moved)
    fetch(_RESIZE, {"segment": segment.id, "by": by, "day": now.date()})
    if tells:
        entered = SegmentEntered(segment.public_id, segment.name)
        left = SegmentLeft(segment.public_id, segment.name)
        facts = [
            Fact(entered if came else left, segment.store_id, now, customer_id, actor="system")
            for customer_id, came in sorted(moved)
        ]
        record(facts, now=now)
