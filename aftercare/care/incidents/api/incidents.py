"""Incidents for programs: what went wrong with orders, who looks into it, and what is decided."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.care.incidents.actions import (
    approve_compensation,
    assign_incidents,
    close_incidents,
    decline_compensation,
    open_incident,
)
from aftercare.care.incidents.models import Incident
from aftercare.care.incidents.queries import (
    IncidentFilter,
    incident_by_public_id,
    incidents_for_list,
    mass_by_public_id,
)
from aftercare.care.incidents.vocabulary import (
    BY_HAND,
    Blame,
    Compensation,
    IncidentKind,
    IncidentOutcome,
    IncidentState,
)
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.commerce.shipments.policy import carrier_key
from aftercare.commerce.shipments.queries import shipment_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Forbidden, Invalid
from aftercare.foundation.kit.money import Money, minor_units
from aftercare.foundation.kit.schema import Incoming, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Incidents"])
_OPEN = {"order": "ord_7d0xk2m9qv4t8r1n", "kind": "damaged", "note": "A photo is in the ticket", "tell_customer": True}


class IncidentIn(Incoming):
    """What went wrong, where nothing here could notice it."""

    order: Annotated[Short, Field(description="The order's id here.")]
    shipment: Annotated[Short, Field(description="The parcel's id here, where it is about one.")] = ""
    kind: Annotated[IncidentKind, Field(description=f"One of: {', '.join(kind.value for kind in BY_HAND)}.")]
    note: Annotated[Text, Field(max_length=2000, description="For colleagues.")] = ""
    tell_customer: Annotated[bool, Field(description="By a message, as of what is noticed by itself.")] = True


class AssignIn(Incoming):
    """Who looks into it."""

    assignee: Annotated[
        Short, Field(description="As the log names people, such as `staff:usr_…`; empty for nobody.")
    ] = ""


class CompensationIn(Incoming):
    """What was decided, once. Store credit is granted at once; anything else the shop pays itself."""

    decision: Literal["approved", "declined"]
    amount: Annotated[
        Decimal | None, Field(gt=0, le=Decimal("1e13"), description="Of an approval, in the order's currency.")
    ] = None
    as_credit: Annotated[
        bool, Field(description="Grant it to the customer as store credit; needs the scope credit:write, too.")
    ] = False


class IncidentOut(BaseModel):
    """One thing that goes wrong with an order."""

    id: Annotated[str, Field(examples=["inc_7d0xk2m9qv4t8r1n"])]
    order: Annotated[str, Field(description="The order's id here.")]
    shipment: Annotated[str | None, Field(description="The parcel's id here, where it is about one.")]
    mass_incident: Annotated[str | None, Field(description="What it is part of, where a carrier holds up many.")]
    kind: IncidentKind
    state: IncidentState
    outcome: IncidentOutcome | None
    blame: Blame
    carrier: str
    place: Annotated[str, Field(description="Where the parcel was heard of last.")]
    lane: Annotated[str, Field(description="From where to where it is sent, where that is known.", examples=["DE-FR"])]
    told: Annotated[bool, Field(description="The customer has been told of it.")]
    assignee: str
    due_at: Annotated[datetime, Field(description="By when somebody should have looked into it.")]
    note: str
    compensation: Compensation
    compensation_amount: Annotated[str | None, Field(description="Where it is approved.", examples=["4.90"])]
    compensation_credit: Annotated[bool, Field(description="Granted as store credit; else paying it is the shop's.")]
    currency: str
    opened_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None


class IncidentQuery(BaseModel):
    """What to narrow the list to; all that is not settled, if no state is named."""

    state: IncidentState | None = None
    kind: IncidentKind | None = None
    carrier: Short = ""
    order: Annotated[Short, Field(description="The order's id here.")] = ""
    mass_incident: Annotated[Short, Field(description="What they are part of.")] = ""


@router.get("/incidents", response=Listed[IncidentOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.ORDERS_READ)
def list_incidents(
    request: ApiRequest, query: Query[IncidentQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[IncidentOut]:
    """Incidents, what is due first on top; settled ones the latest first."""
    narrowed = IncidentFilter(
        state=query.state or "", kind=query.kind or "", carrier=carrier_key(query.carrier) if query.carrier else "",
        order_id=order_by_public_id(public_id=query.order).pk if query.order else None,
        mass_id=mass_by_public_id(public_id=query.mass_incident).pk if query.mass_incident else None,
    )  # fmt: skip
    found = incidents_for_list(narrowed=narrowed, after=cursor, limit=limit)
    return Listed(items=[_incident_out(one) for one in found.rows], next=found.following)


@router.get("/incidents/{incident}", response=IncidentOut)
@api_edge(Permission.ORDERS_READ)
def read_incident(request: ApiRequest, incident: PublicId) -> IncidentOut:
    """One incident."""
    return _incident_out(incident_by_public_id(public_id=incident))


@router.post("/incidents", response={201: IncidentOut}, openapi_extra={**NAMES_A_THING, **example_body(_OPEN)})
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def open_one_incident(request: ApiRequest, body: IncidentIn) -> Status[IncidentOut]:
    """Open one by hand. Late, silent and lost parcels open theirs by themselves."""
    if body.kind not in BY_HAND:
        raise Invalid("This kind is noticed by itself.", field="kind", remedy="Choose one of those in the description.")
    order = order_by_public_id(public_id=body.order)
    parcel = shipment_by_public_id(public_id=body.shipment) if body.shipment else None
    if parcel is not None and parcel.order_id != order.pk:
        raise Invalid("The parcel is of another order.", field="shipment", remedy="Name a parcel of this order.")
    opened = open_incident(
        order=order, kind=body.kind, shipment=parcel, note=body.note, tells=body.tell_customer, by=request.who,
        now=clock.now(),
    )  # fmt: skip
    return Status(201, _incident_out(incident_by_public_id(public_id=opened.public_id)))


@router.post(
    "/incidents/{incident}/assignee",
    response=IncidentOut,
    openapi_extra=example_body({"assignee": "staff:usr_example"}),
)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def assign_incident(request: ApiRequest, incident: PublicId, body: AssignIn) -> IncidentOut:
    """Say who looks into it."""
    found = incident_by_public_id(public_id=incident)
    assign_incidents(ids=[found.pk], assignee=body.assignee, by=request.who, now=clock.now())
    return _incident_out(incident_by_public_id(public_id=incident))


@router.post(
    "/incidents/{incident}/compensation",
    response=IncidentOut,
    openapi_extra=example_body({"decision": "approved", "amount": "4.90"}),
)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def decide_compensation(request: ApiRequest, incident: PublicId, body: CompensationIn) -> IncidentOut:
    """Approve an amount, within what the order cost and the month's budget, or decide that nothing is paid. Once."""
    found, now = incident_by_public_id(public_id=incident), clock.now()
    if body.decision == "declined":
        decline_compensation(incident=found, by=request.who, now=now)
        return _incident_out(incident_by_public_id(public_id=incident))
    if body.amount is None:
        raise Invalid("An approval needs an amount.", field="amount", remedy="Give it, such as 4.90.")
    amount = minor_units(body.amount, found.order.currency, field="amount")
    if body.as_credit and Permission.CREDIT_WRITE.value not in request.token.scopes:
        raise Forbidden("This token may not give credit.", field="as_credit", remedy="Make one with credit:write.")
    approve_compensation(
        incident=found, amount=amount, store=request.store, by=request.who, now=now, as_credit=body.as_credit
    )
    return _incident_out(incident_by_public_id(public_id=incident))


