"""Working off the outbox: claim a batch, carry it outside any transaction, write down what became of it.

Killed between claim and conclusion, the lease runs out and the rest of the batch is claimed again, under the same
Message-IDs: nothing is lost, and what repeats is at most what was in flight or taken a blink before. A claim changes the
entries of the outbox only; the messages themselves are written once, with the conclusion, in the transaction in which
their entries go.
"""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from aftercare.engagement.messaging.actions.handovers import note_handovers
from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.actions.poking import poke_chains
from aftercare.engagement.messaging.actions.suppress import suppress_addresses
from aftercare.engagement.messaging.channels import MAIL, Channel, Claimed, Prepared, Receipt, channels
from aftercare.engagement.messaging.events import MessageFailed, MessageSent
from aftercare.engagement.messaging.news import News, key_of
from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.reputation import NewsKind
from aftercare.foundation.database.bulk import fetch, fetch_decoded, update_rows
from aftercare.foundation.database.persistence import persistently
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.kit.retry import after_failure

LEASE = timedelta(minutes=2)
_PUT_OFF_FOR, _LONGEST_PUT_OFF = timedelta(seconds=30), timedelta(hours=1)
# Seconds after which what was said of a batch is written down while the rest of it is still on the way.
_WRITTEN_EVERY = 0.25
_CLAIM = """
    WITH due AS (
        SELECT message_id FROM messaging_outboxentry
        WHERE NOT waits AND channel = %(channel)s AND due_at <= %(now)s
          AND (leased_until IS NULL OR leased_until < %(now)s)
        ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE messaging_outboxentry AS e SET leased_until = %(until)s, attempts = e.attempts + 1
        FROM due WHERE e.message_id = due.message_id RETURNING e.message_id, e.attempts
    )
    SELECT m.id, m.public_id, m.store_id, m.customer_id, m.order_id, m.shipment_id, m.message_type, m.legal_class,
           m.origin, m.template_id, m.recipient, m.recipient_name, m.context, b.look, c.attempts, %(now)s
    FROM claimed c JOIN messaging_message m ON m.id = c.message_id LEFT JOIN messaging_brand b ON b.id = m.brand_id
"""
# That it was sent counts whoever reports it; any other conclusion is for whoever has the lease now.
_CONCLUDE = """
    DELETE FROM messaging_outboxentry AS e USING unnest(%s::bigint[], %s::int[], %s::boolean[]) AS v(id, attempt, sent)
    WHERE e.message_id = v.id AND (v.sent OR e.attempts = v.attempt) RETURNING e.message_id
"""
_PUT_OFF = """
    UPDATE messaging_outboxentry AS e
    SET due_at = v.due_at, leased_until = NULL, attempts = e.attempts - CASE WHEN v.is_tried THEN 0 ELSE 1 END
    FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::boolean[]) AS v(id, attempt, due_at, is_tried)
    WHERE e.message_id = v.id AND e.attempts = v.attempt RETURNING e.message_id
"""
_SETTLED = {
    "id": "bigint", "state": "text", "reason": "text", "detail": "text", "reply": "text", "subject": "text",
    "digest": "bytea", "due_at": "timestamptz", "attempts": "smallint", "sent_at": "timestamptz",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Conclusion:
    """What became of a message, and when it is tried again, if it is."""

    message: Claimed
    payload: Prepared
    state: str
    reason: Reason
    due_at: datetime
    reply: str
    address_is_dead: bool
    receipt: Receipt | None


def deliver_due(now: datetime) -> int:
    """One batch of every channel that the installation carries; answers how many messages were handled."""
    return sum(_deliver_batch(channel, channel.key, now) for channel in channels if channel.own_lane != channel.key)


def deliver_by_own_carriers(now: datetime, *, channel: str = MAIL) -> int:
    """One batch of what stores send by carriers of their own: apart, so that a slow one holds up nobody else."""
    return _deliver_batch(channels[channel], channels[channel].own_lane, now)


def _deliver_batch(channel: Channel, lane: str, now: datetime) -> int:
    claimed = _claim(channel, lane, now)
    if not claimed:
        return 0
    pairs = list(zip(claimed, channel.prepare(claimed), strict=True))
    ended = [_conclude(message, payload, None, now) for message, payload in pairs if payload.problem]
    carried = [pair for pair in pairs if not pair[1].problem]
    deliver = channel.deliver_by_own if lane == channel.own_lane else channel.deliver
    written_at = time.monotonic()
    for place, receipt in deliver([message for message, _ in carried], [payload for _, payload in carried]):
        ended.append(_conclude(*carried[place], receipt, now))
        if time.monotonic() - written_at > _WRITTEN_EVERY:
            _write_down(channel, ended, now)
            ended, written_at = [], time.monotonic()
    _write_down(channel, ended, now)
    return len(claimed)


def _claim(channel: Channel, lane: str, now: datetime) -> list[Claimed]:
    with transaction.atomic():
        rows = fetch_decoded(_CLAIM, {"now": now, "until": now + LEASE, "channel": lane, "limit": channel.batch})
    return [Claimed(*row) for row in rows]


def _write_down(channel: Channel, conclusions: Sequence[_Conclusion], now: datetime) -> None:
    """Insist: what is sent is sent, and would be sent again if a database that restarts made us forget it."""
    persistently(lambda: _settle(channel, conclusions, now))


def _settle(channel: Channel, conclusions: Sequence[_Conclusion], now: datetime) -> None:
    """Write down what is not overtaken: another worker may have taken the message up when the lease had run out."""
    with transaction.atomic():
        standing = _free_entries(conclusions)
        valid = [conclusion for conclusion in conclusions if conclusion.message.id in standing]
        update_rows("messaging_message", _SETTLED, [_row(conclusion) for conclusion in valid])
        dead = [(c.message.store_id, c.message.recipient, c.reply) for c in valid if c.address_is_dead]
        suppress_addresses(channel=channel.key, addresses=dead, now=now)
        note_handovers(channel=channel.key, handed=[(c.message, c.receipt) for c in valid if c.receipt], now=now)
        poke_chains(message_ids=[c.message.id for c in valid if c.state == "failed"], now=now)
        facts = [_fact(c.message, event, now) for c in valid if (event := _event(channel, c))]
        record(facts, now=now)
        _hear_at_once(channel, [c.message for c in valid if c.receipt and c.receipt.is_delivered], now)


def _hear_at_once(channel: Channel, messages: Sequence[Claimed], now: datetime) -> None:
    """What the other side has already."""
    told: dict[int, list[News]] = defaultdict(list)
    for message in messages:
        told[message.store_id].append(News(
            key=key_of(message.public_id, NewsKind.DELIVERED.value), kind=NewsKind.DELIVERED, at=now,
            recipient=message.recipient, provider_id="", public_id=message.public_id,
        ))  # fmt: skip
    for store_id, news in told.items():
        take_news(store_id=store_id, connection=None, news=news, now=now, channel=channel.key)


def _free_entries(conclusions: Sequence[_Conclusion]) -> set[int]:
    """End the leases: what is concluded leaves the outbox, the rest is due again later; answers what was ours to end."""
    ended = [(c.message.id, c.message.attempts, c.state == "sent") for c in conclusions if c.state != "queued"]
    put_off = [
        (c.message.id, c.message.attempts, c.due_at, c.receipt is None or c.receipt.is_tried)
        for c in conclusions if c.state == "queued"
    ]  # fmt: skip
    freed: set[int] = set()
    for statement, rows in ((_CONCLUDE, ended), (_PUT_OFF, put_off)):
        if rows:
            freed.update(row_id for (row_id,) in fetch(statement, [list(column) for column in zip(*rows, strict=True)]))
    return freed


def _row(conclusion: _Conclusion) -> tuple[object, ...]:
    message, payload = conclusion.message, conclusion.payload
    return (
        message.id, conclusion.state, conclusion.reason.value, payload.problem[:300], conclusion.reply[:300],
        payload.subject[:300], payload.digest, conclusion.due_at, message.attempts, message.sent_at,
    )  # fmt: skip


def _conclude(message: Claimed, payload: Prepared, receipt: Receipt | None, now: datetime) -> _Conclusion:
    state, reason, due_at, reply = _outcome(message, receipt, now)
    dead = receipt is not None and receipt.address_is_dead
    return _Conclusion(message, payload, state, reason, due_at, reply, dead, receipt)


def _outcome(message: Claimed, receipt: Receipt | None, now: datetime) -> tuple[str, Reason, datetime, str]:
    if receipt is None:
        reason = Reason.NO_TEMPLATE if message.template_id is None else Reason.UNRENDERABLE
        return "failed", reason, now, ""
    match receipt.outcome:
        case "sent":
            return "sent", Reason.GOOD_MOMENT, now, receipt.reply
        case "refused":
            return "failed", Reason.REFUSED, now, receipt.reply
    again_at = _again_at(message, receipt, now)
    if again_at is None:
        return "failed", Reason.UNREACHABLE, now, receipt.reply
    return "queued", Reason.GOOD_MOMENT, again_at, receipt.reply


def _again_at(message: Claimed, receipt: Receipt, now: datetime) -> datetime | None:
    """When whoever could not take it asked for, else more and more patiently. What was never tried is not given up."""
    if not receipt.is_tried:
        return now + min(receipt.again_in or _PUT_OFF_FOR, _LONGEST_PUT_OFF)
    patiently = after_failure(attempts=message.attempts, now=now)
    if patiently is None or receipt.again_in is None:
        return patiently
    return now + min(receipt.again_in, _LONGEST_PUT_OFF)


def _event(channel: Channel, conclusion: _Conclusion) -> Event | None:
    message = conclusion.message
    match conclusion.state:
        case "sent":
            return MessageSent(message.public_id, message.message_type, channel.key)
        case "failed":
            return MessageFailed(message.public_id, message.message_type, channel.key, conclusion.reason.value)
    return None


def _fact(message: Claimed, event: Event, now: datetime) -> Fact:
    return Fact(
        event=event, store_id=message.store_id, occurred_at=now, customer_id=message.customer_id,
        order_id=message.order_id, shipment_id=message.shipment_id, actor=message.origin,
    )  # fmt: skip
