"""The API of visits: the agenda, another date, and how it went."""

from datetime import datetime
from typing import Annotated, Literal

from django.db import transaction
from ninja import Query, Router
from pydantic import BaseModel, Field

from aftercare.commerce.orders.models import Fulfilment
from aftercare.commerce.visits.actions import move_visit, report_visit
from aftercare.commerce.visits.queries import VisitFilter, visit_by_public_id, visits_for_list
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Incoming, Moment
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Orders"])
_MOVE = {"scheduled_from": "2026-12-01T08:00:00Z", "scheduled_until": "2026-12-01T10:00:00Z"}


class VisitOut(BaseModel):
    """A visit, and when it is."""

    id: Annotated[str, Field(examples=["ful_0v6p3c9xk2m8d4ra"])]
    order: Annotated[str, Field(description="The order's id here.")]
    number: Annotated[str, Field(description="The order's number, as the customer knows it.")]
    status: Fulfilment.Status
    status_at: datetime
    scheduled_from: datetime | None
    scheduled_until: datetime | None


class VisitQuery(BaseModel):
    """What to narrow the agenda to: visits that start from (inclusive) until (exclusive)."""

    starts_from: Moment | None = None
    starts_until: Moment | None = None
    status: Fulfilment.Status | None = None


class VisitIn(Incoming):
    """News of a visit: another date, how it went, or both."""

    scheduled_from: Moment | None = None
    scheduled_until: Moment | None = None
    status: Annotated[
        Literal["under_way", "completed", "missed", "cancelled"] | None, Field(description="How it went.")
    ] = None
    status_at: Annotated[Moment | None, Field(description="Since when; now, if left out.")] = None


@router.get("/visits", response=Listed[VisitOut])
@api_edge(Permission.ORDERS_READ)
def list_visits(
    request: ApiRequest, query: Query[VisitQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[VisitOut]:
    """Visits that have a date, the next first."""
    narrowed = VisitFilter(
        starts_from=query.starts_from, starts_until=query.starts_until, status=query.status or ""
    )  # fmt: skip
    found = visits_for_list(narrowed=narrowed, after=cursor, limit=limit)
    return Listed(items=[_visit_out(one) for one in found.rows], next=found.following)


@router.get("/visits/{visit}", response=VisitOut)
@api_edge(Permission.ORDERS_READ)
def read_visit(request: ApiRequest, visit: PublicId) -> VisitOut:
    """One visit."""
    return _visit_out(visit_by_public_id(public_id=visit))


@router.post("/visits/{visit}/news", response=VisitOut, openapi_extra=example_body(_MOVE))
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def tell_visit(request: ApiRequest, visit: PublicId, news: VisitIn) -> VisitOut:
    """Agree on a date or on another, say how it went, or both. The customer is told by the journeys that follow."""
    found, now = visit_by_public_id(public_id=visit), clock.now()
    with transaction.atomic():
        if news.scheduled_from is not None:
            move_visit(visit=found, starts=news.scheduled_from, ends=news.scheduled_until, by=request.who, now=now)
        if news.status is not None:
            report_visit(visit=found, status=news.status, at=news.status_at or now, by=request.who, now=now)
    return _visit_out(visit_by_public_id(public_id=visit))


def _visit_out(visit: Fulfilment) -> VisitOut:
    return VisitOut(
        id=visit.public_id, order=visit.order.public_id, number=visit.order.number,
        status=Fulfilment.Status(visit.status), status_at=visit.status_at, scheduled_from=visit.scheduled_from,
        scheduled_until=visit.scheduled_until,
    )  # fmt: skip
