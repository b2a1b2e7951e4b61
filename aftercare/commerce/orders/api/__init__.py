"""The API of orders: taken in as sets or one by one, and read back."""

from typing import Annotated

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.commerce.customers.queries import customer_by_public_id, person_ids
from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.api.examples import ORDER, ORDERS
from aftercare.commerce.orders.api.shapes import OrderOut, order_out, orders_out
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.queries import (
    OrderFilters,
    order_of_source,
    order_with_parts,
    orders_with_parts,
    public_ids_of_orders,
)
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.intake import Outcome
from aftercare.foundation.kit.schema import Incoming, Moment, Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.batches import Batch, BatchResult, Source, batch_result, only, read_batch
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import ExternalId, PublicId, SourceName, check_same_id
from aftercare.foundation.web.preconditions import if_unchanged

router = Router(tags=["Orders"])


class OrderBatch(Incoming):
    """Orders of one source."""

    source: Source
    orders: Batch[OrderIn]


class OrderQuery(BaseModel):
    """What to narrow the list to."""

    q: Annotated[Short, Field(description="Words of the number, the buyer or an address.")] = ""
    number: Short = ""
    progress: Order.Progress | None = None
    payment: Order.Payment | None = None
    source: Short = ""
    customer: Annotated[Short, Field(description="The customer's id here; whom they absorbed count too.")] = ""
    placed_from: Moment | None = None
    placed_until: Annotated[Moment | None, Field(description="Exclusive.")] = None


def _as_it_stands(source: str, external_id: str) -> OrderOut:
    return order_out(order_of_source(source=source, external_id=external_id))


@router.post("/orders", response=BatchResult, openapi_extra=example_body(ORDERS))
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def record_many_orders(request: ApiRequest, body: OrderBatch) -> BatchResult:
    """Up to 500 orders as your shop knows them now, each with an answer of its own.

    What is new is created, what changed is edited, what is known already changes nothing; one bad order never stops
    the others.
    """
    batch = read_batch(OrderIn, body.orders, name="orders")
    intake = record_orders(store_id=request.store.pk, source=body.source, orders=batch.things, now=clock.now())
    return batch_result(batch, intake, public_ids=public_ids_of_orders)


@router.put(
    "/orders/from/{source}/{path:external_id}", response={200: OrderOut, 201: OrderOut},
    openapi_extra=example_body(ORDER),
)  # fmt: skip
@api_edge(Permission.ORDERS_WRITE)
@idempotent
@if_unchanged(_as_it_stands)
def record_order(request: ApiRequest, source: SourceName, external_id: ExternalId, body: OrderIn) -> Status[OrderOut]:
    """One order as your shop knows it now: created (201), edited, or left as it is."""
    check_same_id(address=external_id, body=body.id)
    intake = record_orders(store_id=request.store.pk, source=source, orders=[body], now=clock.now())
    outcome = only(intake)
    return Status(201 if outcome is Outcome.CREATED else 200, _as_it_stands(source, body.id))


@router.get("/orders", response=Listed[OrderOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.ORDERS_READ)
def list_orders(
    request: ApiRequest, query: Query[OrderQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[OrderOut]:
    """Orders, the latest first."""
    filters = OrderFilters(
        words=query.q, number=query.number, progress=query.progress or "", payment=query.payment or "",
        source=query.source, placed_from=query.placed_from, placed_until=query.placed_until,
        customer_ids=_person(query.customer) if query.customer else None,
    )  # fmt: skip
    found = orders_with_parts(filters=filters, after=cursor, limit=limit)
    return Listed(items=orders_out(found.rows), next=found.following)


@router.get("/orders/from/{source}/{path:external_id}", response=OrderOut)
@api_edge(Permission.ORDERS_READ)
def read_order_by_own_id(request: ApiRequest, source: SourceName, external_id: ExternalId) -> OrderOut:
    """An order by your own id."""
    return _as_it_stands(source, external_id)


@router.get("/orders/{order}", response=OrderOut)
@api_edge(Permission.ORDERS_READ)
def read_order(request: ApiRequest, order: PublicId) -> OrderOut:
    """An order with its lines, fulfilments and refunds."""
    return order_out(order_with_parts(public_id=order))


def _person(public_id: str) -> list[int]:
    return person_ids(customer=customer_by_public_id(public_id=public_id))
