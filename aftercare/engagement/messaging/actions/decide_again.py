"""Deferred messages whose time has come are decided about again, with what is known now.

Whoever's budget frees has all that waits for it looked at, whenever it was to be: so that what is left over is merged.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from aftercare.engagement.messaging.actions.decide import Decided, decide_waiting, keep_decisions, keep_spending
from aftercare.engagement.messaging.actions.digests import Member, headlines_of, send_digests
from aftercare.engagement.messaging.actions.poking import poke_chains
from aftercare.engagement.messaging.actions.writing import OUTBOX, STATE_OF, event_of
from aftercare.engagement.messaging.facts import Asked
from aftercare.engagement.messaging.policy import Decision, Reason, Verdict
from aftercare.engagement.messaging.recipients import recipients_again
from aftercare.engagement.messaging.types import message_type
from aftercare.foundation.database.bulk import fetch, update_rows
from aftercare.foundation.database.persistence import will_be_done_again
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.jobs.loops import wake

_BATCH = 1000
_DUE = """
    WITH due AS (
        SELECT message_id, over_budget_of FROM messaging_outboxentry
        WHERE waits AND due_at <= %(now)s ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ), beside AS (
        SELECT message_id FROM messaging_outboxentry
        WHERE over_budget_of IN (SELECT over_budget_of FROM due)
          AND message_id NOT IN (SELECT message_id FROM due) FOR UPDATE SKIP LOCKED
    )
    SELECT m.id, m.public_id, m.store_id, m.customer_id, m.order_id, m.line_id, m.shipment_id, m.message_type,
           m.channel, m.origin, m.recipient, m.recipient_name, m.created_at, m.expires_at, m.reason,
           m.context->>'time_zone', m.context->>'locale'
    FROM (SELECT message_id FROM due UNION ALL SELECT message_id FROM beside) AS found
    JOIN messaging_message m ON m.id = found.message_id ORDER BY m.id
"""
_MESSAGE = {"id": "bigint", "state": "text", "reason": "text", "detail": "text", "due_at": "timestamptz"}
_ENTRY = {"message_id": "bigint", "waits": "boolean", "due_at": "timestamptz", "over_budget_of": "bigint"}
_LEAVE = "DELETE FROM messaging_outboxentry WHERE message_id = ANY(%s) RETURNING message_id"


class _Row(NamedTuple):
    id: int
    public_id: str
    store_id: int
    customer_id: int | None
    order_id: int | None
    line_id: int | None
    shipment_id: int | None
    message_type: str
    channel: str
    origin: str
    recipient: str
    recipient_name: str
    created_at: datetime
    expires_at: datetime | None
    reason: str
    time_zone: str | None
    locale: str | None


@transaction.atomic
def decide_again(now: datetime) -> int:
    """One batch; answers how many were decided about."""
    rows = [_Row(*row) for row in fetch(_DUE, {"now": now, "limit": _BATCH})]
    if not rows:
        return 0
    will_be_done_again()
    asked = _asked(rows)
    decided = decide_waiting(asked=asked, now=now)
    groups = _groups(rows, asked, decided)
    merged = {member.id for group in groups for member in group}
    _write([
        (row, decision) for row, decision in zip(rows, decided.decisions, strict=True) if row.id not in merged
    ], now)  # fmt: skip
    send_digests(groups=groups, now=now)
    given_up = [
        row.id for row, decision in zip(rows, decided.decisions, strict=True) if decision.verdict is Verdict.DROP
    ]
    poke_chains(message_ids=given_up, now=now)
    sent = [
        one for one, decision in zip(asked, decided.decisions, strict=True) if decision.verdict is Verdict.SEND
    ]  # fmt: skip
    keep_spending(facts=decided.facts, asked=sent)
    if sent:
        wake(OUTBOX)
    return len(rows)


def _asked(rows: Sequence[_Row]) -> list[Asked]:
    people = recipients_again(
        (row.customer_id, row.recipient, row.recipient_name, row.locale or "", row.time_zone or "UTC") for row in rows
    )
    return [
        Asked(
            row.store_id, message_type(row.message_type), row.channel, person, row.created_at, row.order_id,
            row.line_id, row.expires_at,
        )
        for row, person in zip(rows, people, strict=True)
    ]  # fmt: skip


def _write(decided: Sequence[tuple[_Row, Decision]], now: datetime) -> None:
    update_rows("messaging_message", _MESSAGE, [
        (row.id, STATE_OF[d.verdict], d.reason.value, d.detail[:300], d.until or now) for row, d in decided
    ])  # fmt: skip
    update_rows("messaging_outboxentry", _ENTRY, [
        (row.id, d.verdict is Verdict.DEFER, d.until or now, row.customer_id if _is_over_budget(d) else None)
        for row, d in decided
    ], key="message_id")  # fmt: skip
    fetch(_LEAVE, [[row.id for row, d in decided if d.verdict is Verdict.DROP]])
    keep_decisions(rows=[(row.id, row.store_id, d) for row, d in decided], now=now)
    record([fact for row, d in decided if (fact := _fact(row, d, now))], now=now)


def _is_over_budget(decision: Decision) -> bool:
    return decision.verdict is Verdict.DEFER and decision.reason is Reason.OVER_BUDGET


def _groups(rows: Sequence[_Row], asked: Sequence[Asked], decided: Decided) -> list[list[Member]]:
    """What shares a digest. A message that cannot even be named is let go alone, to fail with its own reason."""
    heads = headlines_of(ids=[rows[place].id for places in decided.merged for place in places])
    found = [
        [
            Member(row.id, row.public_id, row.order_id, row.shipment_id, asked[place], heads[row.id])
            for place in places
            if (row := rows[place]).id in heads
        ]
        for places in decided.merged
    ]
    return [group for group in found if len(group) > 1]


def _fact(row: _Row, decision: Decision, now: datetime) -> Fact | None:
    """A message that goes on waiting for the same reason is no news."""
    event = event_of(
        public_id=row.public_id, type_key=row.message_type, channel=row.channel, decision=decision
    )  # fmt: skip
    if event is None or (decision.verdict is Verdict.DEFER and decision.reason == row.reason):
        return None
    return Fact(
        event=event, store_id=row.store_id, occurred_at=now, customer_id=row.customer_id, order_id=row.order_id,
        shipment_id=row.shipment_id, actor=row.origin,
    )  # fmt: skip
