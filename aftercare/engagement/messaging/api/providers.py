"""The API of providers: who can send a channel's messages, who does, and where they report."""

from datetime import datetime
from typing import Annotated

from ninja import Router, Status
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.messaging.actions.connections import (
    change_connection,
    connect_provider,
    disconnect_provider,
    send_by_connection,
    send_by_relay,
)
from aftercare.engagement.messaging.calling_back import call_backs, shared_secret
from aftercare.engagement.messaging.channels import MAIL, channels
from aftercare.engagement.messaging.models import ChannelConnection
from aftercare.engagement.messaging.providing import Provider, Setting
from aftercare.engagement.messaging.queries import (
    channel_connection_by_public_id,
    channel_connections,
    provider_of,
)
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.schema import Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.parameters import PublicId
from aftercare.foundation.web.set_up import SettingOut, SettingsIn, names_settings

router = Router(tags=["Connections"])

ReplyDomain = Annotated[
    Text, Field(max_length=200, description="If all its mail comes to this provider: customers answer there.")
]
_NEW = {"provider": "postmark", "settings": {"server_token": "6f1d2c0b-9a8e-7f6d-5c4b-3a2918070605"}}
_OTHER = {"settings": {"server_token": "0a9b8c7d-6e5f-4a3b-2c1d-0e9f8a7b6c5d"}}


class ProviderOut(BaseModel):
    """A provider that can be connected to carry a channel's messages."""

    channel: Annotated[str, Field(examples=["email"])]
    provider: Annotated[str, Field(examples=["postmark"])]
    label: Annotated[str, Field(examples=["Postmark"])]
    where: Annotated[str, Field(description="Where its keys are found.")]
    settings: Annotated[list[SettingOut], Field(description="What it must be told.")]
    can_send: Annotated[bool, Field(description="Else it only takes in what arrives.", examples=[True])]
    takes_replies: Annotated[bool, Field(examples=[True])]


class Providers(BaseModel):
    """All of them."""

    items: list[ProviderOut]


class ChannelConnectionIn(BaseModel):
    """A provider to be connected; it sends the store's messages on this channel from then on."""

    model_config = ConfigDict(extra="forbid")
    channel: Annotated[Text, Field(max_length=20, examples=["email"])] = MAIL
    provider: Annotated[Text, Field(max_length=40, examples=["postmark"])]
    settings: SettingsIn
    reply_domain: ReplyDomain = ""


class ChannelSettingsIn(BaseModel):
    """Other settings. A secret that is left out stays."""

    model_config = ConfigDict(extra="forbid")
    settings: SettingsIn
    reply_domain: ReplyDomain = ""


class CallBackOut(BaseModel):
    """An address to enter at the provider."""

    takes: Annotated[str, Field(description="`tracking`, `inbound` or `both`.", examples=["tracking"])]
    url: Annotated[
        str,
        Field(
            description="Where its calls are not signed, the password in it is shown in answers to writes only.",
            examples=["https://aftercare:…@care.example.com/hooks/mail/mcn_7d0xk2m9qv4t8r1n/tracking/"],
        ),
    ]
    is_signed: bool


class ChannelConnectionOut(BaseModel):
    """A provider that sends the store's messages, or has and still reports. Its secrets are told to nobody."""

    id: Annotated[str, Field(examples=["mcn_7d0xk2m9qv4t8r1n"])]
    channel: Annotated[str, Field(examples=["email"])]
    provider: Annotated[str, Field(examples=["postmark"])]
    state: ChannelConnection.State
    reply_domain: Annotated[str, Field(examples=[""])]
    connected_at: datetime
    heard: Annotated[int, Field(description="Events and mails that were taken in.")]
    last_heard_at: datetime | None
    refused: Annotated[int, Field(description="Calls that were turned away.")]
    last_refusal: str
    last_refused_at: datetime | None
    trouble: Annotated[str, Field(description="Why it takes nothing at present.")]
    trouble_since: datetime | None
    call_backs: list[CallBackOut]
    secret: Annotated[
        str, Field(description="What both sides sign with; in answers to writes only.", examples=["whsec_…"])
    ]


class ChannelConnections(BaseModel):
    """All of them, who sends first. Where none sends, the installation's relay does."""

    items: list[ChannelConnectionOut]


_SAME = tuple(ChannelConnectionOut.model_fields.keys() - {"id", "call_backs", "secret"})


@router.get("/channel-providers", response=Providers)
@api_edge(Permission.SETTINGS_READ)
def list_channel_providers(request: ApiRequest) -> Providers:
    """By whom each channel's messages can be sent, and what each must be told."""
    return Providers(
        items=[_provider_out(channel.key, one) for channel in channels for one in channel.providers().values()]
    )


