"""What shops sent, by program: what came of each message, and what to do with those that need somebody."""

from datetime import datetime
from typing import Annotated

from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.platforms.actions import drop_delivery, replay_deliveries
from aftercare.commerce.platforms.api.router import router
from aftercare.commerce.platforms.models import Delivery
from aftercare.commerce.platforms.queries import connection_by_public_id, deliveries_for_list, delivery_by_public_id
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

_WHY = {"reason": "A test order of the shop."}


class DeliveryOut(BaseModel):
    """A message of a shop. `parked` is one that needs somebody: `problem` says why, `field` where, `remedy` what helps."""

    id: Annotated[str, Field(examples=["dlv_7d0xk2m9qv4t8r1n"])]
    connection: Annotated[str, Field(examples=["con_3n8w0dq5t1v7x2zb"])]
    message: Annotated[str, Field(description="The shop's own id of it.", examples=["b54557e4-bdd9-4b37-8a5f"])]
    topic: Annotated[str, Field(examples=["orders/updated"])]
    state: Delivery.State
    received_at: datetime
    worked_at: datetime | None
    attempts: int
    code: Annotated[str, Field(description="What was wrong with it, for programs.", examples=["invalid"])]
    field: Annotated[str, Field(examples=["line_items[0].quantity"])]
    problem: str
    remedy: str
    outcome: Annotated[str, Field(description="What came of it, or why it was dropped.")]


class DeliveryQuery(BaseModel):
    """What to narrow the list to."""

    connection: Annotated[Short, Field(description="The connection's id.")] = ""
    state: Delivery.State | None = None
    topic: Annotated[Short, Field(description="Or a part of it; or the shop's id of a message.")] = ""


class Dropping(BaseModel):
    """Why nothing is to be made of it."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]


class Replayed(BaseModel):
    """Whether it is worked off again; not where it is done already, or its body is gone."""

    accepted: bool = True


_SAME = tuple(DeliveryOut.model_fields.keys() - {"id", "connection", "message"})


@router.get("/deliveries", response=Listed[DeliveryOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.EVENTS_READ)
def list_deliveries(
    request: ApiRequest, query: Query[DeliveryQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[DeliveryOut]:
    """What shops sent, the latest first."""
    if query.connection:
        connection_by_public_id(public_id=query.connection)
    found = deliveries_for_list(
        words=query.topic, state=query.state or "", connection=query.connection, after=cursor, limit=limit
    )
    return Listed(items=[_delivery_out(one) for one in found.rows], next=found.following)


@router.get("/deliveries/{delivery}", response=DeliveryOut)
@api_edge(Permission.EVENTS_READ)
def read_delivery(request: ApiRequest, delivery: PublicId) -> DeliveryOut:
    """A message of a shop."""
    return _delivery_out(delivery_by_public_id(public_id=delivery))


@router.post("/deliveries/{delivery}/replay", response=Replayed)
@api_edge(Permission.EVENTS_REPAIR)
@idempotent
def replay_delivery(request: ApiRequest, delivery: PublicId) -> Replayed:
    """Work it off once more."""
    found = delivery_by_public_id(public_id=delivery)
    return Replayed(accepted=bool(replay_deliveries(deliveries=[found], now=clock.now())))


@router.post("/deliveries/{delivery}/drop", response=DeliveryOut, openapi_extra=example_body(_WHY))
@api_edge(Permission.EVENTS_REPAIR)
@idempotent
def drop_one_delivery(request: ApiRequest, delivery: PublicId, dropping: Dropping) -> DeliveryOut:
    """Make nothing of one that is parked, saying why."""
    found = delivery_by_public_id(public_id=delivery)
    drop_delivery(delivery=found, reason=dropping.reason, by=actor_name(request.who), now=clock.now())
    return _delivery_out(delivery_by_public_id(public_id=delivery))


def _delivery_out(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=delivery.public_id, connection=delivery.connection.public_id, message=delivery.message_id,
        **{name: getattr(delivery, name) for name in _SAME},
    )  # fmt: skip
