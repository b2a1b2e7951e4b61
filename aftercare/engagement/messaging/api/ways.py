"""The API of ways: by which channels messages go, and which comes when the first does not arrive."""

from typing import Annotated

from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.messaging.actions.ways import change_way
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.policy.ways import Leg
from aftercare.engagement.messaging.queries import ways_kept
from aftercare.engagement.messaging.ways import EVERY_TYPE, MOST_LEGS, legs_from
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid, NotFound
from aftercare.foundation.kit.schema import Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body

router = Router(tags=["Messages"])
_LEGS = [{"channel": "push", "minutes": 10}, {"channel": "sms", "minutes": 20}, {"channel": "email"}]


class LegShape(BaseModel):
    """One channel, and how many minutes it is given to show that the message arrived."""

    model_config = ConfigDict(extra="forbid")
    channel: Annotated[Text, Field(max_length=20, examples=["push"])]
    minutes: Annotated[int, Field(ge=0, le=10_080, examples=[10])] = 0


class WayIn(BaseModel):
    """The channels in their order; none: what holds for every type holds again."""

    model_config = ConfigDict(extra="forbid")
    message: Annotated[
        Text, Field(max_length=60, description="A message type; empty: every type.", examples=["delivered"])
    ] = ""
    legs: Annotated[list[LegShape], Field(max_length=MOST_LEGS)]


class WayOut(BaseModel):
    """By which channels a type goes; every type without its own where it names none."""

    message: Annotated[str, Field(examples=["delivered"])]
    legs: list[LegShape]


class Ways(BaseModel):
    """All that staff chose; without any, everything goes by e-mail."""

    items: list[WayOut]


class ChannelOut(BaseModel):
    """A way to carry messages."""

    channel: Annotated[str, Field(examples=["sms"])]
    label: Annotated[str, Field(examples=["Text message"])]
    providers: Annotated[list[str], Field(description="Who can carry it for a store.", examples=[["twilio"]])]


class Channels(BaseModel):
    """All there are."""

    items: list[ChannelOut]


@router.get("/message-channels", response=Channels)
@api_edge(Permission.MESSAGES_READ)
def list_message_channels(request: ApiRequest) -> Channels:
    """What a message can be sent by."""
    return Channels(
        items=[
            ChannelOut(channel=one.key, label=str(one.label), providers=list(one.providers())) for one in channels
        ]
    )  # fmt: skip


@router.get("/message-ways", response=Ways)
@api_edge(Permission.MESSAGES_READ)
def list_message_ways(request: ApiRequest) -> Ways:
    """By which channels messages go that are sent the best way."""
    return _ways()


@router.put("/message-ways", response=Ways, openapi_extra=example_body({"message": "delivered", "legs": _LEGS}))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def set_message_way(request: ApiRequest, way: WayIn) -> Ways:
    """From the next message on."""
    legs = [Leg(leg.channel, leg.minutes) for leg in way.legs]
    try:
        change_way(
            store_id=request.store.pk, message_type_key=way.message or EVERY_TYPE, legs=legs, by=request.who,
            now=clock.now(),
        )  # fmt: skip
    except NotFound as refusal:  # named in the body, not in the address
        raise Invalid(refusal.sentence, field=refusal.field, remedy=refusal.remedy) from None
    return _ways()


def _ways() -> Ways:
    return Ways(
        items=[
            WayOut(
                message=key, legs=[LegShape(channel=leg.channel, minutes=leg.minutes) for leg in legs_from(way.legs)]
            )
            for key, way in sorted(ways_kept().items())
        ]
    )
