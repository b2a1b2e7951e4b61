"""The API of what customers chose to hear, and of their browsers."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import customer_by_public_id, surviving
from aftercare.engagement.messaging.actions.choose import choose, end_pause, pause
from aftercare.engagement.messaging.holders import BY_CUSTOMER
from aftercare.engagement.messaging.preferences import choices_of, preferred_channel
from aftercare.engagement.messaging.queries import devices_kept, paused_until
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.schema import Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Messages"])
_CHOSEN = {"choices": [{"purpose": "service", "channel": "email", "granted": False}], "preferred": "email"}


class ChoiceShape(BaseModel):
    """Whether a purpose is wanted on a channel."""

    model_config = ConfigDict(extra="forbid")
    purpose: Annotated[str, Field(examples=["delivery"])]
    channel: Annotated[str, Field(examples=["sms"])]
    granted: bool


class ChoiceOut(ChoiceShape):
    """The same; `fixed` where law wants it said whatever they choose."""

    fixed: bool


class PreferencesIn(BaseModel):
    """What they chose; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    choices: Annotated[list[ChoiceShape], Field(max_length=100)] = []
    preferred: Annotated[Short | None, Field(description="The channel they want first; empty: no matter.")] = None
    paused: Annotated[bool | None, Field(description="Whether what can wait rests for thirty days.")] = None


class PreferencesOut(BaseModel):
    """What a customer hears, by which channels, and which first."""

    choices: list[ChoiceOut]
    preferred: str
    paused_until: datetime | None


class DeviceOut(BaseModel):
    """A browser that asked for notifications."""

    id: Annotated[str, Field(examples=["dev_2y2k6wp8r3c0ft9e"])]
    browser: Annotated[str, Field(examples=["Chrome, Android"])]
    added_at: datetime
    taken_at: Annotated[datetime | None, Field(description="When its push service last took something.")]
    ended_at: datetime | None
    ended_because: str


class Devices(BaseModel):
    """All of them, the latest first."""

    items: list[DeviceOut]


@router.get("/customers/{customer}/preferences", response=PreferencesOut)
@api_edge(Permission.CUSTOMERS_READ)
def read_preferences(request: ApiRequest, customer: PublicId) -> PreferencesOut:
    """What a customer chose to hear; channels that do not reach them are left out."""
    return _preferences(surviving(customer=customer_by_public_id(public_id=customer)))


@router.put("/customers/{customer}/preferences", response=PreferencesOut, openapi_extra=example_body(_CHOSEN))
@api_edge(Permission.CUSTOMERS_WRITE)
@idempotent
def set_preferences(request: ApiRequest, customer: PublicId, chosen: PreferencesIn) -> PreferencesOut:
    """As the customer said to you: each change is kept with its proof."""
    found, now = surviving(customer=customer_by_public_id(public_id=customer)), clock.now()
    granted = {f"{one.purpose}.{one.channel}": one.granted for one in chosen.choices}
    unknown = granted.keys() - {choice.name for choice in choices_of(customer=found) if not choice.is_fixed}
    if unknown:
        raise Invalid(f"'{min(unknown)}' is not theirs to choose.", field="choices")
    with transaction.atomic():
        choose(customer=found, granted=granted, preferred=chosen.preferred, now=now)
        if chosen.paused is not None:
            (pause if chosen.paused else end_pause)(customer=found, now=now)
    return _preferences(surviving(customer=customer_by_public_id(public_id=customer)))


@router.get("/customers/{customer}/devices", response=Devices)
@api_edge(Permission.CUSTOMERS_READ)
def list_devices(request: ApiRequest, customer: PublicId) -> Devices:
    """The browsers that asked for notifications, those that are gone too."""
    found = surviving(customer=customer_by_public_id(public_id=customer))
    return Devices(
        items=[
            DeviceOut(
                id=one.public_id, browser=one.browser, added_at=one.added_at, taken_at=one.taken_at,
                ended_at=one.ended_at, ended_because=one.ended_because,
            )
            for one in devices_kept(customer_id=found.pk)
        ]
    )  # fmt: skip


def _preferences(customer: Customer) -> PreferencesOut:
    return PreferencesOut(
        choices=[
            ChoiceOut(purpose=one.purpose.key, channel=one.channel, granted=one.granted, fixed=one.is_fixed)
            for one in choices_of(customer=customer)
        ],
        preferred=preferred_channel(customer=customer),
        paused_until=paused_until(customer_id=customer.pk, placed_by=BY_CUSTOMER, now=clock.now()),
    )
