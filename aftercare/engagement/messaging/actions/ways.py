"""By which channels messages go: the store's settings, the first channel of what is asked for, and the next one of what
did not arrive.

Each attempt is a message of its own; its chain says which comes next, and when. The chain moves in the transaction in
which the next message is written, so a killed worker neither loses nor doubles one. Whoever hears or concludes something of
a message makes its chain due; what is made of it is decided in one place, with the message's row held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from django.db import transaction

from aftercare.engagement.messaging.actions.request import Taken, asked_for, reached, request_messages
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.events import MessageFellBack, WayChanged
from aftercare.engagement.messaging.facts import facts_of
from aftercare.engagement.messaging.models import Chain, Way
from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.policy.ways import Attempt, Fate, Leg, fate_of, is_open_to, ordered
from aftercare.engagement.messaging.preferences import PREFERRED
from aftercare.engagement.messaging.recipients import recipients_of
from aftercare.engagement.messaging.requests import BEST, MessageRequest
from aftercare.engagement.messaging.types import message_type
from aftercare.engagement.messaging.ways import EVERY_TYPE, MOST_LEGS, legs_from, stored, ways_of
from aftercare.foundation.database.bulk import fetch, fetch_decoded, update_rows
from aftercare.foundation.database.persistence import will_be_done_again
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid, NotFound

_BATCH = 200
_LONGEST = timedelta(days=7)
_LONGEST_ROOT = 180  # of a dedupe key, so that the channel's name has room
_IN_HAND = timedelta(minutes=1)
_PREFERRED = "SELECT id, traits->>%s FROM customers_customer WHERE id = ANY(%s) AND traits ? %s"
_BEGIN = """
    WITH told AS (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::jsonb[], %s::timestamptz[])
            AS t(message_id, store_id, root_key, minutes, rest, due_at)
    ), begun AS (
        INSERT INTO messaging_chain (message_id, store_id, root_key, minutes, rest, outcome, began_at, due_at)
        SELECT message_id, store_id, root_key, minutes, rest, '', %s, due_at FROM told RETURNING id, message_id, store_id
    )
    INSERT INTO messaging_chainlink (message_id, store_id, chain_id, place, why_next)
    SELECT message_id, store_id, id, 0, '' FROM begun RETURNING message_id
"""
_DUE = """
    SELECT id, message_id, root_key, minutes, rest, began_at FROM messaging_chain
    WHERE outcome = '' AND due_at <= %s ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
# Held, so that what is heard meanwhile comes before or after, never between looking and moving on.
_MESSAGES = """
    SELECT m.id, m.public_id, m.store_id, m.customer_id, m.order_id, m.shipment_id, m.line_id, m.message_type, m.channel,
           m.origin, m.expires_at, m.context->'event', m.state, m.reason, m.delivery, m.sent_at, m.due_at
    FROM messaging_message m WHERE m.id = ANY(%s) ORDER BY m.id FOR NO KEY UPDATE
"""
# What a worker has leased is left to it, and so is what another loop holds at this moment: waiting for it in another order
# than its own could end in a knot.
_RECALL = """
    WITH free AS (
        SELECT message_id FROM messaging_outboxentry
        WHERE message_id = ANY(%s) AND (leased_until IS NULL OR leased_until < %s) FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM messaging_outboxentry e USING free WHERE e.message_id = free.message_id RETURNING e.message_id
    )
    UPDATE messaging_message AS m SET state = 'failed', reason = %s, detail = 'Another channel was tried'
    FROM gone WHERE m.id = gone.message_id RETURNING m.id
"""
_MOVE = """
    WITH told AS (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::int[], %s::jsonb[], %s::timestamptz[], %s::text[])
            AS t(chain_id, message_id, before_id, minutes, rest, due_at, why)
    ), moved AS (
        UPDATE messaging_chain c SET message_id = t.message_id, minutes = t.minutes, rest = t.rest, began_at = %s,
            due_at = t.due_at FROM told t WHERE c.id = t.chain_id RETURNING c.id
    ), said AS (
        UPDATE messaging_chainlink l SET why_next = t.why FROM told t WHERE l.message_id = t.before_id RETURNING l.message_id
    )
    INSERT INTO messaging_chainlink (message_id, store_id, chain_id, place, why_next)
    SELECT t.message_id, b.store_id, t.chain_id, b.place + 1, ''
    FROM told t JOIN messaging_chainlink b ON b.message_id = t.before_id RETURNING message_id
"""
_DUE_AT = {"id": "bigint", "due_at": "timestamptz"}
_OUTCOME = {"id": "bigint", "outcome": "text"}


class _Link(NamedTuple):
    """A chain that is due."""

    id: int
    message_id: int
    root_key: str
    minutes: int
    rest: list[list[Any]]
    began_at: datetime


