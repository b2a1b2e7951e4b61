"""Mass incidents: incidents of one carrier that are many are gathered, told of once, and closed together."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aftercare.care.incidents import policy
from aftercare.care.incidents.actions.closing import close_empty_masses, settle_rows
from aftercare.care.incidents.actions.rows import Row, locked
from aftercare.care.incidents.errors import AlreadyClosed
from aftercare.care.incidents.events import MassIncidentClosed, MassIncidentOpened, MassIncidentTold
from aftercare.care.incidents.models import MassIncident, new_mass_id
from aftercare.care.incidents.vocabulary import IN_MASSES
from aftercare.commerce.health.vocabulary import ENDED
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

# How many troubles a carrier has now and how many it usually has in a day; and the hub that most were heard of at.
_COUNT = """
    SELECT i.store_id, i.carrier, count(*), mode() WITHIN GROUP (ORDER BY i.place),
           (SELECT count(*) FROM incidents_incident u
            WHERE u.store_id = i.store_id AND u.carrier = i.carrier AND u.kind = ANY(%(kinds)s)
                  AND u.opened_at BETWEEN %(now)s - %(window)s - %(days)s * interval '1 day' AND %(now)s - %(window)s)
               / %(days)s::float8
    FROM incidents_incident i
    WHERE (i.store_id, i.carrier) IN (SELECT * FROM unnest(%(stores)s::bigint[], %(carriers)s::text[]))
          AND i.kind = ANY(%(kinds)s) AND i.state <> 'closed' AND i.mass_id IS NULL
          AND i.opened_at > %(now)s - %(window)s
    GROUP BY i.store_id, i.carrier
"""
_AT_PLACE = """
    SELECT count(*) FILTER (WHERE place = %(place)s)::float8 / count(*) FROM incidents_incident
    WHERE store_id = %(store)s AND carrier = %(carrier)s AND kind = ANY(%(kinds)s) AND state <> 'closed'
          AND mass_id IS NULL AND opened_at > %(now)s - %(window)s
"""
_UNDER_WAY = """
    SELECT count(*) FROM shipments_shipment s JOIN health_health h ON h.shipment_id = s.id
    WHERE s.store_id = %s AND s.carrier = %s AND h.state <> ALL(%s)
          AND s.status <> ALL(ARRAY['pending', 'delivered', 'cancelled', 'return_to_sender'])
"""
# After a week it is no sudden trouble any more: what is left of it stands alone, and makes room for the next.
_FALL_APART = """
    UPDATE incidents_massincident SET closed_at = %s, closed_by = 'system'
    WHERE closed_at IS NULL AND opened_at < %s
          AND (store_id, carrier) IN (SELECT * FROM unnest(%s::bigint[], %s::text[]))
    RETURNING public_id, carrier, place, store_id
"""
# Of two workers who find the same one opens it.
_OPEN = """
    INSERT INTO incidents_massincident (public_id, store_id, carrier, carrier_name, place, usual_per_day, banner, macro,
                                        opened_at, closed_by)
    VALUES (%(public_id)s, %(store)s, %(carrier)s,
            coalesce((SELECT mode() WITHIN GROUP (ORDER BY s.carrier_name)
                      FROM incidents_incident i JOIN shipments_shipment s ON s.id = i.shipment_id
                      WHERE i.store_id = %(store)s AND i.carrier = %(carrier)s
                            AND i.opened_at > %(now)s - %(window)s), ''),
            %(place)s, %(usual)s, '', '', %(now)s, '')
    ON CONFLICT DO NOTHING RETURNING id
"""
_JOIN = """
    UPDATE incidents_incident i SET mass_id = m.id FROM incidents_massincident m
    WHERE m.store_id = i.store_id AND m.carrier = i.carrier AND m.closed_at IS NULL AND i.mass_id IS NULL
          AND i.state <> 'closed' AND i.kind = ANY(%(kinds)s) AND i.store_id = ANY(%(stores)s)
          AND i.carrier = ANY(%(carriers)s) AND (m.place = '' OR m.place = i.place)
    RETURNING i.id, m.id
