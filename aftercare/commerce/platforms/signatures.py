"""Whether a message is genuine: signatures over its raw bytes, compared in constant time."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.commerce.platforms.errors import NotSigned, Stale

TOLERANCE = timedelta(minutes=5)
_SHORTEST_SECRET = 16


def secrets_of(settings: Mapping[str, Any], *, now: datetime) -> list[str]:
    """The secrets that sign at present: the current one and, for a while after a rotation, the one before."""
    previous, until = settings.get("previous_secret", ""), settings.get("previous_until", "")
    is_accepted = previous and until and now < datetime.fromisoformat(until)
    return [settings["secret"], previous] if is_accepted else [settings["secret"]]


def check_hmac(*, body: bytes, given: str, secrets: Sequence[str], header: str) -> None:
    """HMAC-SHA256 of the body in base64, keyed with the secret as text (Shopify, WooCommerce); raises NotSigned."""
    expected = [b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)) for secret in secrets]
    if not _is_any(given.encode(errors="replace"), expected):
        raise _no_match(header)


def check_standard(*, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """Standard Webhooks 1.0, scheme v1; raises NotSigned, and Stale more than five minutes from `now`."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    try:
        sent_at = datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotSigned(
            "The message is not signed.",
            field="webhook-timestamp",
            remedy="Send webhook-id, webhook-timestamp (seconds) and webhook-signature as Standard Webhooks describes.",
        ) from None
    content = f"{message_id}.{timestamp}.".encode(errors="replace") + body
    expected = [b"v1," + b64encode(hmac.digest(key_of(secret), content, hashlib.sha256)) for secret in secrets]
    given = headers.get("webhook-signature", "").encode(errors="replace").split()
    if not message_id or not any(_is_any(signature, expected) for signature in given):
        raise _no_match("webhook-signature")
    if abs(now - sent_at) > TOLERANCE:
        raise Stale(
            "The signature is older or newer than five minutes.",
            field="webhook-timestamp",
            remedy="Sign when sending, and set the sender's clock.",
        )


def key_of(secret: str) -> bytes:
    """The bytes of a secret such as whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw; raises ValueError."""
    return b64decode(secret.removeprefix("whsec_"), validate=True)


def is_key(secret: str) -> bool:
    """Whether it is base64 of enough bytes."""
    try:
        return len(key_of(secret)) >= _SHORTEST_SECRET
    except ValueError:
        return False


def _is_any(given: bytes, expected: Sequence[bytes]) -> bool:
    return any(hmac.compare_digest(given, one) for one in expected)


def _no_match(header: str) -> NotSigned:
    return NotSigned("No signature fits the message.", field=header, remedy="Check the secret on both sides.")
