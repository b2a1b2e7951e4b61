"""Where a mail provider reports to us."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from aftercare.engagement.messaging.models import MailConnection
from aftercare.engagement.messaging.providers import provider_called
from aftercare.engagement.messaging.queries import settings_of
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


def call_backs(connection: MailConnection, *, shows_password: bool) -> list[CallBack]:
    """The addresses of a connection in use; where calls are not signed a password stands in them, or its place."""
    try:
        told = settings_of(connection)
    except Refusal:
        return []
    scheme, _, rest = settings.SITE_URL.partition("://")
    found = []
    for name, webhook in provider_called(connection.provider).webhooks.items():
        is_signed = bool(webhook.signed_by and told.get(webhook.signed_by))
        pair = "" if is_signed else f"{_USER}:{told[PASSWORD] if shows_password else '…'}@"
        way = reverse("from_mail_provider", args=[connection.public_id, name])
        found.append(CallBack("both" if webhook.has_inbound else name, f"{scheme}://{pair}{rest}{way}", is_signed))
    return found
