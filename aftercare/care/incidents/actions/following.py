"""Incidents follow from the health of parcels: opened, escalated and closed in sets, and gathered where they are many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.care.incidents import policy
from aftercare.care.incidents.actions.closing import close_rows
from aftercare.care.incidents.actions.masses import gather
from aftercare.care.incidents.actions.rows import Row, fact, hold_messages, locked
from aftercare.care.incidents.events import IncidentClosed, IncidentEscalated, IncidentOpened, IncidentRecovered
from aftercare.care.incidents.models import new_incident_id
from aftercare.care.incidents.policy import Turn
from aftercare.care.incidents.vocabulary import IN_MASSES, IncidentOutcome, IncidentState
from aftercare.foundation.database.bulk import fetch, update_rows
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

# Of two who open at once, one finds the other's.
_OPEN = """
    INSERT INTO incidents_incident (public_id, store_id, order_id, shipment_id, customer_id, kind, family, state, outcome,
        blame, carrier, place, lane, note, told, assignee, due_at, opened_at, opened_by, closed_by, compensation,
        compensation_amount, compensation_by)
    SELECT v.public_id, v.store_id, v.order_id, v.shipment_id, v.customer_id, v.kind, 'delivery', 'open', '', v.blame,
           v.carrier, v.place, v.lane, '', false, '', v.due_at, %(now)s, 'system', '', 'none', 0, ''
    FROM unnest(%(public_ids)s::text[], %(stores)s::bigint[], %(orders)s::bigint[], %(shipments)s::bigint[],
                %(customers)s::bigint[], %(kinds)s::text[], %(blames)s::text[], %(carriers)s::text[], %(places)s::text[],
                %(lanes)s::text[], %(dues)s::timestamptz[])
        AS v(public_id, store_id, order_id, shipment_id, customer_id, kind, blame, carrier, place, lane, due_at)
    ORDER BY v.shipment_id
    ON CONFLICT DO NOTHING RETURNING id
"""
_CHANGED = {
    "id": "bigint", "kind": "text", "blame": "text", "state": "text", "escalated_at": "timestamptz",
    "due_at": "timestamptz", "place": "text", "mass_id": "bigint",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A parcel's health as it changed."""

    store_id: int
    order_id: int
    shipment_id: int
    customer_id: int | None
    health: str
    why: str
    carrier: str
    place: str
    lane: str
    responsible: str


@transaction.atomic
def follow_health(*, changes: Sequence[Change], now: datetime) -> None:
    """What these changes do to incidents; of several changes of one parcel the last counts."""
    latest = {change.shipment_id: change for change in changes if policy.turn_of(change.health) != Turn.NOTHING}
    if not latest:
        return
    known = locked("i.family = 'delivery' AND i.shipment_id = ANY(%s)", [sorted(latest)])
    by_parcel = {row.shipment_id: row for row in known}
    fresh = [
        change
        for parcel, change in latest.items()
        if parcel not in by_parcel and policy.turn_of(change.health) == Turn.TROUBLE
    ]
    facts = _changed([(row, latest[row.shipment_id]) for row in known if row.shipment_id in latest], now)
    opened = _opened(fresh, now)
    hold_messages(opened, now=now)
    facts += gather(opened, now=now)
    facts += [
        fact(row, IncidentOpened, now=now, tells=row.mass_id is None and policy.tells_customer(row.kind))
        for row in opened
    ]
    record(facts, now=now)


def _opened(changes: Sequence[Change], now: datetime) -> list[Row]:
    if not changes:
        return []
    kinds = [policy.kind_of(change.health, change.why) for change in changes]
    ids = fetch(_OPEN, {
        "now": now, "public_ids": [new_incident_id() for _ in changes], "stores": [one.store_id for one in changes],
        "orders": [one.order_id for one in changes], "shipments": [one.shipment_id for one in changes],
        "customers": [one.customer_id for one in changes], "kinds": [kind.value for kind in kinds],
        "blames": [_blame(kind, one) for kind, one in zip(kinds, changes, strict=True)],
        "carriers": [one.carrier for one in changes], "places": [one.place for one in changes],
        "lanes": [one.lane for one in changes],
        "dues": [now + policy.answered_within(kind) for kind in kinds],
    })  # fmt: skip
    return locked("i.id = ANY(%s)", [[row_id for (row_id,) in ids]])


def _changed(pairs: Sequence[tuple[Row, Change]], now: datetime) -> list[Fact]:
    """Open ones that got worse, turned into something else, or are over."""
    facts: list[Fact] = []
    written: list[tuple[Any, ...]] = []
    over: dict[IncidentOutcome, list[tuple[Row, Turn]]] = {
        IncidentOutcome.RECOVERED: [],
        IncidentOutcome.CALLED_OFF: [],
    }
    for row, change in pairs:
        turn = policy.turn_of(change.health)
        if turn != Turn.TROUBLE:
            over[IncidentOutcome.CALLED_OFF if turn == Turn.CALLED_OFF else IncidentOutcome.RECOVERED].append(
                (row, turn)
            )
            continue
        before, kind = row.kind, policy.kind_of(change.health, change.why)
        worse = policy.is_worse(kind, before)
        row.kind, row.blame = kind.value, _blame(kind, change)
        # What needs an answer of its own is no longer one of many.
        row.mass_id = row.mass_id if kind in IN_MASSES else None
        if worse:
            row.state = IncidentState.ESCALATED.value
            tells = policy.tells_customer(row.kind) and row.mass_id is None
            facts.append(fact(row, IncidentEscalated, now=now, before=before, tells=tells))
        due_at = now + policy.answered_within(kind)
        written.append(
            (row.id, row.kind, row.blame, row.state, now if worse else None, due_at, change.place, row.mass_id)
        )
    update_rows("incidents_incident", _CHANGED, written)
    for outcome, ended in over.items():
        facts += close_rows([row for row, _ in ended], outcome=outcome, now=now)
        for row, turn in ended:
            event = IncidentClosed if outcome == IncidentOutcome.CALLED_OFF else IncidentRecovered
            more = (
                {"outcome": outcome.value}
                if event is IncidentClosed
                else {"tells": row.told and turn == Turn.RECOVERED}
            )
            facts.append(fact(row, event, now=now, **more))
    return facts


def _blame(kind: str, change: Change) -> str:
    return policy.blame_of(kind, why=change.why, responsible=change.responsible).value
