"""A store that is connected to every mail provider, called over HTTP: what `mail_events` drives."""

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import Client

from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.calling_back import PASSWORD
from aftercare.engagement.messaging.models import ChannelConnection
from aftercare.engagement.messaging.providers import MailProvider, providers
from aftercare.engagement.messaging.queries import settings_of
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.scope import store_scope


class Intake:
    """Connections by provider, with secrets that the caller signs with."""

    def __init__(self, *, secret: str) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        self._secret = secret
        self._postal_key = generate_private_key(65537, 2048)
        self._client = Client(raise_request_exception=False)
        self._store = open_store(slug="mail-events", name="Mail", now=clock.now())
        self._connections: dict[str, ChannelConnection] = {}
        self._passwords: dict[str, str] = {}
        with store_scope(self._store.pk):
            for provider in providers().values():
                made = connect_provider(
                    store_id=self._store.pk, provider=provider.key, settings=self._told(provider), by="bench",
                    now=clock.now(),
                )  # fmt: skip
                self._connections[provider.key] = made
                self._passwords[provider.key] = settings_of(made)[PASSWORD]

    def has(self, provider: str, webhook: str) -> bool:
        known = providers().get(provider)
        return known is not None and webhook in known.webhooks

    def url(self, provider: str, webhook: str) -> str:
        return f"{settings.SITE_URL}{self._path(provider, webhook)}"

    def call(self, provider: str, webhook: str, signed: Any) -> tuple[int, str]:
        """The status, and what was said."""
        pair = b64encode(f"aftercare:{self._passwords[provider]}".encode()).decode()
        answer = self._client.post(
            self._path(provider, webhook), signed.body, signed.content_type,
            headers={"Authorization": f"Basic {pair}", **dict(signed.headers)},
        )  # fmt: skip
        told = answer.json() if "json" in answer["Content-Type"] else {}
        said = told.get("detail") or ", ".join(f"{name} {count}" for name, count in told.items())
        return answer.status_code, said

    def postal_signature(self, body: bytes) -> str:
        return b64encode(self._postal_key.sign(body, PKCS1v15(), SHA1())).decode()

    def _path(self, provider: str, webhook: str) -> str:
        return f"/hooks/mail/{self._connections[provider].public_id}/{webhook}/"

    def _told(self, provider: MailProvider) -> dict[str, str]:
        told = {
            setting.name: next(iter(setting.choices), "https://mail.example/" if setting.address else self._secret)
            for setting in provider.settings
        }
        if provider.key == "postal":
            public = self._postal_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            told["webhook_key"] = b64encode(public).decode()
        if provider.key == "sendgrid":
            told["tracking_webhook_verification_key"] = ""
        return told
