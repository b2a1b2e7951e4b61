"""Queueing calls with what caused them, and making them outside any transaction."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from standardwebhooks import Webhook

from aftercare.foundation.database.bulk import fetch, fetch_decoded, update_rows
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.retry import after_failure
from aftercare.foundation.webhooks.models import new_call_id
from aftercare.foundation.webhooks.outgoing import post

CALLS = "webhook_calls"
_BATCH = 20
_LEASE = timedelta(minutes=3)
_QUEUE = """
    INSERT INTO webhooks_call (public_id, store_id, origin, dedupe_key, url, body, state, due_at, created_at, attempts, reply)
    SELECT *, 'queued', %s, %s, 0, ''
    FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[])
    ON CONFLICT (store_id, dedupe_key) DO NOTHING RETURNING id
"""
_CLAIM = """
    UPDATE webhooks_call SET state = 'sending', leased_until = %s, attempts = attempts + 1 WHERE id IN (
        SELECT id FROM webhooks_call
        WHERE (state = 'queued' AND due_at <= %s) OR (state = 'sending' AND leased_until < %s)
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING id, public_id, store_id, url, body, attempts
"""


@dataclass(frozen=True, slots=True)
class CallRequest:
    """Call `url` about this; `dedupe_key` is the caller's own, and the same key again is not queued again."""

    store_id: int
    origin: str
    dedupe_key: str
    url: str
    body: dict[str, Any]


def queue_calls(*, calls: Sequence[CallRequest], now: datetime) -> int:
    """Queue calls in the caller's transaction; answers how many are new."""
    if not calls:
        return 0
    rows = [
        (new_call_id(), call.store_id, call.origin, call.dedupe_key, call.url, orjson.dumps(call.body).decode())
        for call in calls
    ]
    wake(CALLS)
    return len(fetch(_QUEUE, [now, now, *map(list, zip(*rows, strict=True))]))


def make_due_calls(now: datetime) -> int:
    """One batch of calls; answers how many were made."""
    with transaction.atomic():
        claimed = fetch_decoded(_CLAIM, [now + _LEASE, now, now, _BATCH])
    results = [(row[0], *_conclusion(_call(row, now), attempts=row[5], now=now)) for row in claimed]
    columns = {"id": "bigint", "state": "text", "due_at": "timestamptz", "reply": "text"}
    update_rows("webhooks_call", columns, results)
    return len(claimed)


def signing_secret(store_id: int) -> str:
    """The store's secret for its webhooks, derived from the installation's own so that nothing more must be kept."""
    key = hmac.digest(settings.SECRET_KEY.encode(), f"webhooks:{store_id}".encode(), hashlib.sha256)
    return "whsec_" + b64encode(key).decode()


def _call(row: tuple[Any, ...], now: datetime) -> tuple[int, str]:
    _, public_id, store_id, url, body, _ = row
    payload = orjson.dumps(body)
    signature = Webhook(signing_secret(store_id)).sign(public_id, now, payload.decode())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": public_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    return post(url=url, body=payload, headers=headers)


def _conclusion(answer: tuple[int, str], *, attempts: int, now: datetime) -> tuple[str, datetime, str]:
    """2xx is taken; 410 means never again; anything else, and no answer at all, is tried again later."""
    status, text = answer
    if 200 <= status < 300:
        return "sent", now, f"{status}"
    again_at = None if status == 410 else after_failure(attempts=attempts, now=now)
    return (
        ("failed", now, f"{status} {text}"[:300])
        if again_at is None
        else ("queued", again_at, f"{status} {text}"[:300])
    )
