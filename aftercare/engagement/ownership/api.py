"""The API of ownership: signs of use, what an order brought, and maintenance schedules."""

from datetime import datetime
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field, SkipValidation

from aftercare.commerce.catalog.queries import product_named
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.ownership.actions import (
    end_schedule,
    mark_done,
    record_usage,
    schedule_service,
    set_usage_rule,
    snooze,
)
from aftercare.engagement.ownership.models import Schedule, Service, UsageRule
from aftercare.engagement.ownership.queries import (
    owned_of_order,
    schedule_by_public_id,
    schedules_for_list,
    service_of,
    services_of_order,
    usage_rules,
    uses_of_lines,
)
from aftercare.engagement.ownership.schemas import ScheduleIn, UsageIn, UsageRuleIn
from aftercare.engagement.ownership.vocabulary import Sign, Unit
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.intake import Outcome
from aftercare.foundation.kit.schema import Incoming, Moment
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.batches import BatchResult, batch_result, only, read_batch
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Ownership"])
MOST_AT_ONCE = 1000
_USED = {"id": "u-1", "at": "2026-11-22T08:15:00Z", "kind": "brewed", "serial": "FIL-000117"}
_UNTIL = {"until": "2026-12-01T09:00:00Z"}
_RULE = {"category": "Kitchen", "days": 45}
_SCHEDULE = {"title": "Descale the kettle", "every": 2, "unit": "months", "category": "Kitchen"}


class UsageBatch(Incoming):
    """Signs of use, each by itself."""

    events: Annotated[list[SkipValidation[UsageIn]], Field(min_length=1, max_length=MOST_AT_ONCE)]


class UsageOut(BaseModel):
    """What became of one: created, or unchanged where it was known already."""

    outcome: Outcome


class OwnedOut(BaseModel):
    """A delivered line, and whether it is used."""

    line: str
    title: str
    batch: str
    serials: str
    delivered_at: datetime
    first_used_at: datetime | None
    first_use_sign: Annotated[Sign, Field(description="What first use is concluded from; empty: not known.")]
    never_used_at: Annotated[datetime | None, Field(description="When it was noticed that nothing shows any use.")]
    uses: Annotated[int, Field(description="As far as they were reported.")]


class ServiceOut(BaseModel):
    """When one schedule is due for one line."""

    id: str
    line: str
    schedule: str
    title: str
    due_at: Annotated[datetime | None, Field(description="Since when it waits to be done.")]
    next_at: datetime | None
    done_at: datetime | None


class OwnershipOut(BaseModel):
    """What an order brought."""

    order: str
    lines: list[OwnedOut]
    services: list[ServiceOut]


class UsageRuleOut(BaseModel):
    """After how many days without a sign of use something counts as never used; null: it never does."""

    product: str | None
    category: str
    days: int | None


class UsageRulesOut(BaseModel):
    """All rules of the store. Where none speaks, what has a guide is asked about after 30 days, and nothing else."""

    rules: list[UsageRuleOut]


class ScheduleOut(BaseModel):
    """What is to be done every so often."""

    id: str
    title: str
    text: str
    guide: str
    every: int
    unit: Unit
    product: str | None
    category: str
    ended_at: datetime | None


class SnoozeIn(Incoming):
    """Until when it is put off."""

    until: Moment


@router.post("/usage/batch", response=BatchResult, openapi_extra=example_body({"events": [_USED]}))
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def record_many_uses(request: ApiRequest, body: UsageBatch) -> BatchResult:
    """Up to 1000 signs of use, each with an answer of its own; the same id again counts once."""
    batch = read_batch(UsageIn, body.events, name="events")
    intake = record_usage(store_id=request.store.pk, told=batch.things, by=request.who, now=clock.now())
    return batch_result(batch, intake, public_ids=lambda ids: dict.fromkeys(ids, ""))


@router.post("/usage", response=UsageOut, openapi_extra=example_body(_USED))
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def record_use(request: ApiRequest, body: UsageIn) -> UsageOut:
    """One sign of use; the same id again counts once."""
    intake = record_usage(store_id=request.store.pk, told=[body], by=request.who, now=clock.now())
    return UsageOut(outcome=only(intake))


