"""Messages shown again: made anew from what was kept with them, and compared with what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.engagement.messaging.channels import Claimed, channels
from aftercare.engagement.messaging.models import Message
from aftercare.foundation.kit.errors import NotFound


@dataclass(frozen=True)
class Shown:
    """A message as its medium carries it. `is_exact`: byte for byte what was sent; None where nothing was."""

    raw: bytes
    subject: str
    headers: list[tuple[str, str]]
    html: str
    text: str
    is_exact: bool | None
    problem: str = ""


def as_sent(message: Message, *, now: datetime) -> Shown:
    """The message as it went out, or, where it did not, as it would look; raises NotFound where its channel is gone."""
    if message.channel not in channels:
        raise NotFound(f"The channel '{message.channel}' is no longer installed.")
    claimed = _claimed(message, message.brand.look if message.brand else {}, now=now)
    prepared = channels[message.channel].prepare([claimed])[0]
    if prepared.problem:
        return Shown(b"", "", [], "", "", None, prepared.problem)
    parts = channels[message.channel].parts(prepared)
    return Shown(
        raw=prepared.payload.replace(b"\r\n..", b"\r\n."),  # SMTP doubles leading dots on the way only
        subject=prepared.subject,
        headers=list(parts.headers),
        html=parts.html,
        text=parts.text,
        is_exact=None if message.digest is None else bytes(message.digest) == prepared.digest,
    )


def all_as_sent(messages: Sequence[Message], *, now: datetime) -> list[Shown]:
    """The same for several."""
    return [as_sent(message, now=now) for message in messages]


def _claimed(message: Message, look: dict[str, str], *, now: datetime) -> Claimed:
    return Claimed(
        id=message.pk, public_id=message.public_id, store_id=message.store_id, customer_id=message.customer_id,
        order_id=message.order_id, shipment_id=message.shipment_id, message_type=message.message_type,
        legal_class=message.legal_class, origin=message.origin, template_id=message.template_id,
        recipient=message.recipient, recipient_name=message.recipient_name, context=message.context,
        look=look, attempts=message.attempts,
        sent_at=message.sent_at or now,
    )  # fmt: skip
