"""Writing messages down as they were decided about, with all that sending them will need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from aftercare.engagement.messaging.actions.brands import brands_of
from aftercare.engagement.messaging.actions.decide import keep_decisions
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.contexts import contexts_of
from aftercare.engagement.messaging.events import MessageDeferred, MessageDropped
from aftercare.engagement.messaging.policy import Decision, Reason, Verdict
from aftercare.engagement.messaging.requests import MessageRequest, Recipient
from aftercare.engagement.messaging.templates import Chosen, chosen_templates
from aftercare.engagement.messaging.texting import CODE, code_of
from aftercare.engagement.messaging.types import message_type
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.web.portal_edge import sign_link

OUTBOX = "outbox"
STATE_OF = {Verdict.SEND: "queued", Verdict.DEFER: "waiting", Verdict.DROP: "dropped"}
_COLUMNS = {
    "public_id": "text", "store_id": "bigint", "customer_id": "bigint", "order_id": "bigint", "line_id": "bigint",
    "shipment_id": "bigint", "message_type": "text", "legal_class": "text", "channel": "text", "origin": "text",
    "dedupe_key": "text", "template_id": "bigint", "wanted_locale": "text", "brand_id": "bigint", "recipient": "text",
    "recipient_name": "text", "context": "jsonb", "state": "text", "reason": "text", "detail": "text",
    "due_at": "timestamptz", "expires_at": "timestamptz", "created_at": "timestamptz",
}  # fmt: skip
_INSERT = f"""
    WITH written AS (
        INSERT INTO messaging_message ({", ".join(_COLUMNS)}, attempts, subject, reply)
        SELECT *, 0, '', '' FROM unnest({", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())})
        ON CONFLICT (store_id, dedupe_key) DO NOTHING
        RETURNING id, public_id, store_id, channel, state, due_at, reason, customer_id
    ), entered AS (
        INSERT INTO messaging_outboxentry (message_id, store_id, channel, waits, due_at, attempts, over_budget_of)
        SELECT id, store_id, CASE WHEN channel = 'email' AND store_id IN (
            SELECT store_id FROM messaging_channelconnection WHERE state = 'sending' AND channel = 'email'
        ) THEN 'email.own' ELSE channel END, state = 'waiting', due_at, 0,
        CASE WHEN state = 'waiting' AND reason = '{Reason.OVER_BUDGET.value}' THEN customer_id END
        FROM written WHERE state <> 'dropped'
    )
    SELECT id, public_id FROM written
"""  # noqa: S608 -- constants of this module


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is about to be written: what was asked for, to whom it goes, and what was decided."""

    request: MessageRequest
    recipient: Recipient
    decision: Decision
    expires_at: datetime | None
    public_id: str


def write_drafts(*, drafts: Sequence[Draft], now: datetime) -> dict[str, int]:
    """Insert what is new, with events; answers row ids by public id."""
    contexts = contexts_of([draft.request for draft in drafts], [draft.recipient for draft in drafts])
    templates = chosen_templates(
        {(d.request.store_id, message_type(d.request.message_type).template, d.recipient.locale) for d in drafts}
    )
    brands = brands_of({draft.request.store_id for draft in drafts})
    rows = [
        _row(draft, context, templates, brands[draft.request.store_id], now)
        for draft, context in zip(drafts, contexts, strict=True)
    ]
    inserted = fetch(_INSERT, [list(column) for column in zip(*rows, strict=True)])
    ids = {public_id: row_id for row_id, public_id in inserted}
    # What goes out at once, or never, says so itself.
    keep_decisions(
        rows=[
            (ids[draft.public_id], draft.request.store_id, draft.decision)
            for draft in drafts
            if draft.decision.verdict is Verdict.DEFER and draft.public_id in ids
        ],
        now=now,
    )
    record([fact for draft in drafts if draft.public_id in ids and (fact := _fact(draft, now))], now=now)
    return ids


def event_of(*, public_id: str, type_key: str, channel: str, decision: Decision) -> Event | None:
    """The event a decision becomes; what is sent gets its event when it has been sent."""
    match decision.verdict:
        case Verdict.DEFER:
            until = decision.until.isoformat() if decision.until else ""
            return MessageDeferred(public_id, type_key, channel, decision.reason.value, until)
        case Verdict.DROP:
            return MessageDropped(public_id, type_key, channel, decision.reason.value)
    return None


def _row(
    draft: Draft, context: dict[str, Any], templates: dict[tuple[int, str, str], Chosen], brand: int, now: datetime
) -> tuple[object, ...]:
    request, person, decision = draft.request, draft.recipient, draft.decision
    kind = message_type(request.message_type)
    chosen = templates.get((request.store_id, kind.template, person.locale))
    key = request.dedupe_key + (":recipient" if person.is_gift_recipient else "")
    context["unsubscribe"] = sign_link(purpose="preferences", store_id=request.store_id, thing=draft.public_id)
    if channels[request.channel].links:
        context[CODE] = code_of(draft.public_id)
    return (
        draft.public_id, request.store_id, person.customer_id, request.order_id, request.line_id, request.shipment_id,
        request.message_type, kind.legal_class.value, request.channel, request.origin, key,
        chosen and chosen.version_id, chosen.instead_of(person.locale) if chosen else "", brand, person.address, person.name,
        orjson.dumps(context).decode(), STATE_OF[decision.verdict], decision.reason.value, decision.detail[:300],
        decision.until or now, draft.expires_at, now,
    )  # fmt: skip


def _fact(draft: Draft, now: datetime) -> Fact | None:
    request = draft.request
    event = event_of(
        public_id=draft.public_id, type_key=request.message_type, channel=request.channel, decision=draft.decision
    )
    if event is None:
        return None
    return Fact(
        event=event, store_id=request.store_id, occurred_at=now, customer_id=draft.recipient.customer_id,
        order_id=request.order_id, shipment_id=request.shipment_id, actor=request.origin,
    )  # fmt: skip
