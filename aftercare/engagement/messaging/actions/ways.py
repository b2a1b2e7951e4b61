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
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid, NotFound

_BATCH = 200
_LONGEST = timedelta(days=7)
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
_RECALL = """
    WITH gone AS (
        DELETE FROM messaging_outboxentry WHERE message_id = %s AND (leased_until IS NULL OR leased_until < %s)
        RETURNING message_id
    )
    UPDATE messaging_message AS m SET state = 'failed', reason = %s, detail = 'Another channel was tried'
    FROM gone WHERE m.id = gone.message_id RETURNING m.id
"""
_MOVE = """
    WITH moved AS (
        UPDATE messaging_chain SET message_id = %(message)s, minutes = %(minutes)s, rest = %(rest)s::jsonb,
            began_at = %(now)s, due_at = %(due)s WHERE id = %(chain)s RETURNING id, store_id
    ), told AS (
        UPDATE messaging_chainlink SET why_next = %(why)s WHERE message_id = %(before)s RETURNING message_id
    )
    INSERT INTO messaging_chainlink (message_id, store_id, chain_id, place, why_next)
    SELECT %(message)s, store_id, id, (SELECT count(*) FROM messaging_chainlink l WHERE l.chain_id = moved.id), ''
    FROM moved RETURNING message_id
"""
_WAIT = "UPDATE messaging_chain SET due_at = %s WHERE id = %s RETURNING id"
_END = "UPDATE messaging_chain SET outcome = %s WHERE id = %s RETURNING id"


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
    messages = {row[0]: _Sent(*row) for row in fetch_decoded(_MESSAGES, [[chain.message_id for chain in chains]])}
    for chain in chains:
        _look(chain, messages[chain.message_id], now)
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


def _look(chain: _Link, sent: _Sent, now: datetime) -> None:
    attempt = Attempt(
        sent.state, sent.reason, sent.delivery, chain.began_at, sent.sent_at, sent.due_at, chain.minutes
    )  # fmt: skip
    fate, again_at = fate_of(attempt, now=now)
    if fate is Fate.NEXT and sent.state == "queued" and not _recalled(sent, now):
        fate, again_at = Fate.WAITS, now + timedelta(minutes=1)  # a worker has it just now
    match fate:
        case Fate.WAITS:
            fetch(_WAIT, [again_at, chain.id])
        case Fate.ARRIVED | Fate.OVER:
            outcome = Chain.Outcome.ARRIVED if fate is Fate.ARRIVED else Chain.Outcome.OVER
            fetch(_END, [outcome.value, chain.id])
        case Fate.NEXT:
            _try_next(chain, sent, now)


def _recalled(sent: _Sent, now: datetime) -> bool:
    return bool(fetch(_RECALL, [sent.id, now, Reason.UNREACHABLE.value]))


def _try_next(chain: _Link, sent: _Sent, now: datetime) -> None:
    rest = legs_from(chain.rest)
    base = _request(chain, sent)
    while rest:
        leg, rest = rest[0], rest[1:]
        request = replace(base, channel=leg.channel, dedupe_key=f"{chain.root_key[:180]}>{leg.channel}")
        if not _open_to([(request, leg.channel)], now):
            continue
        (taken,) = request_messages(requests=[request], now=now)
        if taken.message_id is None:
            continue
        fetch(_MOVE, {
            "chain": chain.id, "message": taken.message_id, "before": sent.id, "minutes": leg.minutes,
            "rest": orjson.dumps(stored(rest)).decode(), "now": now, "due": now + timedelta(minutes=leg.minutes),
            "why": sent.delivery or (sent.reason if sent.state != "sent" else "silent"),
        })  # fmt: skip
        event = MessageFellBack(sent.public_id, sent.message_type, sent.channel, leg.channel)
        record([Fact(
            event=event, store_id=sent.store_id, occurred_at=now, customer_id=sent.customer_id, order_id=sent.order_id,
            shipment_id=sent.shipment_id, actor=sent.origin,
        )], now=now)  # fmt: skip
        return
    fetch(_END, [Chain.Outcome.EXHAUSTED.value, chain.id])


def _request(chain: _Link, sent: _Sent) -> MessageRequest:
    """What was asked for, once more."""
    kind = message_type(sent.message_type)
    return MessageRequest(
        store_id=sent.store_id, message_type=sent.message_type, channel=sent.channel, origin=sent.origin,
        dedupe_key=chain.root_key, customer_id=sent.customer_id, order_id=sent.order_id, shipment_id=sent.shipment_id,
        line_id=sent.line_id, caused_at=None if sent.expires_at is None else sent.expires_at - kind.fresh_for,
        data=sent.event or {},
    )  # fmt: skip
