"""Closing incidents: rows, holds, and the mass incident that has none left."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.care.incidents.actions.rows import Row, fact, release_messages
from aftercare.care.incidents.events import IncidentClosed, MassIncidentClosed
from aftercare.care.incidents.vocabulary import IncidentOutcome
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.base import Fact

_CLOSE = """
    UPDATE incidents_incident SET state = 'closed', outcome = %s, closed_at = %s, closed_by = %s
    WHERE id = ANY(%s) AND state <> 'closed' RETURNING id
"""
_CLOSE_EMPTY = """
    UPDATE incidents_massincident m SET closed_at = %(now)s, closed_by = %(by)s
    WHERE m.id = ANY(%(ids)s) AND m.closed_at IS NULL
          AND NOT EXISTS (SELECT FROM incidents_incident i WHERE i.mass_id = m.id AND i.state <> 'closed')
    RETURNING m.public_id, m.carrier, m.place, m.lane, m.store_id,
              (SELECT count(*) FROM incidents_incident i WHERE i.mass_id = m.id)
"""


def close_rows(rows: Sequence[Row], *, outcome: IncidentOutcome, now: datetime, by: str = "system") -> list[Fact]:
    """Close them and let go what waited for them; answers the facts of mass incidents that are over with them."""
    if not rows:
        return []
    fetch(_CLOSE, [outcome.value, now, by, [row.id for row in rows]])
    release_messages(rows, now=now)
    return close_empty_masses({row.mass_id for row in rows if row.mass_id is not None}, now=now, by=by)


def settle_rows(rows: Sequence[Row], *, by: str, now: datetime) -> list[Fact]:
    """Close them because somebody has settled them; answers the facts of that, and of what is over with it."""
    facts = [fact(row, IncidentClosed, now=now, by=by, outcome=IncidentOutcome.RESOLVED.value) for row in rows]
    return facts + close_rows(rows, outcome=IncidentOutcome.RESOLVED, now=now, by=by)


def close_empty_masses(ids: set[int], *, now: datetime, by: str) -> list[Fact]:
    """Mass incidents of which nothing is open any more are over."""
    if not ids:
        return []
    return [
        Fact(
            MassIncidentClosed(public_id, carrier, place, lane, closed=count),
            store_id=store_id,
            occurred_at=now,
            actor=by,
        )
        for public_id, carrier, place, lane, store_id, count in fetch(
            _CLOSE_EMPTY, {"now": now, "by": by, "ids": sorted(ids)}
        )
    ]
