"""The events that would have started the journey, in the order in which they were heard of, for some customers at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from aftercare.engagement.journeys.dry_run.world import Tried
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.database.stand_ins import is_usable, real
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.past import KNOWN

AT_ONCE = 20_000
_PAGE = 1000
# Those who were merged since are one, as they are to messaging.
_FIND = """
    CREATE TEMP TABLE dry_run_arrival AS
    SELECT t.id, {known} AS known_at, {known} <> t.recorded_at AS is_imported,
           coalesce(c.merged_into_id, t.customer_id, 0) AS who
    FROM {log} t LEFT JOIN customers_customer c ON c.id = t.customer_id
    WHERE t.store_id = %(store)s AND t.type = %(type)s AND t.occurred_at < %(until)s AND t.recorded_at >= %(since)s
      AND {known} >= %(since)s AND {known} < %(until)s
"""
_READ = """
    SELECT a.known_at, e.id, e.store_id, e.type, e.occurred_at, e.recorded_at, e.customer_id, e.order_id, e.shipment_id,
           e.actor, e.data
    FROM (
        SELECT id, known_at FROM dry_run_arrival WHERE who %% %(parts)s = %(part)s AND (known_at, id) > (%(at)s, %(id)s)
        ORDER BY known_at, id LIMIT %(limit)s
    ) AS a JOIN {log} e ON e.id = a.id ORDER BY a.known_at, a.id
"""
_BEFORE_ALL = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event that lets somebody in, and when it was heard of."""

    at: datetime
    event: Recorded


@dataclass(frozen=True, slots=True)
class Arrivals:
    """All of them. `imported`: how many were heard of so late that they count as heard of when they happened."""

    count: int
    imported: int
    since: datetime

    @property
    def parts(self) -> int:
        """Into how many parts customers are divided, so that one fits into memory."""
        return max(1, -(-self.count // AT_ONCE))

    def pages(self, part: int) -> Iterator[list[Arrival]]:
        """Those of one part's customers, a page at a time."""
        at, last = self.since, _BEFORE_ALL
        while True:
            rows = fetch_decoded(_READ.format(log=real("events_event")), {
                "parts": self.parts, "part": part, "at": at, "id": last, "limit": _PAGE,
            })  # fmt: skip
            if rows:
                yield [Arrival(row[0], Recorded(*row[1:])) for row in rows]
            if len(rows) < _PAGE:
                return
            at, last = rows[-1][0], str(rows[-1][1])


@contextmanager
def arrivals_of(tried: Tried) -> Iterator[Arrivals]:
    """Within: those of the run's days."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_FIND.format(known=KNOWN, log=real("events_event")), {
                "store": tried.store_id, "type": tried.definition.trigger, "since": tried.since, "until": tried.until,
            })  # fmt: skip
            count, imported = fetch("SELECT count(*), count(*) FILTER (WHERE is_imported) FROM dry_run_arrival")[0]
            found = Arrivals(count, imported, tried.since)
            cursor.execute(f"CREATE INDEX ON dry_run_arrival ((who % {found.parts}), known_at, id)")
            cursor.execute("ANALYZE dry_run_arrival")
        yield found
    finally:
        if is_usable():
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS pg_temp.dry_run_arrival")