@router.get("/orders/{order}/ownership", response=OwnershipOut)
@api_edge(Permission.ORDERS_READ)
def read_ownership(request: ApiRequest, order: PublicId) -> OwnershipOut:
    """What an order brought, whether it is used, and what is due."""
    found = order_by_public_id(public_id=order)
    owned = owned_of_order(order_id=found.pk)
    uses = uses_of_lines(line_ids=[one.line_id for one in owned])
    lines = [
        OwnedOut(
            line=one.line.external_id, title=one.line.title, batch=one.line.batch, serials=one.line.serials,
            delivered_at=one.delivered_at, first_used_at=one.first_used_at, first_use_sign=Sign(one.first_use_sign),
            never_used_at=one.never_used_at, uses=uses.get(one.line_id, 0),
        )
        for one in owned
    ]  # fmt: skip
    services = [_service_out(one) for one in services_of_order(order_id=found.pk)]
    return OwnershipOut(order=found.public_id, lines=lines, services=services)


@router.get("/usage-rules", response=UsageRulesOut)
@api_edge(Permission.CATALOG_READ)
def list_usage_rules(request: ApiRequest) -> UsageRulesOut:
    """After how many days what counts as never used."""
    return _rules_out()


@router.put("/usage-rules", response=UsageRulesOut, openapi_extra=example_body(_RULE))
@api_edge(Permission.CATALOG_WRITE)
@idempotent
def set_one_usage_rule(request: ApiRequest, body: UsageRuleIn) -> UsageRulesOut:
    """Say it of one product, of one category, or of all else; what is owned already is asked about anew."""
    if body.product and body.category:
        raise Invalid("A rule is for a product or for a category.", field="category", remedy="Give one of them.")
    product = product_named(public_id=body.product) if body.product else None
    set_usage_rule(
        store=request.store, days=body.days, product=product, category=body.category, by=request.who, now=clock.now()
    )
    return _rules_out()


@router.get("/schedules", response=Listed[ScheduleOut])
@api_edge(Permission.CATALOG_READ)
def list_schedules(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> Listed[ScheduleOut]:
    """The maintenance schedules in force, the latest first."""
    found = schedules_for_list(after=cursor, limit=limit)
    return Listed(items=[_schedule_out(one) for one in found.rows], next=found.following)


@router.post("/schedules", response=ScheduleOut, openapi_extra=example_body(_SCHEDULE))
@api_edge(Permission.CATALOG_WRITE)
@idempotent
def set_schedule_up(request: ApiRequest, body: ScheduleIn) -> ScheduleOut:
    """Set one up, for all who own such a thing and all who will."""
    return _schedule_out(schedule_service(store=request.store, told=body, by=request.who, now=clock.now()))


@router.post("/schedules/{schedule}/end", response=ScheduleOut)
@api_edge(Permission.CATALOG_WRITE)
@idempotent
def end_maintenance(request: ApiRequest, schedule: PublicId) -> ScheduleOut:
    """Nothing is due by it any more."""
    end_schedule(schedule=schedule_by_public_id(public_id=schedule), by=request.who, now=clock.now())
    return _schedule_out(schedule_by_public_id(public_id=schedule))


@router.post("/services/{service}/done", response=ServiceOut)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def tell_service_done(request: ApiRequest, service: PublicId) -> ServiceOut:
    """It was done now."""
    mark_done(service=service_of(key=service), by=request.who, now=clock.now())
    return _service_out(service_of(key=service))


@router.post("/services/{service}/snooze", response=ServiceOut, openapi_extra=example_body(_UNTIL))
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def put_service_off(request: ApiRequest, service: PublicId, body: SnoozeIn) -> ServiceOut:
    """Put it off, by a year at most."""
    snooze(service=service_of(key=service), until=body.until, by=request.who, now=clock.now())
    return _service_out(service_of(key=service))


def _rules_out() -> UsageRulesOut:
    return UsageRulesOut(rules=[_rule_out(one) for one in usage_rules()])


def _rule_out(one: UsageRule) -> UsageRuleOut:
    return UsageRuleOut(
        product=one.product.public_id if one.product else None, category=one.category, days=one.days
    )  # fmt: skip


def _service_out(one: Service) -> ServiceOut:
    return ServiceOut(
        id=str(one.key), line=one.line.external_id, schedule=one.schedule.public_id, title=one.schedule.title,
        due_at=one.due_at, next_at=one.next_at, done_at=one.done_at,
    )  # fmt: skip


def _schedule_out(one: Schedule) -> ScheduleOut:
    return ScheduleOut(
        id=one.public_id, title=one.title, text=one.text, guide=one.guide, every=one.every, unit=Unit(one.unit),
        product=one.product.public_id if one.product else None, category=one.category, ended_at=one.ended_at,
    )  # fmt: skip