@router.post("/incidents/{incident}/close", response=IncidentOut)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def close_incident(request: ApiRequest, incident: PublicId) -> IncidentOut:
    """It is settled. What is closed already stays as it is."""
    found = incident_by_public_id(public_id=incident)
    close_incidents(ids=[found.pk], by=request.who, now=clock.now())
    return _incident_out(incident_by_public_id(public_id=incident))


def _incident_out(one: Incident) -> IncidentOut:
    is_approved = one.compensation == Compensation.APPROVED
    return IncidentOut(
        id=one.public_id, order=one.order.public_id, shipment=one.shipment.public_id if one.shipment else None,
        mass_incident=one.mass.public_id if one.mass else None, kind=IncidentKind(one.kind),
        state=IncidentState(one.state), outcome=IncidentOutcome(one.outcome) if one.outcome else None, blame=Blame(one.blame),
        carrier=one.carrier, place=one.place, lane=one.lane, told=one.told, assignee=one.assignee,
        due_at=one.due_at, note=one.note,
        compensation=Compensation(one.compensation), compensation_credit=one.compensation_credit,
        compensation_amount=str(Money(one.compensation_amount, one.order.currency).decimal()) if is_approved else None,
        currency=one.order.currency, opened_at=one.opened_at, escalated_at=one.escalated_at, closed_at=one.closed_at,
    )  # fmt: skip
