"""The API of mail providers: who can send the store's mail, who does, and where they report."""

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
from aftercare.engagement.messaging.calling_back import call_backs
from aftercare.engagement.messaging.models import MailConnection
from aftercare.engagement.messaging.providers import Provider, Setting, provider_called, providers
from aftercare.engagement.messaging.queries import mail_connection_by_public_id, mail_connections
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
    """A mail provider that can be connected."""

    provider: Annotated[str, Field(examples=["postmark"])]
    label: Annotated[str, Field(examples=["Postmark"])]
    where: Annotated[str, Field(description="Where its keys are found.")]
    settings: Annotated[list[SettingOut], Field(description="What it must be told.")]
    can_send: Annotated[bool, Field(description="Else it only takes in what arrives.", examples=[True])]
    takes_replies: Annotated[bool, Field(examples=[True])]


class Providers(BaseModel):
    """All of them."""

    items: list[ProviderOut]


class MailConnectionIn(BaseModel):
    """A provider to be connected; it sends the store's mail from then on."""

    model_config = ConfigDict(extra="forbid")
    provider: Annotated[Text, Field(max_length=40, examples=["postmark"])]
    settings: SettingsIn
    reply_domain: ReplyDomain = ""


class MailSettingsIn(BaseModel):
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


class MailConnectionOut(BaseModel):
    """A provider that sends the store's mail, or has and still reports. Its secrets are told to nobody."""

    id: Annotated[str, Field(examples=["mcn_7d0xk2m9qv4t8r1n"])]
    provider: Annotated[str, Field(examples=["postmark"])]
    state: MailConnection.State
    reply_domain: Annotated[str, Field(examples=[""])]
    connected_at: datetime
    heard: Annotated[int, Field(description="Events and mails that were taken in.")]
    last_heard_at: datetime | None
    refused: Annotated[int, Field(description="Calls that were turned away.")]
    last_refusal: str
    last_refused_at: datetime | None
    trouble: Annotated[str, Field(description="Why it takes no mail at present.")]
    trouble_since: datetime | None
    call_backs: list[CallBackOut]


class MailConnections(BaseModel):
    """All of them, who sends first. Where none sends, the installation's relay does."""

    items: list[MailConnectionOut]


_SAME = tuple(MailConnectionOut.model_fields.keys() - {"id", "call_backs"})


@router.get("/mail-providers", response=Providers)
@api_edge(Permission.SETTINGS_READ)
def list_mail_providers(request: ApiRequest) -> Providers:
    """By whom mail can be sent, and what each must be told."""
    return Providers(items=[_provider_out(one) for one in providers().values()])


@router.get("/mail-connections", response=MailConnections)
@api_edge(Permission.SETTINGS_READ)
def list_mail_connections(request: ApiRequest) -> MailConnections:
    """Everybody who sends, or sent, the store's mail."""
    return MailConnections(items=[_connection_out(one) for one in mail_connections()])


@router.post("/mail-connections", response={201: MailConnectionOut}, openapi_extra=example_body(_NEW))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def add_mail_connection(request: ApiRequest, connection: MailConnectionIn) -> Status[MailConnectionOut]:
    """Send the store's mail by this provider from now on; whoever sent until now goes on reporting."""
    if connection.provider not in providers():
        raise Invalid("There is no such provider.", field="provider", remedy=", ".join(providers()))
    with names_settings(_names(provider_called(connection.provider))):
        made = connect_provider(
            store_id=request.store.pk, provider=connection.provider, settings=connection.settings,
            reply_domain=connection.reply_domain, by=request.who, now=clock.now(),
        )  # fmt: skip
    return Status(201, _connection_out(made, shows_password=True))


@router.post("/mail-connections/relay", response=MailConnections)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def send_mail_by_relay(request: ApiRequest) -> MailConnections:
    """Send by the installation's relay again; providers go on reporting of what they sent."""
    send_by_relay(store_id=request.store.pk, by=request.who, now=clock.now())
    return MailConnections(items=[_connection_out(one) for one in mail_connections()])


@router.get("/mail-connections/{mail_connection}", response=MailConnectionOut)
@api_edge(Permission.SETTINGS_READ)
def read_mail_connection(request: ApiRequest, mail_connection: PublicId) -> MailConnectionOut:
    """A connected provider."""
    return _connection_out(mail_connection_by_public_id(public_id=mail_connection))


@router.put("/mail-connections/{mail_connection}", response=MailConnectionOut, openapi_extra=example_body(_OTHER))
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def change_mail_connection(request: ApiRequest, mail_connection: PublicId, change: MailSettingsIn) -> MailConnectionOut:
    """Other settings."""
    found = mail_connection_by_public_id(public_id=mail_connection)
    with names_settings(_names(provider_called(found.provider))):
        change_connection(
            connection=found, settings=change.settings, reply_domain=change.reply_domain, by=request.who,
            now=clock.now(),
        )  # fmt: skip
    return _connection_out(found, shows_password=True)


@router.post("/mail-connections/{mail_connection}/choose", response=MailConnectionOut)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def choose_mail_connection(request: ApiRequest, mail_connection: PublicId) -> MailConnectionOut:
    """Send by this one from now on; what waits in the outbox goes by it too."""
    found = mail_connection_by_public_id(public_id=mail_connection)
    send_by_connection(connection=found, by=request.who, now=clock.now())
    return _connection_out(found, shows_password=True)


@router.delete("/mail-connections/{mail_connection}", response=MailConnectionOut)
@api_edge(Permission.SETTINGS_WRITE)
@idempotent
def end_mail_connection(request: ApiRequest, mail_connection: PublicId) -> MailConnectionOut:
    """Forget its secrets: it sends nothing more, and what it reports is turned away. What it told us stays."""
    found = mail_connection_by_public_id(public_id=mail_connection)
    if found.state != MailConnection.State.ENDED:
        disconnect_provider(connection=found, by=request.who, now=clock.now())
    return _connection_out(found)


def _names(provider: Provider) -> set[str]:
    return {setting.name for setting in provider.settings}


def _provider_out(provider: Provider) -> ProviderOut:
    return ProviderOut(
        provider=provider.key, label=provider.label, where=str(provider.where), can_send=bool(provider.backend),
        takes_replies=provider.takes_replies, settings=[_setting_out(setting) for setting in provider.settings],
    )  # fmt: skip


def _setting_out(setting: Setting) -> SettingOut:
    return SettingOut(
        name=setting.name, label=setting.label, help=setting.help, is_required=not setting.optional,
        choices=list(setting.choices),
    )  # fmt: skip


def _connection_out(connection: MailConnection, *, shows_password: bool = False) -> MailConnectionOut:
    addresses = call_backs(connection, shows_password=shows_password)
    return MailConnectionOut(
        id=connection.public_id,
        call_backs=[CallBackOut(takes=one.takes, url=one.url, is_signed=one.is_signed) for one in addresses],
        **{name: getattr(connection, name) for name in _SAME},
    )
