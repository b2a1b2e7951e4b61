"""Claims: listed, opened, read and moved on."""

from base64 import b64decode
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.care.protection.actions import Decision, Statement, move_claim, open_claim
from aftercare.care.protection.actions.pictures import Picture, read_picture
from aftercare.care.protection.errors import UnusablePhoto
from aftercare.care.protection.explaining import step_in_words
from aftercare.care.protection.models import Claim
from aftercare.care.protection.queries import ClaimFilter, claim_by_public_id, claims_for_list
from aftercare.care.protection.schemas import MOST_PHOTOS, Amount
from aftercare.care.protection.vocabulary import ClaimKind, ClaimState, Remedy
from aftercare.care.protection.wording import trace_as_read
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.commerce.shipments.policy import carrier_key
from aftercare.commerce.shipments.queries import shipment_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.money import Money, minor_units
from aftercare.foundation.kit.schema import Incoming, Long, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Protection"])
_OPEN = {"shipment": "shp_7d0xk2m9qv4t8r1n", "kind": "lost", "told": "It never came"}
_MOVE = {"to": "approved", "remedy": "refund", "amount": "78.00", "reason": "The carrier confirms the loss"}


class ClaimIn(Incoming):
    """A parcel to be made good."""

    shipment: Annotated[Short, Field(min_length=1, description="The parcel's id here.")]
    kind: ClaimKind
    told: Annotated[Long, Field(description="What the customer says.")] = ""
    photos: Annotated[
        tuple[Annotated[Text, Field(max_length=14_000_000)], ...],
        Field(max_length=MOST_PHOTOS, description="JPEG, PNG or WebP of 10 MB at most each, in base64."),
    ] = ()
    tell_customer: Annotated[bool, Field(description="By a message.")] = True


class MoveIn(Incoming):
    """Where a claim goes."""

    to: ClaimState
    reason: Annotated[Text, Field(max_length=2000, description="The customer reads it; a denial needs one.")] = ""
    remedy: Annotated[Remedy | None, Field(description="With an approval: what is done.")] = None
    amount: Annotated[Amount | None, Field(description="With a refund or credit, in the order's currency.")] = None
    reference: Annotated[Text, Field(max_length=80, description="The carrier's own number of the claim.")] = ""
    tell_customer: Annotated[bool, Field(description="By a message.")] = True


class StepOut(BaseModel):
    """A state the claim came to."""

    state: ClaimState
    reason: str
    at: datetime
    by: str


class ClaimOut(BaseModel):
    """One claim."""

    id: Annotated[str, Field(examples=["clm_7d0xk2m9qv4t8r1n"])]
    order: Annotated[str, Field(description="The order's id here.")]
    shipment: Annotated[str, Field(description="The parcel's id here.")]
    incident: Annotated[str | None, Field(description="The incident it is part of.")]
    kind: ClaimKind
    state: ClaimState
    carrier: str
    told: str
    photos: int
    plan: str
    terms: Annotated[int, Field(description="The version of the plans it was opened under.")]
    trace: Annotated[list[str], Field(description="What led to the window in which it was opened.")]
    closes_at: Annotated[datetime | None, Field(description="By when the carrier wants to hear of it.")]
    remedy: Remedy | None
    amount: str | None
    currency: str
    reason: str
    reference: str
    opened_at: datetime
    opened_by: str
    due_at: datetime
    closed_at: datetime | None
    steps: list[StepOut]


class ClaimQuery(BaseModel):
    """What to narrow the list to; all that is not settled, if no state is named."""

    state: ClaimState | None = None
    kind: ClaimKind | None = None
    carrier: Short = ""
    order: Annotated[Short, Field(description="The order's id here.")] = ""


@router.get("/claims", response=Listed[ClaimOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.ORDERS_READ)
def list_claims(
    request: ApiRequest, query: Query[ClaimQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[ClaimOut]:
    """Claims, what is due first on top; settled ones the latest first."""
    narrowed = ClaimFilter(
        state=query.state or "", kind=query.kind or "", carrier=carrier_key(query.carrier) if query.carrier else "",
        order_id=order_by_public_id(public_id=query.order).pk if query.order else None,
    )  # fmt: skip
    found = claims_for_list(narrowed=narrowed, after=cursor, limit=limit, whole=True)
    return Listed(items=[_claim_out(one, request.store) for one in found.rows], next=found.following)


@router.get("/claims/{claim}", response=ClaimOut)
@api_edge(Permission.ORDERS_READ)
def read_claim(request: ApiRequest, claim: PublicId) -> ClaimOut:
    """One claim."""
    return _claim_out(claim_by_public_id(public_id=claim), request.store)


@router.post("/claims", response={200: ClaimOut, 201: ClaimOut}, openapi_extra={**NAMES_A_THING, **example_body(_OPEN)})
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def open_one_claim(request: ApiRequest, body: ClaimIn) -> Status[ClaimOut]:
    """Open a claim (201). Where one of this kind is open for the parcel already, it is answered (200)."""
    parcel = shipment_by_public_id(public_id=body.shipment)
    photos = [_photo(text, f"photos[{place}]") for place, text in enumerate(body.photos)]
    opened = open_claim(
        store=request.store, order=parcel.order, shipment=parcel, statement=Statement(body.kind, body.told, photos),
        by=request.who, now=clock.now(), tells=body.tell_customer,
    )  # fmt: skip
    return Status(
        201 if opened.is_new else 200, _claim_out(claim_by_public_id(public_id=opened.claim.public_id), request.store)
    )


@router.post("/claims/{claim}/moves", response=ClaimOut, openapi_extra=example_body(_MOVE))
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def move_one_claim(request: ApiRequest, claim: PublicId, body: MoveIn) -> ClaimOut:
    """Send it to the carrier, decide it, settle it, or take it back. The customer is told of every step once."""
    found = claim_by_public_id(public_id=claim)
    amount = minor_units(body.amount, found.order.currency, field="amount") if body.amount else 0
    decision = Decision(
        body.to, reason=body.reason, remedy=body.remedy or "", amount=amount, reference=body.reference,
        tells=body.tell_customer,
    )  # fmt: skip
    move_claim(claim=found, decision=decision, by=request.who, now=clock.now())
    return _claim_out(claim_by_public_id(public_id=claim), request.store)


def _photo(text: str, field: str) -> Picture:
    try:
        content = b64decode(text, validate=True)
    except ValueError:
        raise UnusablePhoto("This is not base64.", field=field, remedy="Encode the file's bytes.") from None
    return read_picture(content, field=field)


def _claim_out(one: Claim, store: Store) -> ClaimOut:
    zone = ZoneInfo(store.time_zone)
    return ClaimOut(
        id=one.public_id, order=one.order.public_id, shipment=one.shipment.public_id,
        incident=one.incident.public_id if one.incident else None, kind=ClaimKind(one.kind),
        state=ClaimState(one.state), carrier=one.carrier, told=one.told, photos=len(one.photos.all()), plan=one.plan,
        terms=one.terms, trace=[step_in_words(step, zone=zone) for step in trace_as_read(one.trace)], closes_at=one.closes_at,
        remedy=Remedy(one.remedy) if one.remedy else None,
        amount=str(Money(one.amount, one.order.currency).decimal()) if one.amount else None,
        currency=one.order.currency, reason=one.reason, reference=one.reference, opened_at=one.opened_at,
        opened_by=one.opened_by, due_at=one.due_at, closed_at=one.closed_at,
        steps=[StepOut(state=ClaimState(step.state), reason=step.reason, at=step.at, by=step.by) for step in one.steps.all()],
    )  # fmt: skip
