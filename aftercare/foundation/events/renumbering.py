"""Giving the log of another server positions that hold on this one.

Transaction ids belong to a server. In a log that comes from one that has done more than this, events lie ahead of the
horizon and no subscriber would see them. Their order is all that counts, so they become the work of one old transaction,
numbered through; what a cursor had read stays read.
"""

from django.db import transaction

from aftercare.foundation.database.bulk import fetch

# Older than any transaction that a server runs.
_LONG_AGO = 1
_IS_AHEAD = """
    SELECT EXISTS (SELECT FROM events_event WHERE tx >= pg_snapshot_xmin(pg_current_snapshot()))
        OR EXISTS (SELECT FROM events_cursor WHERE tx > pg_snapshot_xmin(pg_current_snapshot()))
"""
# Cursors first: they are counted against the positions that events still have.
_CURSORS = f"""
    UPDATE events_cursor AS c
    SET tx = '{_LONG_AGO}', seq = (SELECT count(*) FROM events_event e WHERE (e.tx, e.seq) <= (c.tx, c.seq))
    RETURNING c.id
"""  # noqa: S608 -- a constant
_EVENTS = f"""
    WITH moved AS (
        UPDATE events_event AS e SET tx = '{_LONG_AGO}', seq = p.place
        FROM (SELECT id, row_number() OVER (ORDER BY tx, seq) AS place FROM events_event) AS p
        WHERE e.id = p.id RETURNING 1
    )
    SELECT count(*) FROM moved
"""  # noqa: S608 -- a constant
_NUMBERS = """
    SELECT setval('events_event_seq', greatest((SELECT coalesce(max(seq), 1) FROM events_event), last_value))
    FROM events_event_seq
"""


@transaction.atomic
def renumber_log() -> bool:
    """Whether it had to be done. Nothing else may write events meanwhile."""
    if not fetch(_IS_AHEAD)[0][0]:
        return False
    fetch(_CURSORS)
    fetch(_EVENTS)
    fetch(_NUMBERS)
    return True
