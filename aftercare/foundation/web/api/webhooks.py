"""The API of webhooks: endpoints that are told of events, their secrets, and the log of calls."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router, Status
from pydantic import BaseModel, ConfigDict, Field

from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Moment, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import Accepted, ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import NAMES_A_THING, example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId
from aftercare.foundation.webhooks import actions
from aftercare.foundation.webhooks.models import Call, Endpoint
from aftercare.foundation.webhooks.queries import (
    call_by_public_id,
    calls_for_list,
    endpoint_by_public_id,
    endpoints_of_store,
)
from aftercare.foundation.webhooks.tasks import tell_again

router = Router(tags=["Webhooks"])

Url = Annotated[str, Field(max_length=500, pattern=r"^https?://[^\x00]+$", examples=["https://example.com/aftercare"])]
Types = Annotated[
    list[Annotated[Text, Field(max_length=64)]],
    Field(max_length=200, description="None means all.", examples=[["order.placed", "shipment.delivered"]]),
]
Description = Annotated[Text, Field(max_length=120, examples=["Data warehouse"])]
_NEW = {"url": "https://example.com/aftercare", "types": ["order.placed"], "description": "Data warehouse"}


class EndpointIn(BaseModel):
    """Whom to tell of what."""

    model_config = ConfigDict(extra="forbid")
    url: Url
    types: Types = []
    description: Description = ""


class EndpointChange(BaseModel):
    """What is to be otherwise; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    url: Url = ""
    types: Types = []
    description: Description = ""
    state: Annotated[Endpoint.State, Field(description="`active` or `paused`.")] = Endpoint.State.ACTIVE


class SecretChange(BaseModel):
    """How the old secret ends."""

    model_config = ConfigDict(extra="forbid")
    has_leaked: Annotated[bool, Field(description="Stop signing with it at once; else both sign for a day.")] = False


class Recovery(BaseModel):
    """From when on to tell again of what was not taken."""

    model_config = ConfigDict(extra="forbid")
    since: Annotated[Moment, Field(examples=["2026-11-21T00:00:00Z"])]


class EndpointOut(BaseModel):
    """An address that is told of events. `state` is `disabled` where it answered 410 or took nothing for five days."""

    id: Annotated[str, Field(examples=["whe_3n8w0dq5t1v7x2zb"])]
    url: str
    types: list[str]
    description: str
    state: Endpoint.State
    reason: Annotated[str, Field(description="Why it was switched off.")]
    created_at: datetime
    last_taken_at: datetime | None
    failing_since: datetime | None


class EndpointWithSecret(EndpointOut):
    """The same with what calls are signed with: given when it is made and never again."""

    secret: Annotated[str, Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])]


class Endpoints(BaseModel):
    """Every endpoint of the store."""

    items: list[EndpointOut]


class Attempt(BaseModel):
    """One try. `status` is 0 where nobody answered."""

    at: datetime
    status: int
    ms: int
    reply: str


class CallOut(BaseModel):
    """A call: what was told, and what came of it."""

    id: Annotated[str, Field(description="The `webhook-id` it carries.", examples=["whc_7d0xk2m9qv4t8r1n"])]
    endpoint: str | None
    type: str
    state: Call.State
    reply: str
    attempts: int
    created_at: datetime
    due_at: datetime


class CallWithBody(CallOut):
    """The same with what it says, and every attempt."""

    body: dict[str, Any]
    history: list[Attempt]


class CallQuery(BaseModel):
    """What to narrow the list to."""

    endpoint: Annotated[Short, Field(description="The endpoint's id.")] = ""
    state: Call.State | None = None
    type: Annotated[Short, Field(examples=["order.placed"])] = ""


_ENDPOINT_FIELDS = tuple(EndpointOut.model_fields.keys() - {"id"})
_CALL_FIELDS = tuple(CallOut.model_fields.keys() - {"id", "endpoint"})


@router.get("/webhooks", response=Endpoints)
@api_edge(Permission.SETTINGS_READ)
def list_webhooks(request: ApiRequest) -> Endpoints:
    """Every endpoint, the oldest first."""
    return Endpoints(items=[_endpoint_out(one) for one in endpoints_of_store()])


@router.post("/webhooks", response={201: EndpointWithSecret}, openapi_extra=example_body(_NEW))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def add_webhook(request: ApiRequest, endpoint: EndpointIn) -> Status[EndpointWithSecret]:
    """Tell another system of events from now on."""
    made, secret = actions.add_endpoint(store=request.store, by=request.who, now=clock.now(), **endpoint.model_dump())
    return Status(201, _with_secret(made, secret))


