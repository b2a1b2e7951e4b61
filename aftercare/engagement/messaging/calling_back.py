"""Where a provider reports to us."""

from dataclasses import dataclass

from django.conf import settings as installation
from django.urls import reverse

from aftercare.engagement.messaging.channels import MAIL
from aftercare.engagement.messaging.models import ChannelConnection
from aftercare.engagement.messaging.providing import SHARED_SECRET
from aftercare.engagement.messaging.queries import provider_of, settings_of
from aftercare.foundation.kit.errors import Refusal

# The name of the setting that holds what a provider without signatures proves itself by.
PASSWORD = "webhook_password"  # noqa: S105
_USER = "aftercare"


@dataclass(frozen=True, slots=True)
class CallBack:
    """One address to enter at the provider; `takes` is what it sends there: `tracking`, `inbound`, or `both`."""

    takes: str
    url: str
    is_signed: bool


def call_backs(connection: ChannelConnection, *, shows_password: bool) -> list[CallBack]:
    """The addresses of a connection in use; where calls are not signed a password stands in them, or its place."""
    try:
        told = settings_of(connection)
    except Refusal:
        return []
    scheme, _, rest = installation.SITE_URL.partition("://")
    found = []
    for name, webhook in provider_of(connection).webhooks.items():
        is_signed = bool(webhook.signed_by and told.get(webhook.signed_by))
        pair = "" if is_signed else f"{_USER}:{told[PASSWORD] if shows_password else '…'}@"
        way = call_back_path(connection, name)
        found.append(CallBack("both" if webhook.has_inbound else name, f"{scheme}://{pair}{rest}{way}", is_signed))
    return found


def shared_secret(connection: ChannelConnection) -> str:
    """What both sides sign with, where it was made here; empty where there is none."""
    try:
        return str(settings_of(connection).get(SHARED_SECRET, ""))
    except Refusal:
        return ""


def call_back_path(connection: ChannelConnection, webhook: str) -> str:
    """Where a provider of this connection calls, within the installation."""
    return _path(connection.public_id, connection.channel, webhook)


def call_back_url(*, connection_id: str, channel: str, webhook: str) -> str:
    """The whole address: for providers that are told it with every message."""
    return installation.SITE_URL + _path(connection_id, channel, webhook)


def _path(connection_id: str, channel: str, webhook: str) -> str:
    name = "from_mail_provider" if channel == MAIL else "from_provider"
    return reverse(name, args=[connection_id, webhook])
