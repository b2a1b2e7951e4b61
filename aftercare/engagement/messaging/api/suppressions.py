"""The API of addresses that nothing, or only what is owed, is sent to."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.engagement.messaging.actions.suppress import lift_suppression, suppress_addresses
from aftercare.engagement.messaging.models import Suppression
from aftercare.engagement.messaging.policy import SuppressionCause
from aftercare.engagement.messaging.queries import suppression_of, suppressions_for_list
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Email, Incoming, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed

router = Router(tags=["Messages"])
_EMAIL = "email"
_BLOCK = {"address": "sam@example.com", "detail": "Asked by phone"}
_LIFT = {"address": "sam@example.com", "cause": "bounce"}


class SuppressionOut(BaseModel):
    """A reason to send nothing, or only what is owed, to an address."""

    address: str
    channel: str
    cause: SuppressionCause
    detail: str
    added_at: datetime
    until: Annotated[datetime | None, Field(description="When it ends by itself; null: for good.")]


class SuppressionQuery(BaseModel):
    """What to narrow the list to."""

    q: Annotated[Short, Field(description="A part of the address.")] = ""
    cause: SuppressionCause | None = None


class BlockIn(Incoming):
    """Whom to leave alone altogether, and why."""

    address: Email
    detail: Annotated[Text, Field(max_length=300)] = ""


class LiftIn(Incoming):
    """Which reason to be silent is over."""

    address: Email
    cause: SuppressionCause


@router.get("/suppressions", response=Listed[SuppressionOut])
@api_edge(Permission.MESSAGES_READ)
def list_suppressions(
    request: ApiRequest, query: Query[SuppressionQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[SuppressionOut]:
    """Addresses that nothing, or only what is owed, is sent to, the latest first."""
    found = suppressions_for_list(words=query.q, cause=query.cause or "", after=cursor, limit=limit)
    return Listed(items=[_suppression_out(row) for row in found.rows], next=found.following)


@router.post("/suppressions", response={201: SuppressionOut}, openapi_extra=example_body(_BLOCK))
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def block_address(request: ApiRequest, body: BlockIn) -> Status[SuppressionOut]:
    """Send nothing to an address any more, not even what is owed. What is blocked already stays as it was."""
    blocked = [(request.store.pk, body.address, body.detail)]
    suppress_addresses(channel=_EMAIL, addresses=blocked, now=clock.now(), cause=SuppressionCause.STAFF)
    return Status(201, _suppression_out(_found(body.address, SuppressionCause.STAFF)))


@router.post("/suppressions/lift", response=SuppressionOut, openapi_extra={**NAMES_A_THING, **example_body(_LIFT)})
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def lift_block(request: ApiRequest, body: LiftIn) -> SuppressionOut:
    """Let a reason to be silent to an address be over; answers what it was. Others may keep it silent."""
    found = _found(body.address, body.cause)
    answer = _suppression_out(found)
    lift_suppression(suppression=found, by=request.who, now=clock.now())
    return answer


def _found(address: str, cause: SuppressionCause) -> Suppression:
    return suppression_of(channel=_EMAIL, address=address, cause=cause)


def _suppression_out(row: Suppression) -> SuppressionOut:
    return SuppressionOut(**{name: getattr(row, name) for name in SuppressionOut.model_fields})
