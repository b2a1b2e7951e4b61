"""Messages that are only tried out, on stand-ins (see `past`): what the world does to them that nobody else is there to do."""

from datetime import datetime

from django.db import connection, transaction

from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.policy.budget import LONGEST_WINDOW
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.stand_ins import is_usable, real

_BEGIN = """
    CREATE TEMP TABLE tried_heard AS
    SELECT m.customer_id, m.legal_class, m.due_at AS at FROM {messages} m
    WHERE m.store_id = %(store)s AND m.created_at >= %(from)s - interval '7 days' AND m.created_at < %(until)s
      AND m.due_at >= %(from)s AND m.due_at < %(until)s AND m.customer_id IS NOT NULL
      AND m.state NOT IN ('dropped', 'merged', 'waiting') AND m.origin <> %(origin)s;
    CREATE INDEX ON tried_heard (at);
    INSERT INTO messaging_brand OVERRIDING SYSTEM VALUE SELECT * FROM {brands} WHERE store_id = %(store)s
"""
_HEAR = """
    WITH heard AS (
        SELECT customer_id, jsonb_agg(jsonb_build_array(extract(epoch FROM at), legal_class) ORDER BY at) AS spent
        FROM tried_heard WHERE at > %(after)s AND at <= %(now)s GROUP BY 1
    )
    INSERT INTO messaging_spending AS s (customer_id, store_id, spent) SELECT customer_id, %(store)s, spent FROM heard
    ON CONFLICT (customer_id) DO UPDATE SET spent = s.spent || excluded.spent
"""
_LET_GO = """
    WITH gone AS (DELETE FROM messaging_outboxentry WHERE NOT waits RETURNING message_id)
    UPDATE messaging_message AS m SET state = 'sent', sent_at = m.due_at, delivery = 'delivered'
    FROM gone WHERE m.id = gone.message_id
"""
_RELEASED = """
    UPDATE messaging_outboxentry AS e SET due_at = h.released_at
    FROM messaging_message AS m JOIN {holds} AS h ON h.customer_id = m.customer_id
    WHERE e.message_id = m.id AND e.waits AND m.reason = %(held)s
      AND h.released_at > %(now)s AND h.released_at < e.due_at
"""


class Surroundings:
    """What else customers were told by a store in those days, but for what came from `origin`: that is tried anew."""

    def __init__(self, *, store_id: int, origin: str, since: datetime, until: datetime) -> None:
        self._store_id = store_id
        self._beginning = self._heard_to = since - LONGEST_WINDOW
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BEGIN.format(messages=real("messaging_message"), brands=real("messaging_brand")), {
                "store": store_id, "from": self._beginning, "until": until, "origin": origin,
            })  # fmt: skip

    def begin_anew(self) -> None:
        """Nobody has heard anything yet."""
        self._heard_to = self._beginning

    def hear(self, now: datetime) -> None:
        """What customers were told until now counts against what they may hear."""
        with connection.cursor() as cursor:
            cursor.execute(_HEAR, {"after": self._heard_to, "now": now, "store": self._store_id})
        self._heard_to = now

    def close(self) -> None:
        if is_usable():
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS pg_temp.tried_heard")


def let_go(*, now: datetime) -> datetime | None:
    """Whatever may go out arrives: nobody can know better. What waits for a hold is due when that was really released.

    Answers when something that waits is to be decided about again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO)
        cursor.execute(_RELEASED.format(holds=real("messaging_hold")), {"held": Reason.HELD.value, "now": now})
    found: datetime | None = fetch("SELECT min(due_at) FROM messaging_outboxentry WHERE waits")[0][0]
    return found
