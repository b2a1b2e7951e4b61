"""What messages pushed by carriers have in common: a signature or token, JSON, and times that may lack a zone."""

import hmac
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Any, TypeVar

import orjson
from pydantic import BeforeValidator, ConfigDict, ValidationError
from standardwebhooks import Webhook

from aftercare.commerce.shipments.errors import NotSigned, Unreadable
from aftercare.foundation.kit.schema import Incoming, Text

TOLERANCE = timedelta(minutes=5)
_LARGEST = 4_000_000
_SHORTEST_SECRET = 16

Message = TypeVar("Message", bound=Incoming)

# Others leave out what they do not know by null, by an empty text, or altogether.
Said = Annotated[Text, BeforeValidator(lambda value: "" if value is None else value)]
SaidAt = Annotated[datetime | None, BeforeValidator(lambda value: value or None)]


class Pushed(Incoming):
    """A message whose shape is its sender's: they add fields whenever they like, and those are passed over."""

    model_config = ConfigDict(extra="ignore")


def check_token(*, given: str, expected: str, field: str) -> None:
    """Raises NotSigned unless the token, or signature, is the expected one; in constant time."""
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotSigned("The message does not show whose it is.", field=field, remedy="Check the secret on both sides.")


def check_recent(*, sent_at: datetime, now: datetime, field: str) -> None:
    """Raises NotSigned unless a message was signed within the last (or next) five minutes."""
    if abs(now - sent_at) > TOLERANCE:
        raise NotSigned(
            "The signature is older or newer than five minutes.",
            field=field,
            remedy="Sign when sending, and set the sender's clock.",
        )


def check_signature(*, body: bytes, headers: Mapping[str, str], secret: str, now: datetime) -> None:
    """Standard Webhooks: raises NotSigned unless one signature fits the bytes and its time is within five minutes.

    The library makes the signature; the time is judged here because it would read the system's clock. An old message
    sent again is harmless even within that time: scans are known by their content.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    try:
        sent_at = datetime.fromtimestamp(int(timestamp), UTC)
        expected = Webhook(secret).sign(message_id, sent_at, body.decode()).encode()
    except (ValueError, OverflowError, OSError):
        raise NotSigned(
            "The message is not signed.",
            remedy="Send webhook-id, webhook-timestamp (seconds) and webhook-signature as Standard Webhooks describes.",
        ) from None
    check_recent(sent_at=sent_at, now=now, field="webhook-timestamp")
    given = headers.get("webhook-signature", "").encode().split()
    if not any(hmac.compare_digest(expected, signature) for signature in given):
        raise NotSigned(
            "No signature fits the message.", field="webhook-signature", remedy="Check the secret on both sides."
        )


def sign(*, body: bytes, secret: str, message_id: str, now: datetime) -> dict[str, str]:
    """The headers a signed message carries."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now.astimezone(UTC), body.decode()),
    }


def is_secret(secret: str) -> bool:
    """Whether it is base64 (with or without "whsec_") of enough bytes; the library alone would take almost anything."""
    try:
        return len(b64decode(secret.removeprefix("whsec_"), validate=True)) >= _SHORTEST_SECRET
    except ValueError:
        return False


def read_json(body: bytes) -> Any:
    """The JSON in a body; raises Unreadable."""
    if len(body) > _LARGEST:
        raise Unreadable("The message is larger than 4 MB.", remedy="Send fewer updates at once.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"The message is not JSON: {error}.", remedy="Send UTF-8 JSON.") from None


def parse(message: type[Message], data: Any) -> Message:
    """Data in the shape a carrier documents; raises Unreadable naming the first field that is not."""
    try:
        return message.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Unreadable(
            first["msg"], field=field_path(first["loc"]), remedy="See docs/howto/carrier.md for the fields."
        ) from None


def field_path(location: tuple[int | str, ...]) -> str:
    """As the sender would write it: `updates[0].scans[2].at`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def in_zone(at: datetime, zone: tzinfo) -> tuple[datetime, bool]:
    """A time as an instant, and whether its zone was known or had to be taken from `zone`."""
    if at.tzinfo is not None:
        return at, True
    return at.replace(tzinfo=zone), False
