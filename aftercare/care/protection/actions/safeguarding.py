"""What rules ask of orders, decided in sets as orders come in, change, or learn of their carriers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from aftercare.care.protection.actions.lapsing import judge_parcels
from aftercare.care.protection.events import ProtectionAsked
from aftercare.care.protection.policy.rules import Asked, Consignment, asked_for
from aftercare.care.protection.terms import InForce, in_force
from aftercare.commerce.orders.policy.arrivals import PACKED_KINDS
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

_TERMS = """
    SELECT store_id, number, since, rules FROM protection_terms WHERE store_id IN (
        SELECT DISTINCT store_id FROM orders_order WHERE id = ANY(%s)) ORDER BY store_id, number DESC
"""
# Worth is what is sent and not called off, and no more than what was paid in all.
_ORDERS = """
    SELECT o.id, o.store_id, o.customer_id, o.number, o.currency, o.placed_at,
           CASE WHEN o.cancelled_at IS NOT NULL THEN 0 ELSE least(o.total, coalesce((
               SELECT sum(l.total * (l.quantity - l.cancelled_quantity) / greatest(l.quantity, 1))
               FROM orders_line l WHERE l.order_id = o.id AND l.kind = ANY(%(kinds)s)), 0))::bigint END,
           upper(coalesce(o.shipping_address ->> 'country', '')), upper(st.country),
           array(SELECT DISTINCT s.carrier FROM shipments_shipment s WHERE s.order_id = o.id AND s.carrier <> ''),
           g.signature, g.in_person, g.insured, g.terms
    FROM orders_order o JOIN stores_store st ON st.id = o.store_id
         LEFT JOIN protection_safeguards g ON g.order_id = o.id
    WHERE o.id = ANY(%(ids)s) AND o.store_id = ANY(%(stores)s) ORDER BY o.id
"""
_KEEP = """
    INSERT INTO protection_safeguards (order_id, store_id, signature, in_person, insured, terms, trace, decided_at)
    SELECT v.order_id, v.store_id, v.signature, v.in_person, v.insured, v.terms, v.trace::jsonb, %(now)s
    FROM unnest(%(orders)s::bigint[], %(stores)s::bigint[], %(signatures)s::boolean[], %(in_persons)s::boolean[],
                %(insureds)s::bigint[], %(terms)s::int[], %(traces)s::text[])
        AS v(order_id, store_id, signature, in_person, insured, terms, trace)
    ON CONFLICT (order_id) DO UPDATE SET signature = excluded.signature, in_person = excluded.in_person,
        insured = excluded.insured, terms = excluded.terms, trace = excluded.trace, decided_at = excluded.decided_at
    RETURNING order_id
"""


@dataclass(slots=True)
class _Row:
    id: int
    store_id: int
    customer_id: int | None
    number: str
    currency: str
    placed_at: datetime
    worth: int
    country: str
    home: str
    carriers: list[str]
    signature: bool | None
    in_person: bool | None
    insured: int | None
    terms: int | None

    @property
    def before(self) -> tuple[bool, bool, int] | None:
        """What was asked until now; None where nothing ever was."""
        if self.signature is None or self.in_person is None or self.insured is None:
            return None
        return self.signature, self.in_person, self.insured

    def consignment(self) -> Consignment:
        is_domestic = self.country == self.home if self.country else None
        return Consignment(self.worth, self.currency, is_domestic, frozenset(self.carriers))


@transaction.atomic
def safeguard_orders(*, order_ids: Collection[int], now: datetime) -> None:
    """Decide what these orders ask of their delivery, by the rules that were in force when each was placed."""
    versions = _versions(order_ids)
    if not versions:
        return
    parameters = {"kinds": sorted(PACKED_KINDS), "ids": sorted(set(order_ids)), "stores": sorted(versions)}
    rows = [_Row(*row) for row in fetch_decoded(_ORDERS, parameters)]
    changed: list[tuple[_Row, int, Asked]] = []
    for row in rows:
        terms = _at(versions[row.store_id], row.placed_at)
        if terms is None:
            continue
        asked = asked_for(rules=terms.rules, consignment=row.consignment())
        after = (asked.signature, asked.in_person, asked.insured)
        if after != row.before and (asked.anything or row.before is not None):
            changed.append((row, terms.number, asked))
    if not changed:
        return
    _keep(changed, now)
    record([_fact(row, number, asked, now) for row, number, asked in changed], now=now)
    judge_parcels(order_ids=[row.id for row, _, _ in changed], now=now)


def _versions(order_ids: Collection[int]) -> dict[int, list[tuple[datetime, InForce]]]:
    """Of the stores of these orders, every version of the terms, the latest first."""
    found: dict[int, list[tuple[datetime, InForce]]] = defaultdict(list)
    for store_id, number, since, rules in fetch_decoded(_TERMS, [list(order_ids)]):
        found[store_id].append((since, in_force(number, rules, None)))
    return dict(found)


def _at(versions: Sequence[tuple[datetime, InForce]], placed_at: datetime) -> InForce | None:
    return next((terms for since, terms in versions if since <= placed_at), None)


def _keep(changed: Sequence[tuple[_Row, int, Asked]], now: datetime) -> None:
    columns: dict[str, list[Any]] = {
        "orders": [row.id for row, _, _ in changed], "stores": [row.store_id for row, _, _ in changed],
        "signatures": [asked.signature for _, _, asked in changed],
        "in_persons": [asked.in_person for _, _, asked in changed],
        "insureds": [asked.insured for _, _, asked in changed], "terms": [number for _, number, _ in changed],
        "traces": [orjson.dumps([[place, why.value] for place, why in one.trace]).decode() for _, _, one in changed],
    }  # fmt: skip
    fetch(_KEEP, {"now": now, **columns})


def _fact(row: _Row, number: int, asked: Asked, now: datetime) -> Fact:
    event = ProtectionAsked(
        number=row.number, signature=asked.signature, in_person=asked.in_person, insured=asked.insured,
        currency=row.currency, terms=number,
    )  # fmt: skip
    return Fact(event, store_id=row.store_id, occurred_at=now, customer_id=row.customer_id, order_id=row.id)
