"""Notifications in the customer's browsers (RFC 8030), which they asked for on an order's page."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.actions.devices import note_devices
from aftercare.engagement.messaging.channels import PUSH, Channel, Claimed, Parts, Prepared, Receipt, register
from aftercare.engagement.messaging.gateways import Asked, Gateway, ask, not_taken
from aftercare.engagement.messaging.handing import hand_over
from aftercare.engagement.messaging.jws import from_base64url
from aftercare.engagement.messaging.push.encryption import LONGEST, encrypt, read_keys
from aftercare.engagement.messaging.push.own_keys import PRIVATE_KEY, OwnKeys
from aftercare.engagement.messaging.push.vapid import authorization
from aftercare.engagement.messaging.queries import Carrier, Reached, carriers, devices_of
from aftercare.engagement.messaging.requests import Recipient
from aftercare.engagement.messaging.texting import Brief, prepared_brief
from aftercare.engagement.messaging.types import is_urgent
from aftercare.foundation.kit import clock

_KEPT_FOR = timedelta(days=1)
_GONE = frozenset({404, 410})
_NO_DEVICE = Receipt("refused", "No browser of theirs is there any more", address_is_dead=False)
_NO_KEYS = Receipt("later", "The store has no keys for notifications")
KEPT_HERE = "Kept here: the demo tells no push service"


@register
class PushChannel(Channel):
    """Encrypted for each browser; gone ones are forgotten. Shown and clicked come back from the page's worker."""

    key = PUSH
    label = _("Notification")
    icon = "bell"
    own_lane = PUSH
    without_provider = _("Order pages ask for nothing until the store has its keys.")

    def gateways(self) -> Mapping[str, Gateway]:
        return {OwnKeys.key: OwnKeys()}

    def addresses(self, people: Sequence[Recipient], *, store_ids: Sequence[int]) -> list[str]:  # noqa: ARG002 -- every channel's signature
        known = devices_of(customer_ids=[person.customer_id for person in people if person.customer_id])
        return [person.public_id if person.customer_id in known else "" for person in people]

    def prepare(self, messages: Sequence[Claimed]) -> list[Prepared]:
        return [prepared_brief(message, as_text=_Notice(message).written) for message in messages]

    def parts(self, prepared: Prepared) -> Parts:
        shown = orjson.loads(prepared.payload)
        return Parts(f"{shown['title']}\n{shown['body']}")

    def deliver(self, messages: Sequence[Claimed], prepared: Sequence[Prepared]) -> Iterator[tuple[int, Receipt]]:
        keys = carriers(channel=self.key, store_ids={message.store_id for message in messages})
        devices = devices_of(customer_ids=[message.customer_id for message in messages if message.customer_id])
        pushes = [
            _Push(message, payload.payload, keys.get(message.store_id), devices.get(message.customer_id or 0, []))
            for message, payload in zip(messages, prepared, strict=True)
        ]
        yield from enumerate(hand_over(items=pushes, send=_push, label=str(self.label)))
        # Not by the threads that push: they have no business with the database.
        for push in pushes:
            note_devices(taken=push.taken, gone=push.gone, now=push.message.sent_at)


@dataclass(frozen=True, slots=True)
class _Notice:
    """How a message looks to the worker that shows it (`web/worker.js`)."""

    message: Claimed

    def written(self, brief: Brief) -> str:
        seen = brief.url.replace("/m/", "/seen/", 1)
        told = {
            "title": brief.brand, "body": brief.text, "url": brief.url, "seen": seen,
            "tag": self.message.context.get("order", {}).get("id", self.message.public_id),
            "lang": self.message.context.get("locale", ""),
        }  # fmt: skip
        return orjson.dumps(told).decode()


@dataclass(frozen=True, slots=True)
class _Push:
    message: Claimed
    payload: bytes
    carrier: Carrier | None
    devices: Sequence[Reached]
    taken: list[int] = field(default_factory=list)
    gone: dict[int, str] = field(default_factory=dict)


def _push(push: _Push) -> Receipt:
    """To every browser of theirs; one that takes it is enough."""
    if push.carrier is None:
        return _NO_KEYS
    receipts = [_push_to(device, push, push.carrier) for device in push.devices]
    for device, receipt in zip(push.devices, receipts, strict=True):
        if receipt.outcome == "sent":
            push.taken.append(device.id)
        elif receipt.address_is_dead:
            push.gone[device.id] = receipt.reply
    # Gone browsers are ended one by one: their owner may have others, or come back with a new one.
    order = {"sent": 0, "later": 1, "refused": 2}
    best = min(receipts, key=lambda receipt: order[receipt.outcome], default=_NO_DEVICE)
    return Receipt(best.outcome, best.reply, trouble=best.trouble, stops=best.stops, again_in=best.again_in)


def _push_to(device: Reached, push: _Push, carrier: Carrier) -> Receipt:
    if settings.DEMO and urlsplit(device.endpoint).hostname not in settings.PRIVATE_HOSTS_ALLOWED:
        return Receipt("sent", KEPT_HERE)
    if len(push.payload) > LONGEST:
        return Receipt("refused", "It is longer than a notification may be")
    body = encrypt(push.payload, read_keys(from_base64url(device.key), from_base64url(device.secret)))
    contact = f"mailto:{push.message.look.get('support_email') or push.message.look['sender_email']}"
    told = clock.in_the_world(push.message.sent_at)
    headers = {
        "TTL": str(int(_KEPT_FOR.total_seconds())), "Urgency": "high" if is_urgent(push.message.message_type) else "normal",
        "Topic": hashlib.sha256(push.message.public_id.encode()).hexdigest()[:32], "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Authorization": authorization(device.endpoint, private=carrier.settings[PRIVATE_KEY], contact=contact, now=told),
    }  # fmt: skip
    answer = ask(Asked(device.endpoint, body, headers))
    if 200 <= answer.status < 300:
        return Receipt("sent", f"{answer.status} {answer.headers.get('location', '')}".strip()[:300])
    receipt = not_taken(answer, label=urlsplit(device.endpoint).hostname)
    is_gone = answer.status in _GONE
    # What one push service says of itself is no trouble of the store's.
    return Receipt(
        "refused" if is_gone else receipt.outcome, receipt.reply, address_is_dead=is_gone, again_in=receipt.again_in
    )
