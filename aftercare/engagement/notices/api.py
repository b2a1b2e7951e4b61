"""The API of notices: drafted, counted, published, and who has read them."""

from datetime import datetime
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.engagement.notices.actions import acknowledge, end_notice, publish_notice, remind_unread, write_notice
from aftercare.engagement.notices.audience import count_audience
from aftercare.engagement.notices.models import Notice
from aftercare.engagement.notices.queries import (
    addressee_of,
    addressees_for_list,
    notice_by_public_id,
    notices_for_list,
    reach_of,
)
from aftercare.engagement.notices.schemas import NoticeIn
from aftercare.engagement.notices.vocabulary import NoticeState, ReadBy, Severity
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import Accepted, ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Notices"])
_NOTICE = {
    "severity": "recall", "title": "Handle may come loose", "text": "Please stop using the jug; we replace it.",
    "product": "prd_7d0xk2m9qv4t8r1n", "batches": "L2026-07", "serial_from": "FIL-000100", "serial_to": "FIL-000199",
}  # fmt: skip


class NoticeOut(BaseModel):
    """A notice."""

    id: str
    severity: Severity
    state: NoticeState
    title: str
    text: str
    product: str
    sku: str
    batches: str
    serial_from: str
    serial_to: str
    published_at: datetime | None
    ended_at: datetime | None


class ReachOut(BaseModel):
    """How many orders it is for (of a draft: would be), and how many were told, have read and acknowledged it."""

    audience: int
    sent: int = 0
    read: int = 0
    acknowledged: int = 0


class AddresseeOut(BaseModel):
    """One order it is for."""

    order: str
    number: str
    line: str
    sent_at: datetime | None
    rounds: Annotated[int, Field(description="How often it was said.")]
    read_at: datetime | None
    acknowledged_at: datetime | None
    read_by: ReadBy | None


@router.get("/notices", response=Listed[NoticeOut])
@api_edge(Permission.CATALOG_READ)
def list_notices(request: ApiRequest, cursor: Cursor = "", limit: Limit = 50) -> Listed[NoticeOut]:
    """Notices in every state, the latest first."""
    found = notices_for_list(after=cursor, limit=limit)
    return Listed(items=[_out(one) for one in found.rows], next=found.following)


@router.post("/notices", response=NoticeOut, openapi_extra=example_body(_NOTICE))
@api_edge(Permission.CATALOG_WRITE)
@idempotent
def draft_notice(request: ApiRequest, body: NoticeIn) -> NoticeOut:
    """Draft one; nobody hears of it before it is published."""
    return _out(write_notice(store=request.store, told=body, by=request.who, now=clock.now()))


@router.get("/notices/{notice}", response=NoticeOut)
@api_edge(Permission.CATALOG_READ)
def read_notice(request: ApiRequest, notice: PublicId) -> NoticeOut:
    """One notice."""
    return _out(notice_by_public_id(public_id=notice))


@router.get("/notices/{notice}/reach", response=ReachOut)
@api_edge(Permission.CATALOG_READ)
def read_reach(request: ApiRequest, notice: PublicId) -> ReachOut:
    """Whom a draft would reach; of a published one, who was told and has read it."""
    found = notice_by_public_id(public_id=notice)
    if found.state == NoticeState.DRAFT:
        return ReachOut(audience=count_audience(found))
    return _reach(found)


@router.post("/notices/{notice}/publish", response=ReachOut)
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def publish_one_notice(request: ApiRequest, notice: PublicId) -> ReachOut:
    """Have everybody told whom it is for."""
    found = notice_by_public_id(public_id=notice)
    return ReachOut(audience=publish_notice(notice=found, by=request.who, now=clock.now()))


@router.post("/notices/{notice}/remind", response=ReachOut)
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def remind_of_notice(request: ApiRequest, notice: PublicId) -> ReachOut:
    """Have those told once more who have not read it."""
    found = notice_by_public_id(public_id=notice)
    remind_unread(notice=found, now=clock.now())
    return _reach(found)


@router.post("/notices/{notice}/end", response=NoticeOut)
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def end_one_notice(request: ApiRequest, notice: PublicId) -> NoticeOut:
    """Nobody is told of it any more."""
    end_notice(notice=notice_by_public_id(public_id=notice), by=request.who, now=clock.now())
    return _out(notice_by_public_id(public_id=notice))


@router.get("/notices/{notice}/addressees", response=Listed[AddresseeOut])
@api_edge(Permission.ORDERS_READ)
def list_addressees(
    request: ApiRequest, notice: PublicId, unread: bool = False, cursor: Cursor = "", limit: Limit = 50  # noqa: FBT001, FBT002 -- a query's parameter
) -> Listed[AddresseeOut]:  # fmt: skip
    """The orders it is for, and who has read it; `unread` narrows to who has not."""
    found = addressees_for_list(
        notice=notice_by_public_id(public_id=notice), unread=unread, after=cursor, limit=limit
    )  # fmt: skip
    items = [
        AddresseeOut(
            order=one.order.public_id, number=one.order.number, line=one.line.external_id, sent_at=one.sent_at,
            rounds=one.rounds, read_at=one.read_at, acknowledged_at=one.acknowledged_at,
            read_by=ReadBy(one.read_by) if one.read_by else None,
        )
        for one in found.rows
    ]  # fmt: skip
    return Listed(items=items, next=found.following)


@router.post("/notices/{notice}/addressees/{order}/acknowledge", response=Accepted)
@api_edge(Permission.ORDERS_WRITE)
@idempotent
def tell_acknowledged(request: ApiRequest, notice: PublicId, order: PublicId) -> Accepted:
    """The owner said elsewhere that they have read it."""
    found = addressee_of(notice=notice, order=order)
    acknowledge(addressee=found, how=ReadBy.STAFF, by=request.who, now=clock.now())
    return Accepted()


def _reach(notice: Notice) -> ReachOut:
    reach = reach_of(notice)
    return ReachOut(audience=reach.audience, sent=reach.sent, read=reach.read, acknowledged=reach.acknowledged)


def _out(notice: Notice) -> NoticeOut:
    return NoticeOut(
        id=notice.public_id, severity=Severity(notice.severity), state=NoticeState(notice.state), title=notice.title,
        text=notice.text, product=notice.product.public_id, sku=notice.variant.sku if notice.variant else "",
        batches=notice.batches, serial_from=notice.serial_from, serial_to=notice.serial_to,
        published_at=notice.published_at, ended_at=notice.ended_at,
    )  # fmt: skip
