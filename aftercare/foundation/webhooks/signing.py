"""Signatures by Standard Webhooks: HMAC-SHA256 over id, time and body, with one or, while it is changed, two secrets."""

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from standardwebhooks import Webhook

from aftercare.foundation.kit.sealing import seal, unseal

_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Secrets:
    """An endpoint's secret, and the one before it for as long as both sign."""

    current: str
    previous: str = ""
    previous_until: datetime | None = None

    def sealed(self) -> str:
        """As it is stored."""
        until = self.previous_until.isoformat() if self.previous_until else None
        return seal({"current": self.current, "previous": self.previous, "previous_until": until})

    def signing(self, now: datetime) -> list[str]:
        """Those that sign now, the newest first."""
        if self.previous and self.previous_until and now < self.previous_until:
            return [self.current, self.previous]
        return [self.current]


def new_secret() -> str:
    """256 random bits in the notation of Standard Webhooks."""
    return _PREFIX + b64encode(secrets.token_bytes(32)).decode()


def opened(sealed: str) -> Secrets:
    """What was sealed; raises Unsealable where SECRET_KEY has been replaced."""
    kept: Mapping[str, Any] = unseal(sealed)
    until = kept["previous_until"]
    return Secrets(kept["current"], kept["previous"], datetime.fromisoformat(until) if until else None)


def signing_secret(store_id: int) -> str:
    """The store's secret for calls without an endpoint, derived from the installation's own so that nothing more must
    be kept."""
    key = hmac.digest(settings.SECRET_KEY.encode(), f"webhooks:{store_id}".encode(), hashlib.sha256)
    return _PREFIX + b64encode(key).decode()


def signed_headers(*, call_id: str, body: bytes, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The headers of a call; a signature for every secret, of which the receiver needs to know one."""
    signatures = [Webhook(secret).sign(call_id, now, body.decode()) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Aftercare-Webhooks/1",
        "webhook-id": call_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
