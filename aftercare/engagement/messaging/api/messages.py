"""The API of messages: what was said or not, on which channel, and why."""

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.customers.queries import customer_by_public_id, person_ids
from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.messaging.actions.ways import ask_best
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.policy import LegalClass, Reason, Verdict
from aftercare.engagement.messaging.queries import (
    MessageFilters,
    decisions_of,
    message_by_public_id,
    message_under,
    messages_for_list,
    news_of,
)
from aftercare.engagement.messaging.reputation import NewsKind
from aftercare.engagement.messaging.requests import BEST, MessageRequest
from aftercare.engagement.messaging.types import message_types
from aftercare.engagement.messaging.wording import reason_in_words
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.schema import Free, Key, Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Messages"])
_SEND = {
    "key": "app-5512", "type": "delivered", "order": "ord_7d0xk2m9qv4t8r1n", "channel": "best",
}  # fmt: skip
_DECISIONS = {Message.State.WAITING: Verdict.DEFER, Message.State.DROPPED: Verdict.DROP}


class NewsOut(BaseModel):
    """One thing heard of a message after it was handed over."""

    kind: NewsKind
    severity: Annotated[str, Field(description="Of a bounce: `hard` is for good, `soft` is for now.")]
    address: str
    answer: Annotated[str, Field(description="What the receiving server or the provider said.")]
    url: Annotated[str, Field(description="The link that was followed.")]
    machine: Annotated[bool, Field(description="No person did it: a proxy fetched pictures ahead.")]
    at: datetime


class DecisionOut(BaseModel):
    """One decision about a message."""

    at: datetime
    decision: Verdict
    reason: str
    rule: Annotated[str, Field(description="The rule that objected: those before it did not.", examples=["budget"])]
    why: Annotated[str, Field(examples=["The customer has heard enough from us for now: 3 in 7 days"])]
    until: Annotated[datetime | None, Field(description="Of a deferral: when it is decided again.")]


class MessageQuery(BaseModel):
    """What to narrow the list to."""

    q: Annotated[Short, Field(description="A part of the recipient or the subject, or an order's number.")] = ""
    order: Annotated[Short, Field(description="The order's id here.")] = ""
    customer: Annotated[Short, Field(description="The customer's id here; whom they absorbed count too.")] = ""
    state: Message.State | None = None
    type: Annotated[Short, Field(examples=["order_confirmed"])] = ""
    channel: Annotated[Short, Field(examples=["email"])] = ""
    reason: Reason | None = None


class SendIn(BaseModel):
    """A message to be sent if now is a good moment."""

    model_config = ConfigDict(extra="forbid")
    key: Annotated[Key, Field(description="Your name for it: the same again sends nothing more.")]
    type: Annotated[Short, Field(description="A message type.", examples=["delivered"])]
    order: Annotated[Short, Field(description="The order's id here.")]
    channel: Annotated[
        Short, Field(description="A channel, or `best`: by the store's ways and the customer's wish.")
    ] = BEST
    data: Annotated[Free, Field(description="What its template sees as `event`.")] = {}


class MessageOut(BaseModel):
    """A message, or the decision not to send it.

    `decision` is what was last decided: send, defer (until `due_at`) or drop. `reason` says why in a word, `why` in a
    sentence, `detail` with what it rests on.
    """

    id: Annotated[str, Field(examples=["msg_3n8w0dq5t1v7x2zb"])]
    type: str
    legal_class: LegalClass
    channel: str
    decision: Verdict
    reason: str
    why: str
    detail: str
    state: Message.State
    delivery: Annotated[str, Field(description="What was heard of it after it was sent, such as delivered or bounced.")]
    recipient: str
    subject: str
    order: Annotated[str | None, Field(description="The order's id here.")]
    customer: Annotated[str | None, Field(description="The customer's id here.")]
    digest: Annotated[str | None, Field(description="The message's id here in which it went out with others.")]
    origin: Annotated[str, Field(description="Who asked for it.", examples=["journey:order-confirmed"])]
    attempts: int
    reply: Annotated[str, Field(description="What the receiving server answered.")]
    created_at: datetime
    due_at: datetime | None
    expires_at: datetime | None
    sent_at: datetime | None


