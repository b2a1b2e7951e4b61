"""By which id a provider knows a message, and what keeps a provider from taking any."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.engagement.messaging.channels import Claimed, Receipt
from aftercare.foundation.database.bulk import fetch

_KEEP = """
    INSERT INTO messaging_handover (message_id, store_id, connection_id, provider_id, parts, currency)
    SELECT v.message_id, c.store_id, c.id, v.provider_id, v.parts, ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::smallint[]) AS v(message_id, store_id, provider_id, parts)
    JOIN messaging_channelconnection c ON c.store_id = v.store_id AND c.channel = %s AND c.state = 'sending'
    ON CONFLICT (message_id) DO UPDATE
    SET connection_id = excluded.connection_id, provider_id = excluded.provider_id, parts = excluded.parts
    RETURNING message_id
"""
_TROUBLE = """
    UPDATE messaging_channelconnection AS c
    SET trouble = v.trouble, trouble_since = CASE WHEN v.trouble = '' THEN NULL ELSE coalesce(c.trouble_since, %s) END
    FROM unnest(%s::bigint[], %s::text[]) AS v(store_id, trouble)
    WHERE c.store_id = v.store_id AND c.channel = %s AND c.state = 'sending' AND c.trouble <> v.trouble RETURNING c.id
"""


def note_handovers(*, channel: str, handed: Sequence[tuple[Claimed, Receipt]], now: datetime) -> None:
    """Within the transaction that concludes a batch; nothing to do where no provider had a hand in it."""
    taken = [(message, receipt) for message, receipt in handed if receipt.provider_id]
    if taken:
        fetch(_KEEP, [
            [message.id for message, _ in taken], [message.store_id for message, _ in taken],
            [receipt.provider_id[:200] for _, receipt in taken], [receipt.parts for _, receipt in taken], channel,
        ])  # fmt: skip
    # Trouble is over when anything is taken; of one batch, what keeps all from being taken is what counts.
    troubles = dict.fromkeys((message.store_id for message, _ in taken), "")
    troubles |= {message.store_id: receipt.trouble for message, receipt in handed if receipt.trouble}
    if troubles:
        fetch(_TROUBLE, [now, list(troubles), list(troubles.values()), channel])
