"""What every write of a claim shares: its step, its event, the hold and the incident that go with it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from aftercare.care.incidents.actions import close_incidents, open_incident
from aftercare.care.incidents.errors import AlreadyOpen
from aftercare.care.incidents.models import Incident
from aftercare.care.incidents.queries import incidents_of_order
from aftercare.care.incidents.vocabulary import IncidentKind, family_of
from aftercare.care.protection.events import (
    ClaimApproved,
    ClaimDenied,
    ClaimEvent,
    ClaimOpened,
    ClaimSent,
    ClaimSettled,
    ClaimWithdrawn,
)
from aftercare.care.protection.models import Claim, ClaimStep
from aftercare.care.protection.policy.moves import HOLD_LASTS
from aftercare.care.protection.vocabulary import ClaimKind, ClaimState
from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.models import Shipment
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds, release_holds
from aftercare.engagement.messaging.holders import register_holder
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

HOLDER = register_holder("protection", _("a claim"))
_EVENTS: dict[str, type[ClaimEvent]] = {
    ClaimState.OPEN: ClaimOpened,
    ClaimState.WITH_CARRIER: ClaimSent,
    ClaimState.APPROVED: ClaimApproved,
    ClaimState.DENIED: ClaimDenied,
    ClaimState.SETTLED: ClaimSettled,
    ClaimState.WITHDRAWN: ClaimWithdrawn,
}
_INCIDENTS = {
    ClaimKind.LOST: IncidentKind.LOST, ClaimKind.STOLEN: IncidentKind.LOST, ClaimKind.DAMAGED: IncidentKind.DAMAGED,
}  # fmt: skip


def note_step(claim: Claim, *, by: str, now: datetime, tells: bool) -> None:
    """Keep the state a claim came to, and record it as an event."""
    ClaimStep.objects.create(
        store_id=claim.store_id, claim=claim, state=claim.state, reason=claim.reason, at=now, by=by
    )
    order = claim.order
    event = _EVENTS[claim.state](
        number=order.number, claim=claim.public_id, kind=claim.kind, state=claim.state,
        shipment=claim.shipment.public_id, carrier=claim.carrier, remedy=claim.remedy, amount=claim.amount,
        currency=order.currency, reason=claim.reason, tells=tells,
    )  # fmt: skip
    record([
        Fact(event, store_id=claim.store_id, occurred_at=now, customer_id=claim.customer_id, order_id=claim.order_id,
             shipment_id=claim.shipment_id, actor=by),
    ], now=now)  # fmt: skip


def hold_messages(claim: Claim, *, now: datetime) -> None:
    """Nothing that can wait is said of this order while somebody waits for their money or their goods."""
    if claim.customer_id is None:
        return
    hold = HoldRequest(
        claim.store_id, claim.customer_id, claim.public_id, str(ClaimKind(claim.kind).label), now + HOLD_LASTS,
        order_id=claim.order_id,
    )  # fmt: skip
    place_holds(placed_by=HOLDER, holds=[hold], now=now)


def release_messages(claim: Claim, *, now: datetime) -> None:
    """What waited for the claim is decided about again."""
    release_holds(store_id=claim.store_id, placed_by=HOLDER, keys=[claim.public_id], now=now)


def incident_for(
    *, order: Order, shipment: Shipment, kind: ClaimKind, by: str, now: datetime
) -> tuple[Incident | None, bool]:  # fmt: skip
    """The incident this claim is part of, and whether it was opened for it."""
    wanted = _INCIDENTS[kind]
    family = family_of(wanted)
    for incident in incidents_of_order(order_id=order.pk):
        if incident.is_open and incident.family == family and incident.shipment_id in (shipment.pk, None):
            return incident, False
    try:
        # The claim itself is told of; a second message would say less.
        return open_incident(order=order, kind=wanted, shipment=shipment, tells=False, by=by, now=now), True
    except AlreadyOpen:
        return None, False


def close_incident_of(claim: Claim, *, by: str, now: datetime) -> None:
    """An incident that was opened for the claim ends with it."""
    if claim.opened_incident and claim.incident_id is not None:
        close_incidents(ids=[claim.incident_id], by=by, now=now)