_AS_THEY_ARE = MessageOut.model_fields.keys() - {
    "id",
    "type",
    "decision",
    "why",
    "state",
    "order",
    "customer",
    "digest",
}


@router.get("/messages", response=Listed[MessageOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.MESSAGES_READ)
def list_messages(
    request: ApiRequest, query: Query[MessageQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[MessageOut]:
    """Messages and decisions not to send one, the latest first."""
    filters = MessageFilters(
        words=query.q, state=query.state or "", message_type=query.type, channel=query.channel,
        reason=query.reason or "",
        order_id=order_by_public_id(public_id=query.order).pk if query.order else None,
        customer_ids=person_ids(customer=customer_by_public_id(public_id=query.customer)) if query.customer else (),
    )  # fmt: skip
    found = messages_for_list(filters=filters, after=cursor, limit=limit)
    return Listed(items=[message_out(message) for message in found.rows], next=found.following)


@router.post("/messages", response={201: MessageOut}, openapi_extra=example_body(_SEND) | NAMES_A_THING)
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def send_message(request: ApiRequest, message: SendIn) -> Status[MessageOut]:
    """Decided like every other: consent, quiet hours and budgets hold. The answer says what was decided, and why."""
    if message.type not in {kind.key for kind in message_types()}:
        raise Invalid("There is no such message type.", field="type")
    if message.channel != BEST and message.channel not in channels:
        raise Invalid("There is no such channel.", field="channel", remedy=", ".join(channels.keys()))
    order, now = order_by_public_id(public_id=message.order), clock.now()
    key = f"api:{message.key}"
    asked = MessageRequest(
        store_id=request.store.pk, message_type=message.type, channel=message.channel, origin="api", dedupe_key=key,
        customer_id=order.customer_id, order_id=order.pk, caused_at=now, data=message.data,
    )  # fmt: skip
    with transaction.atomic():
        ask_best(requests=[asked], now=now)
    return Status(201, message_out(message_under(key=key)))


@router.get("/messages/{message}", response=MessageOut)
@api_edge(Permission.MESSAGES_READ)
def read_message(request: ApiRequest, message: PublicId) -> MessageOut:
    """A message, and why it was sent or not."""
    return message_out(message_by_public_id(public_id=message))


@router.get("/messages/{message}/decisions", response=list[DecisionOut])
@api_edge(Permission.MESSAGES_READ)
def list_decisions(request: ApiRequest, message: PublicId) -> list[DecisionOut]:
    """What was decided about a message while it waited, the latest first. What went out at once, or never, has none:
    the message itself says why."""
    kept = decisions_of(message=message_by_public_id(public_id=message))
    return [
        DecisionOut(
            at=one.at, decision=Verdict(one.verdict), reason=one.reason, rule=one.rule, until=one.until,
            why=reason_in_words(one.reason, one.detail),
        )
        for one in kept
    ]  # fmt: skip


@router.get("/messages/{message}/news", response=list[NewsOut])
@api_edge(Permission.MESSAGES_READ)
def list_news(request: ApiRequest, message: PublicId) -> list[NewsOut]:
    """What was heard of a message, the latest first: delivered, bounced, opened and the like."""
    heard = news_of(message=message_by_public_id(public_id=message))
    return [
        NewsOut(
            kind=NewsKind(one.kind), severity=one.severity, address=one.address, answer=one.answer, url=one.url,
            machine=one.is_machine, at=one.at,
        )
        for one in heard
    ]  # fmt: skip


def message_out(message: Message) -> MessageOut:
    """A message, as answers give it."""
    fields: dict[str, Any] = {name: getattr(message, name) for name in _AS_THEY_ARE}
    reasons = dict(Reason.choices)
    return MessageOut(
        id=message.public_id,
        type=message.message_type,
        decision=_DECISIONS.get(Message.State(message.state), Verdict.SEND),
        why=str(reasons.get(message.reason, message.reason)),
        state=message.standing,
        order=message.order.public_id if message.order else None,
        customer=message.customer.public_id if message.customer else None,
        digest=message.merged_into.public_id if message.merged_into else None,
        **fields,
    )
