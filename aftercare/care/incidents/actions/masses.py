"""Mass incidents: incidents of one carrier that are many are gathered, told of once, and closed together."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aftercare.care.incidents import policy
from aftercare.care.incidents.actions.closing import close_empty_masses, settle_rows
from aftercare.care.incidents.actions.crowds import crowds
from aftercare.care.incidents.actions.rows import Row, locked
from aftercare.care.incidents.errors import AlreadyClosed
from aftercare.care.incidents.events import MassIncidentClosed, MassIncidentOpened, MassIncidentTold
from aftercare.care.incidents.models import MassIncident, new_mass_id
from aftercare.care.incidents.vocabulary import IN_MASSES
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

# After a week it is no sudden trouble any more: what is left of it stands alone, and makes room for the next.
_FALL_APART = """
    UPDATE incidents_massincident SET closed_at = %s, closed_by = 'system'
    WHERE closed_at IS NULL AND opened_at < %s
    RETURNING public_id, carrier, place, lane, store_id
"""
# Of two workers who find the same one opens it.
_OPEN = """
    INSERT INTO incidents_massincident (public_id, store_id, carrier, carrier_name, place, lane, usual_per_day, banner, macro,
                                        opened_at, closed_by)
    VALUES (%(public_id)s, %(store)s, %(carrier)s,
            coalesce((SELECT mode() WITHIN GROUP (ORDER BY s.carrier_name)
                      FROM incidents_incident i JOIN shipments_shipment s ON s.id = i.shipment_id
                      WHERE i.store_id = %(store)s AND i.carrier = %(carrier)s
                            AND i.opened_at > %(now)s - %(window)s), ''),
            %(place)s, %(lane)s, %(usual)s, '', '', %(now)s, '')
    ON CONFLICT DO NOTHING RETURNING id
"""
_JOIN = """
    UPDATE incidents_incident i SET mass_id = m.id FROM incidents_massincident m
    WHERE m.store_id = i.store_id AND m.carrier = i.carrier AND m.closed_at IS NULL AND i.mass_id IS NULL
          AND i.state <> 'closed' AND i.kind = ANY(%(kinds)s) AND i.store_id = ANY(%(stores)s)
          AND i.carrier = ANY(%(carriers)s) AND (m.place = '' OR m.place = i.place)
          AND (m.lane = '' OR m.lane = i.lane)
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
           coalesce(nullif(s.carrier_name, ''), m.carrier), m.place, m.lane, o.number
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
    facts = _fallen_apart(now)
    about = {(row.store_id, row.carrier) for row in rows}
    for (store_id, carrier), found in crowds(about=about, now=now):
        crowd = policy.mass_of(found)
        if crowd is None:
            continue
        public_id = new_mass_id()
        where = {
            "now": now, "window": policy.MASS_WINDOW, "store": store_id, "carrier": carrier, "public_id": public_id,
            "place": crowd.place, "lane": crowd.lane, "usual": crowd.usual_per_day,
        }  # fmt: skip
        if fetch(_OPEN, where):
            event = MassIncidentOpened(public_id, carrier, crowd.place, crowd.lane, count=crowd.troubles)
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
            MassIncidentTold(mass, carrier, place, lane, number=number), store_id=store_id, occurred_at=now,
            customer_id=customer_id, order_id=order_id, shipment_id=shipment_id,
        )
        for store_id, customer_id, order_id, shipment_id, mass, carrier, place, lane, number in fetch(_TELL, {"ids": list(ids)})
    ]  # fmt: skip


def _fallen_apart(now: datetime) -> list[Fact]:
    return [
        Fact(MassIncidentClosed(*named), store_id=store_id, occurred_at=now)
        for *named, store_id in fetch(_FALL_APART, [now, now - policy.MASS_TAKES_FOR])
    ]


@transaction.atomic
def end_old_masses(now: datetime) -> int:
    """Let those fall apart that have lasted too long, in all stores; answers how many."""
    facts = _fallen_apart(now)
    record(facts, now=now)
    return len(facts)


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
