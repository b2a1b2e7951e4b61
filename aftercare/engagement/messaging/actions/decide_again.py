"""Deferred messages whose time has come are decided about again, with what is known now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.engagement.messaging.actions.request import OUTBOX, STATE_OF, event_of, quiet_hours_of, situation_of
from aftercare.engagement.messaging.policy import Decision, Verdict, decide
from aftercare.engagement.messaging.recipients import standing_of
from aftercare.engagement.messaging.requests import Recipient
from aftercare.foundation.database.bulk import fetch, update_rows
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.jobs.loops import wake

_BATCH = 1000
_DUE = """
    SELECT m.id, m.public_id, m.store_id, m.customer_id, m.order_id, m.shipment_id, m.message_type, m.channel,
           m.origin, m.recipient, m.recipient_name, m.expires_at, m.reason, m.context->>'time_zone'
    FROM messaging_outboxentry e JOIN messaging_message m ON m.id = e.message_id
    WHERE e.waits AND e.due_at <= %s ORDER BY e.due_at LIMIT %s FOR UPDATE OF e SKIP LOCKED
"""
_MESSAGE = {"id": "bigint", "state": "text", "reason": "text", "detail": "text", "due_at": "timestamptz"}
_ENTRY = {"message_id": "bigint", "waits": "boolean", "due_at": "timestamptz"}
_LEAVE = "DELETE FROM messaging_outboxentry WHERE message_id = ANY(%s) RETURNING message_id"


@transaction.atomic
def decide_again(now: datetime) -> int:
    """One batch; answers how many were decided about."""
    rows = fetch(_DUE, [now, _BATCH])
    if not rows:
        return 0
    decisions = _decisions(rows, now)
    update_rows("messaging_message", _MESSAGE, [
        (row[0], STATE_OF[d.verdict], d.reason.value, d.detail[:300], d.until or now)
        for row, d in zip(rows, decisions, strict=True)
    ])  # fmt: skip
    update_rows("messaging_outboxentry", _ENTRY, [
        (row[0], d.verdict == Verdict.DEFER, d.until or now) for row, d in zip(rows, decisions, strict=True)
    ], key="message_id")  # fmt: skip
    fetch(_LEAVE, [[row[0] for row, d in zip(rows, decisions, strict=True) if d.verdict == Verdict.DROP]])
    record([fact for row, d in zip(rows, decisions, strict=True) if (fact := _fact(row, d, now))], now=now)
    if any(decision.verdict == Verdict.SEND for decision in decisions):
        wake(OUTBOX)
    return len(rows)


def _decisions(rows: Sequence[tuple[Any, ...]], now: datetime) -> list[Decision]:
    people = [Recipient(row[3], row[9], row[10], "", row[13] or "UTC") for row in rows]
    stores = {row[2] for row in rows}
    quiet = quiet_hours_of(stores)
    standings = {
        channel: standing_of(
            (person for row, person in zip(rows, people, strict=True) if row[7] == channel),
            store_ids=stores, channel=channel, now=now,
        )
        for channel in {row[7] for row in rows}
    }  # fmt: skip
    return [
        decide(now=now, situation=situation_of(
            type_key=row[6], channel=row[7], recipient=person, standing=standings[row[7]], store_id=row[2], quiet=quiet[row[2]],
            expires_at=row[11],
        ))
        for row, person in zip(rows, people, strict=True)
    ]  # fmt: skip


def _fact(row: tuple[Any, ...], decision: Decision, now: datetime) -> Fact | None:
    """A message that goes on waiting for the same reason is no news."""
    event = event_of(public_id=row[1], type_key=row[6], channel=row[7], decision=decision)
    if event is None or (decision.verdict == Verdict.DEFER and decision.reason == row[12]):
        return None
    return Fact(
        event=event, store_id=row[2], occurred_at=now, customer_id=row[3], order_id=row[4], shipment_id=row[5],
        actor=row[8],
    )  # fmt: skip
