"""Working off the outbox: claim a batch, carry it outside any transaction, write down what became of it.

Killed between claim and conclusion, the lease runs out and the batch is sent again under the same Message-IDs: nothing
is lost, and what repeats is at most what was in flight.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from aftercare.engagement.messaging.actions.suppress import suppress_addresses
from aftercare.engagement.messaging.channels import Channel, Claimed, Prepared, Receipt, channels
from aftercare.engagement.messaging.events import MessageFailed, MessageSent
from aftercare.engagement.messaging.policy import Reason
from aftercare.foundation.database.bulk import fetch, fetch_decoded, update_rows
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.kit.retry import after_failure

LEASE = timedelta(minutes=2)
_CLAIM = """
    WITH due AS (
        SELECT id FROM messaging_message
        WHERE state = 'queued' AND due_at <= %(now)s AND channel = %(channel)s
        ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    UPDATE messaging_message AS m
    SET state = 'sending', leased_until = %(until)s, attempts = m.attempts + 1, sent_at = %(now)s
    FROM due JOIN messaging_message old ON old.id = due.id LEFT JOIN messaging_brand b ON b.id = old.brand_id
    WHERE m.id = due.id
    RETURNING m.id, m.public_id, m.store_id, m.customer_id, m.order_id, m.shipment_id, m.message_type, m.legal_class,
              m.origin, m.template_id, m.recipient, m.recipient_name, m.context, b.look, m.attempts, m.sent_at
"""
_TAKE_BACK = """
    UPDATE messaging_message SET state = 'queued', leased_until = NULL
    WHERE id IN (
        SELECT id FROM messaging_message WHERE state = 'sending' AND leased_until < %s
        ORDER BY leased_until LIMIT 1000 FOR UPDATE SKIP LOCKED
    ) RETURNING id
"""
_SETTLED = {
    "id": "bigint", "state": "text", "reason": "text", "detail": "text", "reply": "text", "subject": "text",
    "digest": "bytea", "due_at": "timestamptz", "leased_until": "timestamptz",
}  # fmt: skip


def deliver_due(now: datetime) -> int:
    """One batch of every channel; answers how many messages were handled."""
    return sum(_deliver_batch(channel, now) for channel in channels)


def take_back_expired(now: datetime) -> int:
    """Queue again what a killed worker had claimed."""
    return len(fetch(_TAKE_BACK, [now]))


def _deliver_batch(channel: Channel, now: datetime) -> int:
    claimed = _claim(channel, now)
    if not claimed:
        return 0
    prepared = channel.prepare(claimed)
    carried = [index for index, payload in enumerate(prepared) if not payload.problem]
    receipts = channel.deliver([claimed[index] for index in carried], [prepared[index] for index in carried])
    by_index = dict(zip(carried, receipts, strict=True))
    _settle(channel, claimed, prepared, [by_index.get(index) for index in range(len(claimed))], now)
    return len(claimed)


def _claim(channel: Channel, now: datetime) -> list[Claimed]:
    with transaction.atomic():
        rows = fetch_decoded(_CLAIM, {"now": now, "until": now + LEASE, "channel": channel.key, "limit": channel.batch})
    return [Claimed(*row) for row in rows]


@transaction.atomic
def _settle(
    channel: Channel, claimed: Sequence[Claimed], prepared: Sequence[Prepared], receipts: Sequence[Receipt | None],
    now: datetime,
) -> None:  # fmt: skip
    rows, facts, dead = [], [], []
    for message, payload, receipt in zip(claimed, prepared, receipts, strict=True):
        state, reason, due_at, reply = _conclusion(message, receipt, now)
        rows.append((
            message.id, state, reason.value, payload.problem[:300], reply[:300], payload.subject[:300],
            payload.digest, due_at, None,
        ))  # fmt: skip
        if event := _event(channel, message, state, reason):
            facts.append(_fact(message, event, now))
        if receipt is not None and receipt.address_is_dead:
            dead.append((message.store_id, message.recipient, reply))
    update_rows("messaging_message", _SETTLED, rows)
    suppress_addresses(channel=channel.key, addresses=dead, now=now)
    record(facts, now=now)


def _conclusion(message: Claimed, receipt: Receipt | None, now: datetime) -> tuple[str, Reason, datetime, str]:
    if receipt is None:
        reason = Reason.NO_TEMPLATE if message.template_id is None else Reason.UNRENDERABLE
        return "failed", reason, now, ""
    match receipt.outcome:
        case "sent":
            return "sent", Reason.GOOD_MOMENT, now, receipt.reply
        case "refused":
            return "failed", Reason.REFUSED, now, receipt.reply
    again_at = after_failure(attempts=message.attempts, now=now)
    if again_at is None:
        return "failed", Reason.UNREACHABLE, now, receipt.reply
    return "queued", Reason.GOOD_MOMENT, again_at, receipt.reply


def _event(channel: Channel, message: Claimed, state: str, reason: Reason) -> Event | None:
    match state:
        case "sent":
            return MessageSent(message.public_id, message.message_type, channel.key)
        case "failed":
            return MessageFailed(message.public_id, message.message_type, channel.key, reason.value)
    return None


def _fact(message: Claimed, event: Event, now: datetime) -> Fact:
    return Fact(
        event=event, store_id=message.store_id, occurred_at=now, customer_id=message.customer_id,
        order_id=message.order_id, shipment_id=message.shipment_id, actor=message.origin,
    )  # fmt: skip
