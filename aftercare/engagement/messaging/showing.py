"""Messages shown again: made anew from what was kept with them, and compared with what was sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aftercare.engagement.messaging.actions.brands import look_of
from aftercare.engagement.messaging.channels import Claimed, channels
from aftercare.engagement.messaging.models import Message, TemplateVersion
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store

DEFAULT_CHANNEL = "email"


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


def as_sent(message: Message, *, now: datetime, look: dict[str, str] | None = None) -> Shown:
    """The message as it went out, or, where it did not, as it would look; raises NotFound where its channel is gone.

    `look` replaces the brand that was kept with it.
    """
    if message.channel not in channels:
        raise NotFound(f"The channel '{message.channel}' is no longer installed.")
    claimed = _claimed(message, look or (message.brand.look if message.brand else {}), now=now)
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


def preview(version: TemplateVersion, example: Message | None, *, store: Store, now: datetime) -> Shown:
    """A template version with the data of a message; with an invented customer's where there has been none."""
    message = example or _invented(store, now)
    message.template_id = version.pk
    message.digest = None
    return as_sent(message, now=now, look=look_of(store))


def _invented(store: Store, now: datetime) -> Message:
    """A message that was never sent, to Sam, who does not exist."""
    domain = "example.com"
    return Message(
        store=store, public_id="msg_example", message_type="example", channel=DEFAULT_CHANNEL, attempts=0,
        recipient=f"sam@{domain}", recipient_name="Sam Okafor",
        context={
            "customer": {"name": "Sam Okafor", "first_name": "Sam"},
            "locale": store.locale,
            "time_zone": store.time_zone,
            "event": {"whole": True, "reason": "", "amount": 1990, "currency": store.currency, "kind": "shipment"},
            "order": _invented_order(store, now),
            "shipment": {
                "id": "shp_example", "carrier": "DHL", "tracking_number": "00340434161094042557", "tracking_url": "",
                "expected_from": None, "expected_by": (now + timedelta(days=2)).isoformat(), "text": "", "place": "",
            },
            "guides": [{"title": "The first day", "summary": "Five minutes that make it last.", "url": "#"}],
            "unsubscribe": "example",
        },
    )  # fmt: skip


def _invented_order(store: Store, now: datetime) -> dict[str, Any]:
    line = {"title": "Linen throw", "variant": "Oat", "quantity": 1, "total": 7900, "image_url": ""}
    return {
        "id": "ord_example", "number": "#1042", "placed_at": now.isoformat(), "currency": store.currency,
        "subtotal": 7900, "shipping": 490, "discount": 0, "tax": 1261, "total": 8390, "refunded": 0,
        "promised_by": (now + timedelta(days=4)).isoformat(), "po_number": "", "lines": [line], "url": "#",
        "address": {"recipient": "Sam Okafor", "city": "Berlin", "country": "DE"},
    }  # fmt: skip


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
