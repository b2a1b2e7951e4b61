"""The API of events: what happened to an order or a customer, and which kinds of facts there are."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel, Field, TypeAdapter

from aftercare.foundation.events.base import catalogue
from aftercare.foundation.events.history import history
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.events.subjects import about, subject_of
from aftercare.foundation.kit.schema import Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.openapi import NAMES_A_THING
from aftercare.foundation.web.pages import Cursor, Limit, Listed

router = Router(tags=["Events"])


class EventQuery(BaseModel):
    """What to narrow the log to."""

    about: Annotated[
        Short, Field(description="The id of an order, a customer or an incident.", examples=["ord_7d0xk2m9qv4t8r1n"])
    ]
    type: Annotated[Short, Field(description="Events of this type alone.", examples=["order.placed"])] = ""


class EventOut(BaseModel):
    """A fact. `occurred_at` is when it happened, `recorded_at` when it was heard of."""

    id: UUID
    type: str
    occurred_at: datetime
    recorded_at: datetime
    about: Annotated[dict[str, str], Field(description="Ids by what they name.", examples=[{"order": "ord_…"}])]
    actor: str
    data: Annotated[dict[str, Any], Field(description="As its type says; amounts count in minor units.")]


class EventType(BaseModel):
    """A kind of fact. Its data only ever gain fields."""

    type: str
    label: str
    data: Annotated[dict[str, Any], Field(description="The JSON Schema of the event's data.")]


class EventTypes(BaseModel):
    """Every kind of fact there is."""

    items: list[EventType]


@router.get("/events", response=Listed[EventOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.EVENTS_READ)
def list_events(
    request: ApiRequest, query: Query[EventQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[EventOut]:
    """What happened to an order, a customer or an incident, the latest first. Whom a customer absorbed counts too."""
    subject = subject_of(query.about)
    found = history(of=subject.events_of(query.about), type_name=query.type, after=cursor, limit=limit)
    return Listed(items=_events_out(found.rows), next=found.following)


@router.get("/events/types", response=EventTypes)
@api_edge(Permission.EVENTS_READ)
def list_event_types(request: ApiRequest) -> EventTypes:
    """Every kind of fact, with what its data hold."""
    return EventTypes(items=[
        EventType(type=event.type, label=str(event.label), data=_data_schemas()[event.type]) for event in catalogue
    ])  # fmt: skip


def _events_out(rows: Sequence[EventRow]) -> list[EventOut]:
    return [_event_out(row, named) for row, named in zip(rows, about(rows), strict=True)]


def _event_out(row: EventRow, about: dict[str, str]) -> EventOut:
    return EventOut(
        id=row.id, type=row.type, occurred_at=row.occurred_at, recorded_at=row.recorded_at, about=about,
        actor=row.actor, data=row.data,
    )  # fmt: skip


@cache
def _data_schemas() -> dict[str, dict[str, Any]]:
    return {event.type: TypeAdapter(event).json_schema() for event in catalogue}
