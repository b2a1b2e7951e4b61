"""What a dry run sees: the journey as if it were live, and what customers heard from others meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db import connection, transaction

from aftercare.engagement.journeys import past as journeys_past
from aftercare.engagement.journeys.definition import Definition, stored
from aftercare.engagement.messaging import past as messaging_past
from aftercare.engagement.messaging.actions.trying import Surroundings, let_go
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.stand_ins import empty, stand_ins

_LIVE = """
    INSERT INTO journeys_journey (id, public_id, store_id, key, name, description, state, created_at)
    OVERRIDING SYSTEM VALUE VALUES (1, 'dry', %(store)s, %(key)s, '', '', 'live', %(since)s);
    INSERT INTO journeys_version (id, store_id, journey_id, number, trigger, definition, is_live, created_at, created_by)
    OVERRIDING SYSTEM VALUE VALUES (1, %(store)s, 1, 1, %(trigger)s, %(definition)s, TRUE, %(since)s, '')
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """What is tried, and on the events of which days."""

    store_id: int
    journey_key: str
    definition: Definition
    since: datetime
    until: datetime


class World:
    """The stand-ins, filled."""

    def __init__(self, tried: Tried, others: Surroundings) -> None:
        self.tried = tried
        self._others = others

    def begin_anew(self) -> None:
        """For other customers: nobody is under way, nothing was said."""
        empty([*journeys_past.WRITTEN, *messaging_past.WRITTEN])
        self._others.begin_anew()

    def entered_by(self, ids: Sequence[int]) -> dict[int, UUID]:
        """The events that let these in. Their timers go: the run keeps time itself."""
        fetch("DELETE FROM journeys_timer RETURNING enrolment_id")
        return dict(fetch("SELECT id, event_id FROM journeys_enrolment WHERE id = ANY(%s)", [list(ids)]))

    def end(self, ids: Sequence[int]) -> None:
        """They may come again."""
        fetch("UPDATE journeys_enrolment SET state = 'ended' WHERE id = ANY(%s) RETURNING id", [list(ids)])

    def hear(self, now: datetime) -> None:
        """What others told customers until now counts against what they may hear."""
        self._others.hear(now)

    def let_go(self, now: datetime) -> datetime | None:
        """See off what was decided; answers when something that waits is to be decided about again."""
        return let_go(now=now)


@contextmanager
def world(tried: Tried) -> Iterator[World]:
    """Within: this connection sees the journey live, and no trace of what it really did."""
    with stand_ins(late=tried.definition.entry.fresh_for):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LIVE, {
                "store": tried.store_id, "key": tried.journey_key, "since": tried.since,
                "trigger": tried.definition.trigger, "definition": orjson.dumps(stored(tried.definition)).decode(),
            })  # fmt: skip
        others = Surroundings(
            store_id=tried.store_id, origin=f"journey:{tried.journey_key}", since=tried.since, until=tried.until
        )
        try:
            yield World(tried, others)
        finally:
            others.close()
