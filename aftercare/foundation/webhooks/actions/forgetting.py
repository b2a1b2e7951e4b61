"""Letting go of calls that are old. For every store at once."""

from datetime import datetime

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.webhooks.policy import KEPT_FOR, TOLD_WITHIN

_CHUNK = 10_000
_FORGET = """
    DELETE FROM webhooks_call WHERE id IN (SELECT id FROM webhooks_call WHERE created_at < %s LIMIT %s) RETURNING id
"""
_GIVE_UP = """
    UPDATE webhooks_call SET state = 'failed', reply = %s
    WHERE state = 'queued' AND created_at < %s AND (endpoint_id IS NULL OR endpoint_id IN (
        SELECT id FROM webhooks_endpoint WHERE state = 'active'
    )) RETURNING id
"""


def forget_old_calls(*, now: datetime) -> int:
    """Delete calls that are older than thirty days; answers how many."""
    total = 0
    while gone := len(fetch(_FORGET, [now - KEPT_FOR, _CHUNK])):
        total += gone
    return total


def give_up_old_calls(*, now: datetime) -> int:
    """Calls that nobody took for three days fail; answers how many."""
    return len(fetch(_GIVE_UP, [f"Nobody took it within {TOLD_WITHIN.days} days", now - TOLD_WITHIN]))