@router.get("/webhooks/calls", response=Listed[CallOut], openapi_extra=NAMES_A_THING)
@api_edge(Permission.EVENTS_READ)
def list_webhook_calls(
    request: ApiRequest, query: Query[CallQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[CallOut]:
    """What was told in the last thirty days, the latest first."""
    endpoint = endpoint_by_public_id(public_id=query.endpoint) if query.endpoint else None
    found = calls_for_list(
        endpoint=endpoint, state=query.state or "", type_name=query.type, after=cursor, limit=limit
    )  # fmt: skip
    return Listed(items=[_call_out(call) for call in found.rows], next=found.following)


@router.get("/webhooks/calls/{call}", response=CallWithBody)
@api_edge(Permission.EVENTS_READ)
def read_webhook_call(request: ApiRequest, call: PublicId) -> CallWithBody:
    """A call with what it says and every attempt."""
    found = call_by_public_id(public_id=call)
    return CallWithBody(**_call_out(found).model_dump(), body=found.body, history=found.history)


@router.post("/webhooks/calls/{call}/replay", response=Accepted)
@api_edge(Permission.EVENTS_REPAIR)
@idempotent
def replay_webhook_call(request: ApiRequest, call: PublicId) -> Accepted:
    """Make the call once more under its id; `accepted` is false where it is about to be made anyway."""
    return Accepted(accepted=actions.replay_call(call=call_by_public_id(public_id=call), now=clock.now()))


@router.get("/webhooks/{endpoint}", response=EndpointOut)
@api_edge(Permission.SETTINGS_READ)
def read_webhook(request: ApiRequest, endpoint: PublicId) -> EndpointOut:
    """An endpoint."""
    return _endpoint_out(endpoint_by_public_id(public_id=endpoint))


@router.patch("/webhooks/{endpoint}", response=EndpointOut, openapi_extra=example_body({"types": ["order.placed"]}))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def change_webhook(request: ApiRequest, endpoint: PublicId, change: EndpointChange) -> EndpointOut:
    """Another address, other events, another description; paused, or told again."""
    found, now = endpoint_by_public_id(public_id=endpoint), clock.now()
    told = change.model_dump(exclude_unset=True)
    state = told.pop("state", None)
    found = actions.change_endpoint(endpoint=found, by=request.who, now=now, **told)
    if state is not None:
        actions.set_endpoint_state(endpoint=found, state=state, by=request.who, now=now)
    return _endpoint_out(endpoint_by_public_id(public_id=endpoint))


@router.delete("/webhooks/{endpoint}", response=Accepted)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def remove_webhook(request: ApiRequest, endpoint: PublicId) -> Accepted:
    """Tell it nothing ever again, and forget its secret and the log of its calls."""
    found = endpoint_by_public_id(public_id=endpoint)
    actions.remove_endpoint(endpoint=found, by=request.who, now=clock.now())
    return Accepted()


@router.post(
    "/webhooks/{endpoint}/secret", response=EndpointWithSecret, openapi_extra=example_body({"has_leaked": False})
)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def rotate_webhook_secret(request: ApiRequest, endpoint: PublicId, change: SecretChange) -> EndpointWithSecret:
    """Another secret to sign with."""
    found = endpoint_by_public_id(public_id=endpoint)
    keep = not change.has_leaked
    secret = actions.rotate_secret(endpoint=found, keep_previous=keep, by=request.who, now=clock.now())
    return _with_secret(found, secret)


@router.post("/webhooks/{endpoint}/test", response=Accepted)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def test_webhook(request: ApiRequest, endpoint: PublicId) -> Accepted:
    """Call it about nothing; the log of calls says what it answered."""
    actions.send_test(endpoint=endpoint_by_public_id(public_id=endpoint), now=clock.now())
    return Accepted()


@router.post(
    "/webhooks/{endpoint}/recover",
    response=Accepted,
    openapi_extra=example_body({"since": "2026-11-21T00:00:00Z"}),
)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def recover_webhook(request: ApiRequest, endpoint: PublicId, recovery: Recovery) -> Accepted:
    """Tell it of everything recorded since then that it has not taken. In the background; at most thirty days back."""
    found = endpoint_by_public_id(public_id=endpoint)
    actions.check_recoverable(since=recovery.since, now=clock.now())
    task = tell_again.configure(lock=f"tell again {found.public_id}")
    task.defer(store_id=request.store.pk, endpoint=found.public_id, since=recovery.since.isoformat())
    return Accepted()


def _endpoint_out(endpoint: Endpoint) -> EndpointOut:
    return EndpointOut(id=endpoint.public_id, **{name: getattr(endpoint, name) for name in _ENDPOINT_FIELDS})


def _with_secret(endpoint: Endpoint, secret: str) -> EndpointWithSecret:
    return EndpointWithSecret(**_endpoint_out(endpoint).model_dump(), secret=secret)


def _call_out(call: Call) -> CallOut:
    fields = {name: getattr(call, name) for name in _CALL_FIELDS}
    return CallOut(id=call.public_id, endpoint=call.endpoint.public_id if call.endpoint else None, **fields)
