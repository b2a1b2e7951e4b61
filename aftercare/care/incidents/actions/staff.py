"""What people do about incidents: open them, look into them, write about them, close them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from aftercare.care.incidents import policy
from aftercare.care.incidents.actions.closing import settle_rows
from aftercare.care.incidents.actions.rows import fact, hold_messages, locked
from aftercare.care.incidents.errors import AlreadyClosed, AlreadyOpen
from aftercare.care.incidents.events import IncidentAssigned, IncidentOpened
from aftercare.care.incidents.models import UNSETTLED, Incident
from aftercare.care.incidents.vocabulary import IncidentKind, family_of
from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.policy import lane_of
from aftercare.foundation.events.actions import record


@transaction.atomic
def open_incident(
    *, order: Order, kind: IncidentKind, by: str, now: datetime, shipment: Shipment | None = None, note: str = "",
    tells: bool = True,
) -> Incident:  # fmt: skip
    """Somebody noticed what nothing here could; raises AlreadyOpen where one of the same family is.

    `tells` has the customer told by a message, as of what is noticed by itself.
    """
    of_parcel = _known_of(shipment, order) if shipment else {}
    try:
        with transaction.atomic():
            incident = Incident.objects.create(
                store_id=order.store_id, order=order, shipment=shipment, customer_id=order.customer_id, kind=kind,
                family=family_of(kind), blame=policy.blame_of(kind), note=note, told=tells, opened_at=now, opened_by=by,
                due_at=now + policy.answered_within(kind), **of_parcel,
            )  # fmt: skip
    except IntegrityError:
        raise AlreadyOpen(
            "Such an incident of this order is open already.", field="kind", remedy="Write your note there."
        ) from None
    (row,) = locked("i.id = %s", [incident.pk])
    hold_messages([row], now=now)
    record([fact(row, IncidentOpened, now=now, by=by, tells=tells)], now=now)
    return incident


@transaction.atomic
def assign_incidents(*, ids: Sequence[int], assignee: str, by: str, now: datetime) -> int:
    """Say who looks into these, as the log names people (empty: nobody); answers how many it was news for."""
    rows = locked("i.id = ANY(%s) AND i.assignee <> %s", [list(ids), assignee])
    Incident.objects.filter(pk__in=[row.id for row in rows]).update(assignee=assignee)
    record([fact(row, IncidentAssigned, now=now, by=by, assignee=assignee) for row in rows], now=now)
    return len(rows)


@transaction.atomic
def close_incidents(*, ids: Sequence[int], by: str, now: datetime) -> int:
    """Somebody has settled these; answers how many were open."""
    rows = locked("i.id = ANY(%s)", [list(ids)])
    record(settle_rows(rows, by=by, now=now), now=now)
    return len(rows)


@transaction.atomic
def note_incident(*, incident: Incident, note: str) -> None:
    """Keep what staff wrote; raises AlreadyClosed."""
    if not Incident.objects.filter(UNSETTLED, pk=incident.pk).update(note=note):
        raise AlreadyClosed("This incident is closed.")


def _known_of(shipment: Shipment, order: Order) -> dict[str, str]:
    lane = lane_of(origin=shipment.origin, destination=order.shipping_address)
    return {"carrier": shipment.carrier, "place": shipment.status_place, "lane": lane}
