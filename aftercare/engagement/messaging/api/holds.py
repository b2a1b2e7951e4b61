"""The API of holds: be silent for a while about a customer or an order, because something is being settled with them."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import customer_by_public_id, person_ids, surviving
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.queries import line_of_order, order_by_public_id
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds, release_holds
from aftercare.engagement.messaging.holders import BY_PROGRAMS
from aftercare.engagement.messaging.models import Hold
from aftercare.engagement.messaging.queries import hold_called, holds_for_list
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid, NotFound
from aftercare.foundation.kit.schema import Incoming, Key, Moment, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed

router = Router(tags=["Messages"])
# All programs of a store place holds under one name, so that one may release what another placed.
_PLACED_BY = BY_PROGRAMS
_EXAMPLE = {
    "key": "ticket-5512", "order": "ord_7d0xk2m9qv4t8r1n", "reason": "A complaint is being settled",
    "until": "2026-12-01T12:00:00Z",
}  # fmt: skip


class HoldIn(Incoming):
    """Whom to be silent to, why, and until when."""

    key: Annotated[Key, Field(description="Your name for it: the same again changes its reason and its end.")]
    customer: Annotated[Short, Field(description="The customer's id here; not needed where an order is named.")] = ""
    order: Annotated[Short, Field(description="The order's id here: be silent about this one alone.")] = ""
    line: Annotated[Short, Field(description="The line's id at the shop, with `order`: be silent about it alone.")] = ""
    reason: Annotated[Text, Field(min_length=1, max_length=200)]
    until: Annotated[Moment, Field(description="When it ends by itself.")]


class ReleaseIn(Incoming):
    """Which holds are over."""

    keys: Annotated[list[Key], Field(min_length=1, max_length=500)]


class Released(BaseModel):
    """How many messages that waited for them are decided about again."""

    messages: int


class HoldOut(BaseModel):
    """A reason to be silent for a while; what is owed is sent all the same."""

    key: Annotated[str, Field(examples=["ticket-5512"])]
    placed_by: Annotated[str, Field(description="`api`, or the room that knows the reason.", examples=["api"])]
    customer: Annotated[str, Field(description="The customer's id here.", examples=["cus_2y2k6wp8r3c0ft9e"])]
    order: Annotated[str | None, Field(description="The order's id here.", examples=["ord_7d0xk2m9qv4t8r1n"])]
    line: Annotated[str | None, Field(description="The line's id at the shop.", examples=["L1"])]
    reason: Annotated[str, Field(examples=["A complaint is being settled"])]
    placed_at: datetime
    until: datetime


class HoldQuery(BaseModel):
    """What to narrow the list to."""

    customer: Annotated[Short, Field(description="The customer's id here; whom they absorbed count too.")] = ""


@router.get("/holds", response=Listed[HoldOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.MESSAGES_READ)
def list_holds(request: ApiRequest, query: Query[HoldQuery], cursor: Cursor = "", limit: Limit = 50) -> Listed[HoldOut]:
    """Holds that are in force, the latest first."""
    people = person_ids(customer=customer_by_public_id(public_id=query.customer)) if query.customer else None
    found = holds_for_list(customer_ids=people, now=clock.now(), after=cursor, limit=limit)
    return Listed(items=[_hold_out(hold) for hold in found.rows], next=found.following)


@router.post("/holds", response={201: HoldOut}, openapi_extra={**NAMES_A_THING, **example_body(_EXAMPLE)})
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def place_hold(request: ApiRequest, body: HoldIn) -> Status[HoldOut]:
    """Be silent about a customer, or about one order, until then. Messages wait meanwhile; what is owed is sent."""
    now = clock.now()
    if body.until <= now:
        raise Invalid("This time has passed.", field="until", remedy="Choose a later one.")
    customer, order = _whom(body)
    hold = HoldRequest(
        request.store.pk, customer.pk, body.key, body.reason, body.until, order_id=order.pk if order else None,
        line_id=_line_of(order, body.line) if body.line else None,
    )  # fmt: skip
    place_holds(placed_by=_PLACED_BY, holds=[hold], now=now, by=request.who)
    return Status(201, _hold_out(hold_called(placed_by=_PLACED_BY, key=body.key)))


@router.post("/holds/release", response=Released, openapi_extra=example_body({"keys": ["ticket-5512"]}))
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def release_many_holds(request: ApiRequest, body: ReleaseIn) -> Released:
    """Let holds of programs be over; what is not there is over already."""
    woken = release_holds(
        store_id=request.store.pk, placed_by=_PLACED_BY, keys=body.keys, now=clock.now(), by=request.who
    )
    return Released(messages=woken)


def _whom(body: HoldIn) -> tuple[Customer, Order | None]:
    order = order_by_public_id(public_id=body.order) if body.order else None
    if body.customer:
        customer = surviving(customer=customer_by_public_id(public_id=body.customer))
    elif order is not None and order.customer is not None:
        customer = order.customer
    else:
        raise Invalid("Whom to be silent to is missing.", field="customer", remedy="Name a customer or their order.")
    if order is not None and order.customer_id != customer.pk:
        raise NotFound("This customer has no such order.", field="order")
    return customer, order


def _line_of(order: Order | None, line: str) -> int:
    if order is None:
        raise Invalid("A line is one of an order.", field="order", remedy="Name the order, too.")
    return line_of_order(order_id=order.pk, external_id=line).pk


def _hold_out(hold: Hold) -> HoldOut:
    return HoldOut(
        key=hold.key, placed_by=hold.placed_by, customer=hold.customer.public_id,
        order=hold.order.public_id if hold.order else None,
        line=hold.line.external_id if hold.line else None, reason=hold.reason, placed_at=hold.placed_at,
        until=hold.until,
    )  # fmt: skip