"""
# A customer who has been told of any part of it has been told of all; one incident of theirs stands for the others, so
# that its recovery is told once too.
_TELL = """
    WITH untold AS (
        SELECT DISTINCT ON (i.mass_id, i.customer_id) i.id FROM incidents_incident i
        WHERE i.id = ANY(%(ids)s) AND i.customer_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM incidents_incident b
            WHERE b.mass_id = i.mass_id AND b.customer_id = i.customer_id AND b.told)
        ORDER BY i.mass_id, i.customer_id, i.order_id, i.id
    ), told AS (
        UPDATE incidents_incident i SET told = true FROM untold WHERE i.id = untold.id
        RETURNING i.mass_id, i.store_id, i.customer_id, i.order_id, i.shipment_id)
    SELECT t.store_id, t.customer_id, t.order_id, t.shipment_id, m.public_id,
           coalesce(nullif(s.carrier_name, ''), m.carrier), m.place, o.number
    FROM told t JOIN incidents_massincident m ON m.id = t.mass_id JOIN orders_order o ON o.id = t.order_id
         JOIN shipments_shipment s ON s.id = t.shipment_id
    ORDER BY t.mass_id, t.customer_id
"""


def gather(opened: Sequence[Row], *, now: datetime) -> list[Fact]:
    """Let new incidents join a mass incident, opening it where they are many; marks who is told; answers the facts."""
    able = [row for row in opened if row.kind in IN_MASSES and row.carrier]
    facts = _open_masses(able, now) if able else []
    joined = _joined(able) if able else {}
    for row in opened:
        row.mass_id = joined.get(row.id)
    facts += _tell(list(joined), now)
    alone = [row.id for row in opened if row.mass_id is None and policy.tells_customer(row.kind)]
    if alone:
        fetch("UPDATE incidents_incident SET told = true WHERE id = ANY(%s) RETURNING id", [alone])
    return facts


def _open_masses(rows: Sequence[Row], now: datetime) -> list[Fact]:
    facts: list[Fact] = []
    about = {(row.store_id, row.carrier) for row in rows}
    stores, carriers = [store for store, _ in about], [carrier for _, carrier in about]
    for public_id, carrier, place, store_id in fetch(_FALL_APART, [now, now - policy.MASS_TAKES_FOR, stores, carriers]):
        facts.append(Fact(MassIncidentClosed(public_id, carrier, place), store_id=store_id, occurred_at=now))
    scope = {"now": now, "window": policy.MASS_WINDOW, "kinds": [kind.value for kind in IN_MASSES]}
    found = fetch(_COUNT, {
        **scope, "days": policy.USUAL_DAYS, "stores": stores, "carriers": carriers,
    })  # fmt: skip
    for store_id, carrier, count, hub, usual in found:
        if count < policy.MASS_LEAST:
            continue
        ((under_way,),) = fetch(_UNDER_WAY, [store_id, carrier, list(ENDED)])
        if not policy.is_mass(count=count, usual_per_day=usual, under_way=under_way):
            continue
        where = {**scope, "store": store_id, "carrier": carrier, "place": hub}
        place = hub if fetch(_AT_PLACE, where)[0][0] >= policy.HUB_SHARE else ""
        public_id = new_mass_id()
        if fetch(_OPEN, {**where, "place": place, "usual": usual, "public_id": public_id}):
            event = MassIncidentOpened(public_id, carrier, place, count=count)
            facts.append(Fact(event, store_id=store_id, occurred_at=now))
    return facts


def _joined(rows: Sequence[Row]) -> dict[int, int]:
    """The mass incident that each incident has now joined, those that were open before among them."""
    return dict(fetch(_JOIN, {
        "kinds": [kind.value for kind in IN_MASSES], "stores": list({row.store_id for row in rows}),
        "carriers": list({row.carrier for row in rows}),
    }))  # fmt: skip


def _tell(ids: Sequence[int], now: datetime) -> list[Fact]:
    if not ids:
        return []
    return [
        Fact(
            MassIncidentTold(mass, carrier, place, number=number), store_id=store_id, occurred_at=now,
            customer_id=customer_id, order_id=order_id, shipment_id=shipment_id,
        )
        for store_id, customer_id, order_id, shipment_id, mass, carrier, place, number in fetch(_TELL, {"ids": list(ids)})
    ]  # fmt: skip


@transaction.atomic
def close_mass(*, mass: MassIncident, by: str, now: datetime) -> int:
    """Close it with all that is open of it; answers how many that were; raises AlreadyClosed."""
    rows = locked("i.mass_id = %s", [mass.pk])
    # One that was left without any closes too.
    facts = settle_rows(rows, by=by, now=now) or close_empty_masses({mass.pk}, now=now, by=by)
    if not facts:
        raise AlreadyClosed("This mass incident is closed already.")
    record(facts, now=now)
    return len(rows)


def word_mass(*, mass: MassIncident, banner: str, macro: str) -> None:
    """Say in the shop's own words what shoppers read and what staff answer; empty takes ours."""
    MassIncident.objects.filter(pk=mass.pk).update(banner=banner, macro=macro)
