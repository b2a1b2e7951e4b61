"""Messages that are about to be sent, and must not be: in a system restored from a backup they may have gone out since."""

from datetime import datetime

from django.db import transaction

from aftercare.engagement.messaging.events import MessageDropped
from aftercare.engagement.messaging.policy import Reason
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

_COUNT = "SELECT count(*) FROM messaging_outboxentry WHERE due_at <= %s"
_RECALL = """
    WITH gone AS (DELETE FROM messaging_outboxentry WHERE due_at <= %s RETURNING message_id)
    UPDATE messaging_message AS m SET state = 'dropped', reason = %s, detail = %s
    FROM gone WHERE m.id = gone.message_id
    RETURNING m.public_id, m.message_type, m.channel, m.store_id, m.customer_id, m.order_id, m.shipment_id
"""


def count_unsent(*, now: datetime) -> int:
    """How many messages of all stores are due, in whatever state of being sent."""
    count: int = fetch(_COUNT, [now])[0][0]
    return count


@transaction.atomic
def recall_unsent(*, why: str, now: datetime) -> int:
    """Never send what is due, saying why; answers how many. For when nobody else is at work."""
    rows = fetch(_RECALL, [now, Reason.OUT_OF_DATE.value, why[:300]])
    record([
        Fact(
            MessageDropped(public_id, message_type, channel, Reason.OUT_OF_DATE.value), store_id=store,
            occurred_at=now, customer_id=customer, order_id=order, shipment_id=shipment, actor="system",
        )
        for public_id, message_type, channel, store, customer, order, shipment in rows
    ], now=now)  # fmt: skip
    return len(rows)
