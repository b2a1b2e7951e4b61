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
from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.policy.budget import LONGEST_WINDOW
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.stand_ins import empty, is_usable, real, stand_ins

_JOURNEY, _VERSION = 1, 1
_LIVE = """
    INSERT INTO journeys_journey (id, public_id, store_id, key, name, description, state, created_at)
    OVERRIDING SYSTEM VALUE VALUES (%(journey)s, 'dry', %(store)s, %(key)s, '', '', 'live', %(since)s);
    INSERT INTO journeys_version (id, store_id, journey_id, number, trigger, definition, is_live, created_at, created_by)
    OVERRIDING SYSTEM VALUE
    VALUES (%(version)s, %(store)s, %(journey)s, 1, %(trigger)s, %(definition)s, TRUE, %(since)s, '')
"""
# What this journey itself really said is left out: the run says it anew.
_HEARD = """
    CREATE TEMP TABLE dry_run_heard AS
    SELECT m.customer_id, m.legal_class, m.due_at AS at FROM {messages} m
    WHERE m.store_id = %(store)s AND m.created_at >= %(from)s - interval '7 days' AND m.created_at < %(until)s
      AND m.due_at >= %(from)s AND m.due_at < %(until)s AND m.customer_id IS NOT NULL
      AND m.state NOT IN ('dropped', 'merged', 'waiting') AND m.origin <> %(origin)s;
    CREATE INDEX ON dry_run_heard (at)
"""
_HEAR = """
    WITH heard AS (
        SELECT customer_id, jsonb_agg(jsonb_build_array(extract(epoch FROM at), legal_class) ORDER BY at) AS spent
        FROM dry_run_heard WHERE at > %(after)s AND at <= %(now)s GROUP BY 1
    )
    INSERT INTO messaging_spending AS s (customer_id, store_id, spent) SELECT customer_id, %(store)s, spent FROM heard
    ON CONFLICT (customer_id) DO UPDATE SET spent = s.spent || excluded.spent
"""
# Whatever is let go arrives: nobody can know better.
_LET_GO = """
    WITH gone AS (DELETE FROM messaging_outboxentry WHERE NOT waits RETURNING message_id)
    UPDATE messaging_message AS m SET state = 'sent', sent_at = m.due_at, delivery = 'delivered'
    FROM gone WHERE m.id = gone.message_id
"""
# What waits for a hold is decided about again when the hold was really released.
_RELEASED = """
    UPDATE messaging_outboxentry AS e SET due_at = h.released_at
    FROM messaging_message AS m JOIN {holds} AS h ON h.customer_id = m.customer_id
    WHERE e.message_id = m.id AND e.waits AND m.reason = %(held)s
      AND h.released_at > %(now)s AND h.released_at < e.due_at
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

    def __init__(self, tried: Tried) -> None:
        self.tried = tried
        self._heard_to = tried.since - LONGEST_WINDOW
        self._holds = real("messaging_hold")

    def begin_anew(self) -> None:
        """For other customers: nobody is under way, nothing was said."""
        empty([*journeys_past.WRITTEN, *messaging_past.WRITTEN])
        self._heard_to = self.tried.since - LONGEST_WINDOW

    def hear(self, now: datetime) -> None:
        """What others told customers until now counts against what they may hear."""
        with connection.cursor() as cursor:
            cursor.execute(_HEAR, {"after": self._heard_to, "now": now, "store": self.tried.store_id})
        self._heard_to = now

    def entered_by(self, ids: Sequence[int]) -> dict[int, UUID]:
        """The events that let these in. Their timers go: the run keeps time itself."""
        fetch("DELETE FROM journeys_timer RETURNING enrolment_id")
        return dict(fetch("SELECT id, event_id FROM journeys_enrolment WHERE id = ANY(%s)", [list(ids)]))

    def end(self, ids: Sequence[int]) -> None:
        """They may come again."""
        fetch("UPDATE journeys_enrolment SET state = 'ended' WHERE id = ANY(%s) RETURNING id", [list(ids)])

    def let_go(self, now: datetime) -> datetime | None:
        """See off what was decided; answers when something that waits is to be decided about again."""
        with connection.cursor() as cursor:
            cursor.execute(_LET_GO)
            cursor.execute(_RELEASED.format(holds=self._holds), {"held": Reason.HELD.value, "now": now})
        found: datetime | None = fetch("SELECT min(due_at) FROM messaging_outboxentry WHERE waits")[0][0]
        return found


@contextmanager
def world(tried: Tried) -> Iterator[World]:
    """Within: this connection sees the journey live, and no trace of what it really did."""
    with stand_ins(late=tried.definition.entry.fresh_for):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_LIVE, {
                    "journey": _JOURNEY, "version": _VERSION, "store": tried.store_id, "key": tried.journey_key,
                    "since": tried.since, "trigger": tried.definition.trigger,
                    "definition": orjson.dumps(stored(tried.definition)).decode(),
                })  # fmt: skip
                cursor.execute(_HEARD.format(messages=real("messaging_message")), {
                    "store": tried.store_id, "from": tried.since - LONGEST_WINDOW, "until": tried.until,
                    "origin": f"journey:{tried.journey_key}",
                })  # fmt: skip
            yield World(tried)
        finally:
            _drop("dry_run_heard")


def _drop(table: str) -> None:
    if is_usable():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