class _Sent(NamedTuple):
    """The message of its last attempt."""

    id: int
    public_id: str
    store_id: int
    customer_id: int | None
    order_id: int | None
    shipment_id: int | None
    line_id: int | None
    message_type: str
    channel: str
    origin: str
    expires_at: datetime | None
    event: dict[str, Any] | None
    state: str
    reason: str
    delivery: str
    sent_at: datetime | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A request with the channel it goes by first, and what comes after."""

    request: MessageRequest
    leg: Leg
    rest: list[Leg]


@transaction.atomic
def change_way(*, store_id: int, message_type_key: str, legs: Sequence[Leg], by: str, now: datetime) -> None:
    """From the next message on; none at all means that what holds for every type holds. Raises Invalid or NotFound."""
    if message_type_key != EVERY_TYPE:
        message_type(message_type_key)
    _check(legs)
    found = Way.objects.filter(store_id=store_id, message_type=message_type_key)
    if legs:
        Way.objects.update_or_create(
            store_id=store_id, message_type=message_type_key,
            defaults={"legs": stored(legs), "changed_at": now, "changed_by": by[:80]},
        )  # fmt: skip
    else:
        found.delete()
    changed = WayChanged(message_type_key, [leg.channel for leg in legs])
    record([Fact(changed, store_id=store_id, occurred_at=now, actor=by)], now=now)


def ask_best(*, requests: Sequence[MessageRequest], now: datetime) -> list[Taken]:
    """Take requests of any channel, also those that leave it to the store's ways and the customer's wish."""
    chosen = _chosen(requests, now)
    taken = request_messages(requests=[one.request for one in chosen], now=now)
    begun = [
        (one, done.message_id)
        for one, done in zip(chosen, taken, strict=True)
        if one.rest and done.message_id is not None
    ]
    if begun:
        rows = [
            (message_id, one.request.store_id, one.request.dedupe_key, one.leg.minutes, orjson.dumps(stored(one.rest)).decode(),
             now + timedelta(minutes=one.leg.minutes))
            for one, message_id in begun
        ]  # fmt: skip
        fetch(_BEGIN, [*(list(column) for column in zip(*rows, strict=True)), now])
    return taken


@transaction.atomic
def go_on(now: datetime) -> int:
    """One batch of chains that are due; answers how many were looked at."""
    chains = [_Link(*row) for row in fetch_decoded(_DUE, [now, _BATCH])]
    if not chains:
        return 0
    will_be_done_again()
    messages = {row[0]: _Sent(*row) for row in fetch_decoded(_MESSAGES, [[chain.message_id for chain in chains]])}
    looked = _looked([(chain, messages[chain.message_id]) for chain in chains], now)
    update_rows("messaging_chain", _DUE_AT, [
        (one.chain.id, one.again_at) for one in looked if one.fate is Fate.WAITS
    ])  # fmt: skip
    left = _try_next([(one.chain, one.sent) for one in looked if one.fate is Fate.NEXT], now)
    ended = [(one.chain.id, _ENDED[one.fate].value) for one in looked if one.fate in _ENDED]
    update_rows("messaging_chain", _OUTCOME, [
        *ended, *((chain_id, Chain.Outcome.EXHAUSTED.value) for chain_id in left)
    ])  # fmt: skip
    return len(chains)


def _check(legs: Sequence[Leg]) -> None:
    named = [leg.channel for leg in legs]
    if len(legs) > MOST_LEGS:
        raise Invalid(f"No more than {MOST_LEGS} channels one after the other.", field="legs")
    if len(set(named)) < len(named):
        raise Invalid("A channel is named twice.", field="legs")
    for leg in legs:
        if leg.channel not in channels:
            raise NotFound(f"There is no channel '{leg.channel}'.", field="legs", remedy=", ".join(channels.keys()))
        if not 0 <= leg.minutes <= _LONGEST.total_seconds() / 60:
            raise Invalid("Between no minute and seven days.", field="legs")


def _chosen(requests: Sequence[MessageRequest], now: datetime) -> list[_Chosen]:
    """The first channel that is open to each: those that are not are left out, and the last that is left is not waited for."""
    undecided = [request for request in requests if request.channel == BEST]
    ways = ways_of(wanted={(request.store_id, request.message_type) for request in undecided})
    preferred = _preferred(undecided)
    legs = {
        id(request): ordered(
            ways[request.store_id, request.message_type], preferred=preferred.get(request.customer_id or 0, "")
        )
        for request in undecided
    }
    # Where there is but one, there is nothing to choose.
    open_to = _open_to(
        [(request, leg.channel) for request in undecided if len(legs[id(request)]) > 1 for leg in legs[id(request)]],
        now,
    )
    found = []
    for request in requests:
        if request.channel != BEST:
            found.append(_Chosen(request, Leg(request.channel), []))
            continue
        # Where none is open, the first says why.
        usable = [leg for leg in legs[id(request)] if (id(request), leg.channel) in open_to] or legs[id(request)][:1]
        found.append(_Chosen(replace(request, channel=usable[0].channel), usable[0], usable[1:]))
    return found


def _open_to(variants: Sequence[tuple[MessageRequest, str]], now: datetime) -> set[tuple[int, str]]:
    """Of requests by channel, those that nothing about the channel forbids."""
    if not variants:
        return set()
    asked_by = [replace(request, channel=channel) for request, channel in variants]
    people = [found[0] for found in reached(asked_by, recipients_of(asked_by))]
    asked = [asked_for(request, person, now=now) for request, person in zip(asked_by, people, strict=True)]
    facts = facts_of(asked=asked, now=now)
    return {
        (id(request), channel)
        for (request, channel), one in zip(variants, asked, strict=True)
        if is_open_to(facts.situation(one, has_budget=False), now)
    }


def _preferred(requests: Sequence[MessageRequest]) -> Mapping[int, str]:
    customers = list({request.customer_id for request in requests if request.customer_id})
    return dict(fetch(_PREFERRED, [PREFERRED, customers, PREFERRED])) if customers else {}


@dataclass(frozen=True, slots=True)
class _Looked:
    """What is made of a chain now."""

    chain: _Link
    sent: _Sent
    fate: Fate
    again_at: datetime


_ENDED = {Fate.ARRIVED: Chain.Outcome.ARRIVED, Fate.OVER: Chain.Outcome.OVER}


def _looked(chains: Sequence[tuple[_Link, _Sent]], now: datetime) -> list[_Looked]:
    found = [_Looked(chain, sent, *fate_of(_attempt(chain, sent), now=now)) for chain, sent in chains]
    queued = [one.sent.id for one in found if one.fate is Fate.NEXT and one.sent.state == "queued"]
    recalled = {row_id for (row_id,) in fetch(_RECALL, [queued, now, Reason.UNREACHABLE.value])} if queued else set()
    in_hand = set(queued) - recalled
    return [
        replace(one, fate=Fate.WAITS, again_at=now + _IN_HAND) if one.sent.id in in_hand else one for one in found
    ]  # fmt: skip


def _attempt(chain: _Link, sent: _Sent) -> Attempt:
    return Attempt(sent.state, sent.reason, sent.delivery, chain.began_at, sent.sent_at, sent.due_at, chain.minutes)


def _try_next(chains: Sequence[tuple[_Link, _Sent]], now: datetime) -> list[int]:
    """Send each by the first of its channels that is open to it; answers those of which none is."""
    rest = {chain.id: legs_from(chain.rest) for chain, _ in chains}
    base = {chain.id: _request(chain, sent) for chain, sent in chains}
    open_to = _open_to([(base[chain.id], leg.channel) for chain, _ in chains for leg in rest[chain.id]], now)
    goes: list[tuple[_Link, _Sent, Leg, MessageRequest]] = []
    for chain, sent in chains:
        legs = rest[chain.id]
        while legs and (id(base[chain.id]), legs[0].channel) not in open_to:
            legs = legs[1:]
        if legs:
            key = f"{chain.root_key[:_LONGEST_ROOT]}>{legs[0].channel}"
            goes.append((chain, sent, legs[0], replace(base[chain.id], channel=legs[0].channel, dedupe_key=key)))
            rest[chain.id] = legs[1:]
    taken = request_messages(requests=[request for *_, request in goes], now=now)
    moved = [
        (chain.id, one.message_id, sent.id, leg.minutes, orjson.dumps(stored(rest[chain.id])).decode(),
         now + timedelta(minutes=leg.minutes), sent.delivery or (sent.reason if sent.state != "sent" else "silent"))
        for (chain, sent, leg, _), one in zip(goes, taken, strict=True)
        if one.message_id is not None
    ]  # fmt: skip
    if moved:
        fetch(_MOVE, [*(list(column) for column in zip(*moved, strict=True)), now])
    on = {row[0] for row in moved}
    record([_fell_back(sent, leg, now) for chain, sent, leg, _ in goes if chain.id in on], now=now)
    return [chain.id for chain, _ in chains if chain.id not in on]


def _fell_back(sent: _Sent, leg: Leg, now: datetime) -> Fact:
    return Fact(
        event=MessageFellBack(sent.public_id, sent.message_type, sent.channel, leg.channel), store_id=sent.store_id,
        occurred_at=now, customer_id=sent.customer_id, order_id=sent.order_id, shipment_id=sent.shipment_id,
        actor=sent.origin,
    )  # fmt: skip


def _request(chain: _Link, sent: _Sent) -> MessageRequest:
    """What was asked for, once more."""
    kind = message_type(sent.message_type)
    return MessageRequest(
        store_id=sent.store_id, message_type=sent.message_type, channel=sent.channel, origin=sent.origin,
        dedupe_key=chain.root_key, customer_id=sent.customer_id, order_id=sent.order_id, shipment_id=sent.shipment_id,
        line_id=sent.line_id, caused_at=None if sent.expires_at is None else sent.expires_at - kind.fresh_for,
        data=sent.event or {},
    )  # fmt: skip
