"""A store that sends by a provider, and the provider's calls to us."""

from base64 import b64encode
from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client

from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.calling_back import PASSWORD
from aftercare.engagement.messaging.models import ChannelConnection
from aftercare.engagement.messaging.queries import settings_of
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW

SETTINGS: dict[str, dict[str, str]] = {
    "postmark": {"server_token": "a-server-token"},
    "sendgrid": {"api_key": "SG.key"},
    "mailgun": {"api_key": "key-1", "webhook_signing_key": "signing-key"},
    "brevo": {"api_key": "key"},
    "sparkpost": {"api_key": "key"},
    "relay": {},
}


def connect(store: Store, provider: str = "postmark", **told: Any) -> ChannelConnection:
    """By staff, with all that the provider must be told."""
    with store_scope(store.pk):
        return connect_provider(
            store_id=store.pk, provider=provider, settings=SETTINGS[provider], by="staff:usr_olga", now=NOW, **told
        )


def call(
    connection: ChannelConnection, event: Any, *, webhook: str = "tracking", password: str | None = None,
    content_type: str = "application/json", query: str = "",
) -> HttpResponse:  # fmt: skip
    """The provider calls; bytes go as they are, anything else as JSON. With our password unless told another."""
    with store_scope(connection.store_id):
        known = settings_of(connection)[PASSWORD]
    pair = b64encode(f"aftercare:{known if password is None else password}".encode()).decode()
    body = event if isinstance(event, bytes) else orjson.dumps(event)
    return Client().post(
        f"/hooks/mail/{connection.public_id}/{webhook}/{query}", body, content_type,
        headers={"Authorization": f"Basic {pair}"} if password != "" else {},
    )  # fmt: skip


def bounced(public_id: str, *, kind: str = "HardBounce", number: int = 1, at: str = "2026-11-22T09:59:00Z") -> Any:
    """As Postmark documents it."""
    return {
        "RecordType": "Bounce", "ID": number, "Type": kind, "Email": "sam@example.com", "BouncedAt": at,
        "Description": "The server was unable to deliver your message.", "MessageID": "id-1",
        "Details": "smtp;550 5.1.1 no such user" if kind == "HardBounce" else "smtp;452 4.2.2 mailbox full",
        "Metadata": {"message_id": public_id},
    }  # fmt: skip


def told(record: str, public_id: str, **more: Any) -> Any:
    """Any other event, as Postmark documents it."""
    return {
        "RecordType": record, "MessageID": "id-1", "Recipient": "sam@example.com", "Metadata": {"message_id": public_id},
        "DeliveredAt": "2026-11-22T09:59:00Z", "ReceivedAt": "2026-11-22T09:59:00Z", **more,
    }  # fmt: skip


def complained(public_id: str) -> Any:
    """Reported as spam."""
    return {
        "RecordType": "SpamComplaint", "ID": 7, "Type": "SpamComplaint", "Email": "sam@example.com",
        "BouncedAt": "2026-11-22T09:59:00Z", "Description": "", "Details": "Reported as spam", "MessageID": "id-1",
        "Metadata": {"message_id": public_id},
    }  # fmt: skip


def unsubscribed(public_id: str) -> Any:
    """Unsubscribed at the provider."""
    return told(
        "SubscriptionChange", public_id, SuppressSending=True, SuppressionReason="ManualSuppression", Origin="Recipient",
        ChangedAt="2026-11-22T09:59:00Z",
    )  # fmt: skip
