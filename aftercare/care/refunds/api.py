"""The API of refunds: asking for them, letting them be made, and what became of them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.care.refunds.actions.asking import (
    NewRefund,
    ask_refund,
    confirm_refund,
    drop_refund,
    make_by_hand,
    try_again,
)
from aftercare.care.refunds.actions.by_hand import note_made
from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.payers import RefundLine
from aftercare.care.refunds.queries import left_to_refund, refund_by_public_id, refunds_for_list
from aftercare.care.refunds.vocabulary import RefundState
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.money import Money, minor_units
from aftercare.foundation.kit.schema import Incoming, Key, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Refunds"])
_REFUND = {
    "key": "ticket-5512", "order": "ord_7d0xk2m9qv4t8r1n", "amount": "19.90", "reason": "The lamp came with a scratch",
    "lines": [{"line": "10451", "quantity": 1, "amount": "19.90"}],
}  # fmt: skip
# Programs of a store share their names for refunds; other capabilities have others.
_OF_PROGRAMS = "api:"
Amount = Annotated[Decimal, Field(gt=0, le=Decimal("1e13"), description="In the order's currency.", examples=["19.90"])]


class RefundLineIn(Incoming):
    """For how many of a line, and what is given back for them."""

    line: Annotated[Short, Field(description="The shop's own id of the line.")]
    quantity: Annotated[int, Field(ge=0, le=100_000)]
    amount: Annotated[Decimal, Field(ge=0, le=Decimal("1e13"))]


class RefundIn(Incoming):
    """What is to be given back, and why."""

    key: Annotated[Key, Field(description="Your name for it: the same again asks for no other one.")]
    order: Annotated[Short, Field(description="The order's id here.")]
    amount: Amount
    shipping: Annotated[
        Decimal, Field(ge=0, le=Decimal("1e13"), description="Of the amount, what was paid for it.")
    ] = Decimal(0)
    reason: Annotated[Text, Field(min_length=1, max_length=200, description="As the shopper may read it.")]
    lines: Annotated[tuple[RefundLineIn, ...], Field(max_length=500)] = ()
    payment: Annotated[
        Short, Field(description="The provider's name of what was paid, such as `pi_…`; shops know their own.")
    ] = ""
    confirmed: Annotated[bool, Field(description="Make it without asking a person.")] = False


class RefundMadeIn(Incoming):
    """That it was made, and how."""

    external_id: Annotated[Short, Field(description="By what name it is found where it was made.")] = ""
    note: Annotated[Text, Field(max_length=300)] = ""


class RefundDropIn(Incoming):
    """Why it is not to be made."""

    note: Annotated[Text, Field(min_length=1, max_length=300)]


class RefundOut(BaseModel):
    """A refund that was asked for. Who is to make it stands in `payer`; what the shop reports stands in the order."""

    id: Annotated[str, Field(examples=["rfd_7d0xk2m9qv4t8r1n"])]
    order: str
    state: RefundState
    amount: Annotated[str, Field(examples=["19.90"])]
    shipping: str
    currency: str
    reason: str
    payer: Annotated[str, Field(examples=["shopify", "manual"])]
    external_id: Annotated[str, Field(description="The payer's own name for it, once it is made.")]
    attempts: int
    trouble: Annotated[str, Field(description="Why it was not made yet, or not at all.")]
    asked_at: datetime
    asked_by: str
    confirmed_at: datetime | None
    confirmed_by: str
    ended_at: datetime | None
    note: str


class LeftOut(BaseModel):
    """What may still be given back of an order: less what was, and what is asked for."""

    order: str
    amount: Annotated[str, Field(examples=["49.80"])]
    currency: str


class RefundQuery(BaseModel):
    """What to narrow the list to."""

    state: RefundState | None = None
    order: Annotated[Short, Field(description="The order's id here.")] = ""


@router.get("/refunds", response=Listed[RefundOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.ORDERS_READ)
def list_refunds(
    request: ApiRequest, query: Query[RefundQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[RefundOut]:  # fmt: skip
    """Refunds that were asked for, the latest first."""
    order_id = order_by_public_id(public_id=query.order).pk if query.order else None
    found = refunds_for_list(state=query.state or "", order_id=order_id, after=cursor, limit=limit)
    return Listed(items=[_out(one) for one in found.rows], next=found.following)


@router.post("/refunds", response={201: RefundOut}, openapi_extra={**NAMES_A_THING, **example_body(_REFUND)})
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def ask_for_refund(request: ApiRequest, body: RefundIn) -> Status[RefundOut]:
    """Have money given back, once for each key; never more than is left of the order."""
    order = order_by_public_id(public_id=body.order)

    def minor(amount: Decimal, field: str) -> int:
        return minor_units(amount, order.currency, field=field)

    wanted = NewRefund(
        key=_OF_PROGRAMS + body.key, money=Money(minor(body.amount, "amount"), order.currency), reason=body.reason,
        lines=[
            RefundLine(one.line, one.quantity, minor(one.amount, f"lines[{place}].amount"))
            for place, one in enumerate(body.lines)
        ],
        shipping=minor(body.shipping, "shipping"), payment=body.payment,
    )  # fmt: skip
    asked = ask_refund(order=order, wanted=wanted, is_confirmed=body.confirmed, by=request.who, now=clock.now())
    return Status(201, _out(refund_by_public_id(public_id=asked.public_id)))


@router.get("/refunds/{refund}", response=RefundOut)
@api_edge(Permission.ORDERS_READ)
def read_refund(request: ApiRequest, refund: PublicId) -> RefundOut:
    """One refund."""
    return _out(refund_by_public_id(public_id=refund))


@router.post("/refunds/{refund}/confirm", response=RefundOut)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def confirm_one_refund(request: ApiRequest, refund: PublicId) -> RefundOut:
    """Let it be made."""
    found = refund_by_public_id(public_id=refund)
    return _out(confirm_refund(refund=found, by=request.who, now=clock.now()))


@router.post("/refunds/{refund}/retry", response=RefundOut)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def retry_refund(request: ApiRequest, refund: PublicId) -> RefundOut:
    """Have what failed tried again. The payer is asked first whether it was made."""
    return _out(try_again(refund=refund_by_public_id(public_id=refund), by=request.who, now=clock.now()))


@router.post("/refunds/{refund}/by-hand", response=RefundOut)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def leave_refund_to_a_person(request: ApiRequest, refund: PublicId) -> RefundOut:
    """Let a person make it, having looked that it was not made."""
    return _out(make_by_hand(refund=refund_by_public_id(public_id=refund), by=request.who, now=clock.now()))


@router.post(
    "/refunds/{refund}/made", response=RefundOut, openapi_extra=example_body({"external_id": "TRF-2211", "note": ""})
)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def note_refund_made(request: ApiRequest, refund: PublicId, body: RefundMadeIn) -> RefundOut:
    """Say that it was made."""
    found = refund_by_public_id(public_id=refund)
    made = note_made(refund=found, external_id=body.external_id, note=body.note, by=request.who, now=clock.now())
    return _out(made)


@router.post(
    "/refunds/{refund}/drop", response=RefundOut, openapi_extra=example_body({"note": "They keep it after all"})
)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def drop_one_refund(request: ApiRequest, refund: PublicId, body: RefundDropIn) -> RefundOut:
    """Let it be."""
    found = refund_by_public_id(public_id=refund)
    return _out(drop_refund(refund=found, note=body.note, by=request.who, now=clock.now()))


@router.get("/orders/{order}/left-to-refund", response=LeftOut)
@api_edge(Permission.ORDERS_READ)
def read_left_to_refund(request: ApiRequest, order: PublicId) -> LeftOut:
    """How much of an order may still be given back."""
    found = order_by_public_id(public_id=order)
    left = Money(left_to_refund(order=found), found.currency)
    return LeftOut(order=found.public_id, amount=str(left.decimal()), currency=found.currency)


def _out(refund: AskedRefund) -> RefundOut:
    return RefundOut(
        id=refund.public_id, order=refund.order.public_id, state=RefundState(refund.state),
        amount=str(refund.money.decimal()), shipping=str(Money(refund.shipping, refund.currency).decimal()),
        currency=refund.currency, reason=refund.reason, payer=refund.payer, external_id=refund.external_id,
        attempts=refund.attempts, trouble=refund.trouble, asked_at=refund.asked_at, asked_by=refund.asked_by,
        confirmed_at=refund.confirmed_at, confirmed_by=refund.confirmed_by, ended_at=refund.ended_at, note=refund.note,
    )  # fmt: skip
