"""Reading the log in commit order, below the oldest running transaction, so that no event is ever skipped.

Sequence numbers are taken before a transaction commits, so a reader that trusted them alone would step over an event
whose transaction was slower than its neighbour's. Positions are therefore (transaction id, sequence), and the reader
stays below `pg_snapshot_xmin`: everything there is committed or gone for good.
"""

from dataclasses import dataclass
from datetime import datetime

from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.events.base import Recorded

_FIELDS = "id, store_id, type, occurred_at, recorded_at, customer_id, order_id, shipment_id, actor, data"
# The text of a transaction id must not be called "tx": ORDER BY would take it for the id, and sort 9 after 10.
_PAGE = f"""
    SELECT {_FIELDS}, tx::text AS position, seq FROM events_event
    WHERE (tx, seq) > (%s::text::xid8, %s) AND tx < %s::text::xid8 AND {{types}} AND {{shard}}
    ORDER BY tx, seq LIMIT %s
"""  # noqa: S608 -- constants of this module


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the log."""

    tx: str
    seq: int


BEGINNING = Position("0", 0)


def horizon() -> str:
    """The oldest transaction still running: what lies below it is settled."""
    return str(fetch("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")[0][0])


def read_page(
    *, after: Position, types: frozenset[str], limit: int, shard: int = 0, shards: int = 1
) -> tuple[list[Recorded], Position]:
    """The next settled events of these types (of all, if empty), and the position to go on from.

    A page that is not full ends at the horizon: nothing of interest lies between.
    """
    settled_below = horizon()
    query = _PAGE.format(
        types="type = ANY(%s)" if types else "true",
        # A customer's events stay in one shard, hence in order; events without a customer go by order.
        shard="mod(coalesce(customer_id, order_id, 0), %s) = %s" if shards > 1 else "true",
    )
    parameters: list[object] = [after.tx, after.seq, settled_below]
    parameters += [sorted(types)] if types else []
    parameters += [shards, shard] if shards > 1 else []
    rows = fetch_decoded(query, [*parameters, limit])
    events = [Recorded(*row[:10]) for row in rows]
    if len(rows) == limit:
        return events, Position(rows[-1][10], rows[-1][11])
    return events, _end_below(settled_below, after)


def _end_below(settled_below: str, after: Position) -> Position:
    end = Position(str(int(settled_below) - 1), 2**62)
    return max(end, after, key=lambda position: (int(position.tx), position.seq))


def load(event_id: object) -> Recorded | None:
    """One event by its id."""
    rows = fetch_decoded(f"SELECT {_FIELDS} FROM events_event WHERE id = %s", [event_id])  # noqa: S608 -- a constant
    return Recorded(*rows[0]) if rows else None


def lag(position: Position) -> tuple[int, datetime | None]:
    """How many events (counted to 100,000) lie after a position, and since when the first of them waits."""
    rows = fetch(
        "SELECT count(*), min(recorded_at) FROM (SELECT recorded_at FROM events_event"
        " WHERE (tx, seq) > (%s::text::xid8, %s) ORDER BY tx, seq LIMIT 100000) AS waiting",
        [position.tx, position.seq],
    )
    return rows[0][0], rows[0][1]
