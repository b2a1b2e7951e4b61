"""Taking requests: decide each, write it down with its reason, all in sets."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

import orjson

from aftercare.engagement.messaging.actions.brands import brands_of
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.contexts import contexts_of
from aftercare.engagement.messaging.events import MessageDeferred, MessageDropped
from aftercare.engagement.messaging.models import new_message_id
from aftercare.engagement.messaging.policy import Decision, Situation, Verdict, decide
from aftercare.engagement.messaging.preferences import purpose_for
from aftercare.engagement.messaging.recipients import Standing, recipients_of, standing_of
from aftercare.engagement.messaging.requests import MessageRequest, Recipient
from aftercare.engagement.messaging.templates import Chosen, chosen_templates
from aftercare.engagement.messaging.texting import CODE, code_of
from aftercare.engagement.messaging.types import message_type
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.schema import normal_email
from aftercare.foundation.web.portal_edge import sign_link

OUTBOX = "outbox"
STATE_OF = {Verdict.SEND: "queued", Verdict.DEFER: "waiting", Verdict.DROP: "dropped"}
_COLUMNS = {
    "public_id": "text", "store_id": "bigint", "customer_id": "bigint", "order_id": "bigint", "shipment_id": "bigint",
    "message_type": "text", "legal_class": "text", "channel": "text", "origin": "text", "dedupe_key": "text",
    "template_id": "bigint", "wanted_locale": "text", "brand_id": "bigint", "recipient": "text",
    "recipient_name": "text", "context": "jsonb", "state": "text", "reason": "text", "detail": "text",
    "due_at": "timestamptz", "expires_at": "timestamptz", "created_at": "timestamptz",
}  # fmt: skip
_INSERT = f"""
    WITH written AS (
        INSERT INTO messaging_message ({", ".join(_COLUMNS)}, attempts, subject, reply)
        SELECT *, 0, '', '' FROM unnest({", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())})
        ON CONFLICT (store_id, dedupe_key) DO NOTHING RETURNING id, public_id, store_id, channel, state, due_at
    ), entered AS (
        INSERT INTO messaging_outboxentry (message_id, store_id, channel, waits, due_at, attempts)
        SELECT id, store_id, CASE WHEN channel = 'email' AND store_id IN (
            SELECT store_id FROM messaging_channelconnection WHERE state = 'sending' AND channel = 'email'
        ) THEN 'email.own' ELSE channel END, state = 'waiting', due_at, 0 FROM written WHERE state <> 'dropped'
    )
    SELECT id, public_id FROM written
"""  # noqa: S608 -- constants of this module


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a request: the message's row id (None if it had been taken before), and the decision."""

    message_id: int | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class _Draft:
    request: MessageRequest
    recipient: Recipient
    index: int
    decision: Decision
    expires_at: datetime | None
    public_id: str


def request_messages(*, requests: Sequence[MessageRequest], now: datetime) -> list[Taken]:
    """Decide about every request and write it to the outbox, in the caller's transaction.

    Answers in the order of the requests; where a request has two recipients, the buyer's decision counts.
    """
    if not requests:
        return []
    people = recipients_of(requests)
    pairs = reached([(index, request, person) for index, request in enumerate(requests) for person in people[index]])
    channel_standing = {
        channel: standing_of(
            (person for _, request, person in pairs if request.channel == channel),
            store_ids={request.store_id for request in requests}, channel=channel, now=now,
        )
        for channel in {request.channel for request in requests}
    }  # fmt: skip
    quiet = quiet_hours_of({request.store_id for request in requests})
    drafts = [
        _draft(index, request, person, channel_standing[request.channel], quiet[request.store_id], now)
        for index, request, person in pairs
    ]
    ids = _write(drafts, now)
    _record(drafts, ids, now)
    if any(draft.decision.verdict == Verdict.SEND for draft in drafts):
        wake(OUTBOX)
    return _answers(requests, drafts, ids)


def reached(pairs: Sequence[tuple[int, MessageRequest, Recipient]]) -> list[tuple[int, MessageRequest, Recipient]]:
    """Everybody with their address on the channel that is asked for."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, (_, request, _) in enumerate(pairs):
        places[request.channel].append(place)
    found = list(pairs)
    for key, of_channel in places.items():
        people, store_ids = (
            [pairs[place][2] for place in of_channel],
            [pairs[place][1].store_id for place in of_channel],
        )
        addresses = channels[key].addresses(people, store_ids=store_ids)
        for place, address in zip(of_channel, addresses, strict=True):
            index, request, person = pairs[place]
            found[place] = (index, request, replace(person, address=address))
    return found


def situation_of(
    *, type_key: str, channel: str, recipient: Recipient, standing: Standing, store_id: int, quiet: tuple[time, time],
    expires_at: datetime | None,
) -> Situation:  # fmt: skip
    """All that the decision depends on, as values."""
    kind = message_type(type_key)
    purpose = purpose_for(legal_class=kind.legal_class, of_parcel=kind.parcel)
    is_owed = purpose.is_owed and channels[channel].durable
    held_until, held_because = standing.holds.get(recipient.customer_id or 0, (None, ""))
    return Situation(
        legal_class=kind.legal_class, address=recipient.address,
        suppressed=standing.suppressed.get((store_id, normal_email(recipient.address)), ()),
        consent=None if is_owed else standing.consents.get((recipient.customer_id or 0, purpose.key)),
        held_until=held_until, held_because=held_because, time_zone=recipient.time_zone,
        quiet_from=quiet[0], quiet_until=quiet[1], urgent=kind.urgent, expires_at=expires_at,
    )  # fmt: skip


def _draft(
    index: int, request: MessageRequest, person: Recipient, standing: Standing, quiet: tuple[time, time], now: datetime
) -> _Draft:
    kind = message_type(request.message_type)
    expires_at = None if request.caused_at is None else request.caused_at + kind.fresh_for
    situation = situation_of(
        type_key=request.message_type, channel=request.channel, recipient=person, standing=standing,
        store_id=request.store_id, quiet=quiet,
        expires_at=expires_at,
    )  # fmt: skip
    return _Draft(request, person, index, decide(situation=situation, now=now), expires_at, new_message_id())


def quiet_hours_of(store_ids: set[int]) -> dict[int, tuple[time, time]]:
    """Each store's quiet hours, as local times."""
    rows = fetch("SELECT id, quiet_from, quiet_until FROM stores_store WHERE id = ANY(%s)", [list(store_ids)])
    return {store_id: (quiet_from, quiet_until) for store_id, quiet_from, quiet_until in rows}


def _write(drafts: Sequence[_Draft], now: datetime) -> dict[str, int]:
    """Insert what is new; answers row ids by public id."""
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
    return {public_id: row_id for row_id, public_id in inserted}


def _row(
    draft: _Draft, context: dict[str, Any], templates: dict[tuple[int, str, str], Chosen], brand: int, now: datetime
) -> tuple[object, ...]:
    request, person, decision = draft.request, draft.recipient, draft.decision
    kind = message_type(request.message_type)
    chosen = templates.get((request.store_id, kind.template, person.locale))
    key = request.dedupe_key + (":recipient" if person.is_gift_recipient else "")
    context["unsubscribe"] = sign_link(purpose="preferences", store_id=request.store_id, thing=draft.public_id)
    if channels[request.channel].links:
        context[CODE] = code_of(draft.public_id)
    return (
        draft.public_id, request.store_id, person.customer_id, request.order_id, request.shipment_id,
        request.message_type, kind.legal_class.value, request.channel, request.origin, key,
        chosen and chosen.version_id, chosen.instead_of(person.locale) if chosen else "", brand, person.address, person.name,
        orjson.dumps(context).decode(), STATE_OF[decision.verdict], decision.reason.value, decision.detail[:300],
        decision.until or now, draft.expires_at, now,
    )  # fmt: skip


def _record(drafts: Sequence[_Draft], ids: dict[str, int], now: datetime) -> None:
    facts = [
        Fact(
            event=event, store_id=draft.request.store_id, occurred_at=now, customer_id=draft.recipient.customer_id,
            order_id=draft.request.order_id, shipment_id=draft.request.shipment_id, actor=draft.request.origin,
        )
        for draft in drafts
        if draft.public_id in ids and (event := event_of(
            public_id=draft.public_id, type_key=draft.request.message_type, channel=draft.request.channel,
            decision=draft.decision,
        ))
    ]  # fmt: skip
    record(facts, now=now)


def event_of(*, public_id: str, type_key: str, channel: str, decision: Decision) -> Event | None:
    """The event a decision becomes; what is sent gets its event when it has been sent."""
    match decision.verdict:
        case Verdict.DEFER:
            until = decision.until.isoformat() if decision.until else ""
            return MessageDeferred(public_id, type_key, channel, decision.reason.value, until)
        case Verdict.DROP:
            return MessageDropped(public_id, type_key, channel, decision.reason.value)
    return None


def _answers(requests: Sequence[MessageRequest], drafts: Sequence[_Draft], ids: dict[str, int]) -> list[Taken]:
    first: dict[int, Taken] = {}
    for draft in drafts:
        first.setdefault(draft.index, Taken(ids.get(draft.public_id), draft.decision))
    return [first[index] for index in range(len(requests))]