@router.get("/channel-connections", response=ChannelConnections)
@api_edge(Permission.SETTINGS_READ)
def list_channel_connections(request: ApiRequest) -> ChannelConnections:
    """Everybody who sends, or sent, the store's messages."""
    return ChannelConnections(items=[_connection_out(one) for one in channel_connections()])


@router.post("/channel-connections", response={201: ChannelConnectionOut}, openapi_extra=example_body(_NEW))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def add_channel_connection(request: ApiRequest, connection: ChannelConnectionIn) -> Status[ChannelConnectionOut]:
    """Send the store's messages by this provider from now on; whoever sent until now goes on reporting."""
    if connection.channel not in channels:
        raise Invalid("There is no such channel.", field="channel", remedy=", ".join(channels.keys()))
    known = channels[connection.channel].providers()
    if connection.provider not in known:
        raise Invalid("There is no such provider.", field="provider", remedy=", ".join(known))
    with names_settings(_names(known[connection.provider])):
        made = connect_provider(
            store_id=request.store.pk, channel=connection.channel, provider=connection.provider, settings=connection.settings,
            reply_domain=connection.reply_domain, by=request.who, now=clock.now(),
        )  # fmt: skip
    return Status(201, _connection_out(made, shows_password=True))


@router.post("/channel-connections/relay", response=ChannelConnections)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def send_mail_by_relay(request: ApiRequest) -> ChannelConnections:
    """Send by the installation's relay again; providers go on reporting of what they sent."""
    send_by_relay(store_id=request.store.pk, by=request.who, now=clock.now())
    return ChannelConnections(items=[_connection_out(one) for one in channel_connections()])


@router.get("/channel-connections/{channel_connection}", response=ChannelConnectionOut)
@api_edge(Permission.SETTINGS_READ)
def read_channel_connection(request: ApiRequest, channel_connection: PublicId) -> ChannelConnectionOut:
    """A connected provider."""
    return _connection_out(channel_connection_by_public_id(public_id=channel_connection))


@router.put(
    "/channel-connections/{channel_connection}", response=ChannelConnectionOut, openapi_extra=example_body(_OTHER)
)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def change_channel_connection(
    request: ApiRequest, channel_connection: PublicId, change: ChannelSettingsIn
) -> ChannelConnectionOut:
    """Other settings."""
    found = channel_connection_by_public_id(public_id=channel_connection)
    with names_settings(_names(provider_of(found))):
        change_connection(
            connection=found, settings=change.settings, reply_domain=change.reply_domain, by=request.who,
            now=clock.now(),
        )  # fmt: skip
    return _connection_out(found, shows_password=True)


@router.post("/channel-connections/{channel_connection}/choose", response=ChannelConnectionOut)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def choose_channel_connection(request: ApiRequest, channel_connection: PublicId) -> ChannelConnectionOut:
    """Send by this one from now on; what waits in the outbox goes by it too."""
    found = channel_connection_by_public_id(public_id=channel_connection)
    send_by_connection(connection=found, by=request.who, now=clock.now())
    return _connection_out(found, shows_password=True)


@router.delete("/channel-connections/{channel_connection}", response=ChannelConnectionOut)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def end_channel_connection(request: ApiRequest, channel_connection: PublicId) -> ChannelConnectionOut:
    """Forget its secrets: it sends nothing more, and what it reports is turned away. What it told us stays."""
    found = channel_connection_by_public_id(public_id=channel_connection)
    if found.state != ChannelConnection.State.ENDED:
        disconnect_provider(connection=found, by=request.who, now=clock.now())
    return _connection_out(found)


def _names(provider: Provider) -> set[str]:
    return {setting.name for setting in provider.settings}


def _provider_out(channel: str, provider: Provider) -> ProviderOut:
    return ProviderOut(
        channel=channel, provider=provider.key, label=str(provider.label), where=str(provider.where),
        can_send=provider.can_send,
        takes_replies=provider.takes_replies, settings=[_setting_out(setting) for setting in provider.settings],
    )  # fmt: skip


def _setting_out(setting: Setting) -> SettingOut:
    return SettingOut(
        name=setting.name, label=str(setting.label), help=str(setting.help), is_required=not setting.optional,
        choices=list(setting.choices),
    )  # fmt: skip


def _connection_out(connection: ChannelConnection, *, shows_password: bool = False) -> ChannelConnectionOut:
    addresses = call_backs(connection, shows_password=shows_password)
    return ChannelConnectionOut(
        id=connection.public_id,
        secret=shared_secret(connection) if shows_password else "",
        call_backs=[CallBackOut(takes=one.takes, url=one.url, is_signed=one.is_signed) for one in addresses],
        **{name: getattr(connection, name) for name in _SAME},
    )
