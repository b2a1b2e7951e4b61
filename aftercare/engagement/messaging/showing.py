"""Messages shown again: made anew from what was kept with them, and compared with what was sent."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

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
    raw = prepared.payload.replace(b"\r\n..", b"\r\n.")  # SMTP doubles leading dots on the way only
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return Shown(
        raw=raw,
        subject=prepared.subject,
        headers=[(name, str(value)) for name, value in mail.items()],
        html=_part(mail, "html"),
        text=_part(mail, "plain"),
        is_exact=None if message.digest is None else bytes(message.digest) == prepared.digest,
    )


def _claimed(message: Message, look: dict[str, str], *, now: datetime) -> Claimed:
    return Claimed(
        id=message.pk, public_id=message.public_id, store_id=message.store_id, customer_id=message.customer_id,
        order_id=message.order_id, shipment_id=message.shipment_id, message_type=message.message_type,
        legal_class=message.legal_class, origin=message.origin, template_id=message.template_id,
        recipient=message.recipient, recipient_name=message.recipient_name, context=message.context,
        look=look, attempts=message.attempts,
        sent_at=message.sent_at or now,
    )  # fmt: skip


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""
