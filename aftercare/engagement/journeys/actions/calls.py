"""Calls to other systems: queued with the step, made outside any transaction, signed by Standard Webhooks."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from standardwebhooks import Webhook

from aftercare.engagement.journeys.models import new_call_id
from aftercare.engagement.journeys.travel import Traveller
from aftercare.engagement.messaging.policy import after_failure
from aftercare.foundation.database.bulk import fetch, update_rows
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.web.outgoing import post

CALLS = "webhook_calls"
_BATCH = 20
_LEASE = timedelta(minutes=3)
_QUEUE = """
    INSERT INTO journeys_webhookcall (public_id, store_id, enrolment_id, step, url, body, state, due_at, attempts, reply)
    SELECT *, 'queued', %s, 0, '' FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::jsonb[])
    ON CONFLICT (enrolment_id, step) DO NOTHING RETURNING id
"""
_CLAIM = """
    UPDATE journeys_webhookcall SET state = 'sending', leased_until = %s, attempts = attempts + 1 WHERE id IN (
        SELECT id FROM journeys_webhookcall
        WHERE (state = 'queued' AND due_at <= %s) OR (state = 'sending' AND leased_until < %s)
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING id, public_id, store_id, url, body, attempts
"""


def queue_calls(*, travellers: Sequence[Traveller], url: str, now: datetime) -> None:
    """One call for each traveller's step, with the event that started the journey."""
    rows = [
        (new_call_id(), one.store_id, one.id, one.step, url, orjson.dumps(_body(one, now)).decode()) for one in travellers
    ]
    fetch(_QUEUE, [now, *map(list, zip(*rows, strict=True))])
    wake(CALLS)


def make_due_calls(now: datetime) -> int:
    """One batch of calls; answers how many were made."""
    with transaction.atomic():
        claimed = fetch(_CLAIM, [now + _LEASE, now, now, _BATCH])
    results = [(row[0], *_conclusion(_call(row, now), attempts=row[5], now=now)) for row in claimed]
    columns = {"id": "bigint", "state": "text", "due_at": "timestamptz", "reply": "text"}
    update_rows("journeys_webhookcall", columns, results)
    return len(claimed)


def signing_secret(store_id: int) -> str:
    """The store's secret for its webhooks, derived from the installation's own so that nothing more must be kept."""
    key = hmac.digest(settings.SECRET_KEY.encode(), f"webhooks:{store_id}".encode(), hashlib.sha256)
    return "whsec_" + b64encode(key).decode()


def _body(traveller: Traveller, now: datetime) -> dict[str, Any]:
    return {
        "type": "journey.webhook",
        "timestamp": now.isoformat(),
        "data": {"journey": traveller.journey_key, "enrolment": traveller.public_id, "event": traveller.data},
    }


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
    return ("failed", now, f"{status} {text}"[:300]) if again_at is None else ("queued", again_at, f"{status} {text}"[:300])
