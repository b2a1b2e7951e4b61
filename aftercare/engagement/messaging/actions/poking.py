"""Making chains due: something was heard or concluded of their last attempt."""

from collections.abc import Collection
from datetime import datetime

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.jobs.loops import wake

CHAINS = "chains"
# A chain that somebody holds is being looked at, or its message waited for: nobody waits for it in turn.
_POKE = """
    UPDATE messaging_chain SET due_at = %s WHERE id IN (
        SELECT id FROM messaging_chain WHERE message_id = ANY(%s) AND outcome = '' ORDER BY id FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""


def poke_chains(*, message_ids: Collection[int], now: datetime) -> None:
    """Have their chains looked at once this transaction commits."""
    if message_ids and fetch(_POKE, [now, list(message_ids)]):
        wake(CHAINS)
