"""Connecting shops by program: what can be connected, what is, other secrets, and letting go."""

from datetime import datetime
from typing import Annotated

from django.conf import settings as installation
from django.urls import reverse
from ninja import Status
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.platforms.actions import check_access, connect_shop, disconnect_shop, rotate_secret
from aftercare.commerce.platforms.api.router import router
from aftercare.commerce.platforms.connectors import FetchesPages, registry
from aftercare.commerce.platforms.models import Connection
from aftercare.commerce.platforms.queries import connection_by_public_id, connections_of_store
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.schema import Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.batches import Source
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.parameters import PublicId
from aftercare.foundation.web.set_up import SettingOut, SettingsIn, names_settings, settings_asked

_NEW = {
    "platform": "woocommerce",
    "source": "oak",
    "settings": {"shop": "https://juniper-oak.example", "secret": "6f1d2c0b9a8e7f6d5c4b3a29"},
}
_OTHER = {"secret": "0a9b8c7d6e5f4a3b2c1d0e9f", "has_leaked": False}


class PlatformOut(BaseModel):
    """A kind of shop that can be connected."""

    platform: Annotated[str, Field(examples=["woocommerce"])]
    label: Annotated[str, Field(examples=["WooCommerce"])]
    settings: Annotated[list[SettingOut], Field(description="What it must be told.")]
    topics: Annotated[list[str], Field(description="What the shop is to tell of.", examples=[["order.created"]])]
    has_history: Annotated[bool, Field(description="Whether what was before can be fetched.", examples=[True])]


class Platforms(BaseModel):
    """All of them."""

    items: list[PlatformOut]


class ConnectionIn(BaseModel):
    """A shop to be connected."""

    model_config = ConfigDict(extra="forbid")
    platform: Annotated[Text, Field(max_length=40, examples=["woocommerce"])]
    source: Source
    settings: SettingsIn


class SecretIn(BaseModel):
    """What the shop signs with from now on."""

    model_config = ConfigDict(extra="forbid")
    secret: Annotated[Text, Field(min_length=1, max_length=200)]
    has_leaked: Annotated[bool, Field(description="Refuse the old one at once; else both open for three days.")] = False


class ConnectionOut(BaseModel):
    """A shop that tells us what happens there. Its secrets are told to nobody."""

    id: Annotated[str, Field(examples=["con_3n8w0dq5t1v7x2zb"])]
    platform: Annotated[str, Field(examples=["shopify"])]
    source: Annotated[str, Field(description="The name under which its ids are kept.", examples=["shop"])]
    address: Annotated[
        str,
        Field(
            description="Where the shop is to send.",
            examples=["https://care.example.com/hooks/shops/con_3n8w0dq5t1v7x2zb/"],
        ),
    ]
    state: Connection.State
    ending: Annotated[str, Field(description="Why it ended.")]
    connected_at: datetime
    last_received_at: datetime | None
    waiting: Annotated[int, Field(description="What came in and is not worked off yet.")]
    parked: Annotated[int, Field(description="What needs a person.")]
    worked_off: Annotated[int, Field(examples=[1042])]
    refused: Annotated[int, Field(description="Calls that were turned away.")]
    last_refusal: str
    last_refused_at: datetime | None


class Connections(BaseModel):
    """All of them: a store has a few."""

    items: list[ConnectionOut]


class Access(BaseModel):
    """Whether the shop answers when it is asked, and what stands in the way."""

    answers: Annotated[bool, Field(examples=[True])]
    problem: Annotated[str, Field(description="Empty where it answers.", examples=[""])]


_SAME = tuple(ConnectionOut.model_fields.keys() - {"id", "address"})


@router.get("/platforms", response=Platforms)
@api_edge(Permission.SETTINGS_READ)
def list_platforms(request: ApiRequest) -> Platforms:
    """Which kinds of shops can be connected, and what each must be told."""
    return Platforms(items=[
        PlatformOut(
            platform=one.key, label=str(one.label), settings=settings_asked(one.SettingsForm), topics=list(one.topics),
            has_history=isinstance(one, FetchesPages),
        )
        for one in registry
    ])  # fmt: skip


@router.get("/connections", response=Connections)
@api_edge(Permission.SETTINGS_READ)
def list_connections(request: ApiRequest) -> Connections:
    """Every shop that is or was connected, those in use first."""
    return Connections(items=[_connection_out(one) for one in connections_of_store()])


@router.post("/connections", response={201: ConnectionOut}, openapi_extra=example_body(_NEW))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def add_connection(request: ApiRequest, connection: ConnectionIn) -> Status[ConnectionOut]:
    """Connect a shop; `address` in the answer is where it is to send."""
    if connection.platform not in registry:
        raise Invalid("There is no such platform.", field="platform", remedy=", ".join(registry.keys()))
    with names_settings(registry[connection.platform].SettingsForm.base_fields):
        made = connect_shop(
            store_id=request.store.pk, platform=connection.platform, source=connection.source,
            settings=connection.settings, by=request.who, now=clock.now(),
        )  # fmt: skip
    return Status(201, _as_it_stands(made.public_id))


@router.get("/connections/{connection}", response=ConnectionOut)
@api_edge(Permission.SETTINGS_READ)
def read_connection(request: ApiRequest, connection: PublicId) -> ConnectionOut:
    """A connected shop."""
    return _as_it_stands(connection)


@router.delete("/connections/{connection}", response=ConnectionOut)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def end_connection(request: ApiRequest, connection: PublicId) -> ConnectionOut:
    """Forget its secrets and turn away what it sends. What it told us stays."""
    found = connection_by_public_id(public_id=connection)
    if found.state != Connection.State.ENDED:
        disconnect_shop(connection=found, by=request.who, now=clock.now())
    return _as_it_stands(connection)


@router.put("/connections/{connection}/secret", response=ConnectionOut, openapi_extra=example_body(_OTHER))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def change_connection_secret(request: ApiRequest, connection: PublicId, change: SecretIn) -> ConnectionOut:
    """Take what is signed with another secret from now on."""
    rotate_secret(
        connection=connection_by_public_id(public_id=connection), secret=change.secret,
        keep_previous=not change.has_leaked, by=request.who, now=clock.now(),
    )  # fmt: skip
    return _as_it_stands(connection)


@router.post("/connections/{connection}/test", response=Access)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def test_connection(request: ApiRequest, connection: PublicId) -> Access:
    """Ask the shop for one page, to see whether it answers."""
    found = connection_by_public_id(public_id=connection)
    try:
        check_access(connection=found)
    except Refusal as refusal:
        return Access(answers=False, problem=f"{refusal.sentence} {refusal.remedy}".strip())
    return Access(answers=True, problem="")


def _as_it_stands(public_id: str) -> ConnectionOut:
    return _connection_out(connection_by_public_id(public_id=public_id))


def _connection_out(connection: Connection) -> ConnectionOut:
    address = installation.SITE_URL + reverse("from_shop", args=[connection.public_id])
    return ConnectionOut(
        id=connection.public_id, address=address, **{name: getattr(connection, name) for name in _SAME}
    )  # fmt: skip
