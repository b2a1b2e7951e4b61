"""What every write of incidents shares: the row as it is known, its event, and the hold that goes with it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from aftercare.care.incidents.events import IncidentEvent
from aftercare.care.incidents.policy import HOLD_LASTS
from aftercare.care.incidents.vocabulary import IncidentKind
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds, release_holds
from aftercare.engagement.messaging.holders import register_holder
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.events.base import Fact

HOLDER = register_holder("incidents", _("an incident"))
_ROWS = """
    SELECT i.id, i.public_id, i.store_id, i.order_id, i.shipment_id, i.customer_id, o.number, i.kind, i.state, i.blame,
           i.carrier, i.told, i.mass_id
    FROM incidents_incident i JOIN orders_order o ON o.id = i.order_id
    WHERE {condition} ORDER BY i.id FOR UPDATE OF i
"""


@dataclass(slots=True)
class Row:
    """An incident while it is written."""

    id: int
    public_id: str
    store_id: int
    order_id: int
    shipment_id: int | None
    customer_id: int | None
    number: str
    kind: str
    state: str
    blame: str
    carrier: str
    told: bool
    mass_id: int | None


def locked(condition: str, parameters: Sequence[Any]) -> list[Row]:
    """Open incidents that a condition on `i` selects, held until the transaction ends; in the order of their ids."""
    where = f"i.state <> 'closed' AND {condition}"
    return [Row(*row) for row in fetch_decoded(_ROWS.format(condition=where), parameters)]


def fact(row: Row, event: type[IncidentEvent], *, now: datetime, by: str = "system", **more: Any) -> Fact:
    """An event about an incident."""
    told = event(number=row.number, incident=row.public_id, kind=row.kind, blame=row.blame, carrier=row.carrier, **more)
    return Fact(
        told, store_id=row.store_id, occurred_at=now, customer_id=row.customer_id, order_id=row.order_id,
        shipment_id=row.shipment_id, actor=by,
    )  # fmt: skip


def hold_messages(rows: Sequence[Row], *, now: datetime) -> None:
    """Nothing that can wait is said of these orders until it is settled, whoever is to blame for it."""
    holds = [
        HoldRequest(
            row.store_id, row.customer_id, row.public_id, str(IncidentKind(row.kind).label), now + HOLD_LASTS,
            order_id=row.order_id,
        )
        for row in rows
        if row.customer_id is not None
    ]  # fmt: skip
    place_holds(placed_by=HOLDER, holds=holds, now=now)


def release_messages(rows: Sequence[Row], *, now: datetime) -> None:
    """What waited for these incidents is decided about again."""
    keys: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        keys[row.store_id].append(row.public_id)
    for store_id, names in keys.items():
        release_holds(store_id=store_id, placed_by=HOLDER, keys=names, now=now)
