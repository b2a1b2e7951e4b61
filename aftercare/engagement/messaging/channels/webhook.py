"""Messages to a system of the store's own, which carries them as it likes: signed by Standard Webhooks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.channels import Channel, Claimed, Parts, Prepared, Receipt, register
from aftercare.engagement.messaging.channels.sms import by_store
from aftercare.engagement.messaging.gateways import Asked, Call, Gateway, Heard, ask, not_taken
from aftercare.engagement.messaging.handing import hand_over
from aftercare.engagement.messaging.providing import SHARED_SECRET, Setting
from aftercare.engagement.messaging.queries import Carrier, carriers
from aftercare.engagement.messaging.requests import Recipient
from aftercare.engagement.messaging.texting import Brief, prepared_brief
from aftercare.foundation.kit import clock
from aftercare.foundation.webhooks.signing import new_secret, signed_headers

_NO_ADDRESS = Receipt("later", "No address for messages by webhook is connected")
_KEPT_HERE = Receipt("sent", "Kept here: the demo calls nobody", is_delivered=True)
_ADDRESS = "address"


class Endpoint(Gateway):
    """An address that takes our signed JSON; 2xx means that the message arrived there."""

    key = "endpoint"
    label = _("Webhook")
    where = ""
    settings = (Setting(_ADDRESS, _("Webhook"), address=True, help="https://…"),)

    def makes(self) -> Mapping[str, str]:
        return {SHARED_SECRET: new_secret()}

    def read(self, webhook: str, call: Call, *, now: datetime) -> Heard:  # noqa: ARG002 -- nobody calls
        return Heard()


@register
class WebhookChannel(Channel):
    """For whoever has an app, a chat or a printer of their own."""

    key = "webhook"
    label = _("Webhook")
    icon = "webhook"
    own_lane = "webhook"
    is_theirs = False
    without_provider = _("Messages on this channel are not sent until an address is connected.")

    def gateways(self) -> Mapping[str, Gateway]:
        return {Endpoint.key: Endpoint()}

    def addresses(self, people: Sequence[Recipient], *, store_ids: Sequence[int]) -> list[str]:  # noqa: ARG002 -- every channel's signature
        found = carriers(channel=self.key, store_ids=set(store_ids))
        hosts = {store_id: urlsplit(one.settings[_ADDRESS]).netloc[:254] for store_id, one in found.items()}
        return [hosts.get(store_id, "") for store_id in store_ids]

    def prepare(self, messages: Sequence[Claimed]) -> list[Prepared]:
        return [prepared_brief(message, as_text=_Document(message).written) for message in messages]

    def parts(self, prepared: Prepared) -> Parts:
        return Parts(orjson.dumps(orjson.loads(prepared.payload), option=orjson.OPT_INDENT_2).decode())

    def deliver(self, messages: Sequence[Claimed], prepared: Sequence[Prepared]) -> Iterator[tuple[int, Receipt]]:
        if settings.DEMO:
            yield from ((place, _KEPT_HERE) for place in range(len(messages)))
            return
        found = carriers(channel=self.key, store_ids={message.store_id for message in messages})
        for store_id, places in by_store(messages).items():
            carrier = found.get(store_id)
            if carrier is None:
                yield from ((place, _NO_ADDRESS) for place in places)
                continue
            posts = [_Post(messages[place], prepared[place].payload, carrier) for place in places]
            yield from zip(
                places,
                hand_over(items=posts, send=_Post.make, label=str(self.label), connection=carrier.connection),
                strict=True,
            )


class _Document:
    """A message as the other side reads it."""

    def __init__(self, message: Claimed) -> None:
        self._message = message

    def written(self, brief: Brief) -> str:
        message, context = self._message, self._message.context
        data = {
            "message": message.public_id, "message_type": message.message_type, "legal_class": message.legal_class,
            "title": brief.title, "text": brief.text, "url": brief.url, "locale": context.get("locale", ""),
            "customer": {"name": message.recipient_name}, "order": context.get("order", {}).get("number", ""),
        }  # fmt: skip
        document = {"type": "message", "timestamp": message.sent_at.isoformat(), "data": data}
        return orjson.dumps(document).decode()


class _Post:
    """One message for one address."""

    def __init__(self, message: Claimed, body: bytes, carrier: Carrier) -> None:
        self._message, self._body, self._carrier = message, body, carrier

    def make(self) -> Receipt:
        """Repeated under one id until it is taken."""
        now = clock.in_the_world(self._message.sent_at)
        secrets = [self._carrier.settings[SHARED_SECRET]]
        headers = signed_headers(call_id=self._message.public_id, body=self._body, secrets=secrets, now=now)
        answer = ask(Asked(self._carrier.settings[_ADDRESS], self._body, headers))
        if 200 <= answer.status < 300:
            return Receipt("sent", str(answer.status), is_delivered=True)
        return not_taken(answer)
