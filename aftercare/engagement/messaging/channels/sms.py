"""Text messages by the store's own gateway; in the demo they are kept here."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.calling_back import call_back_url
from aftercare.engagement.messaging.channels import SMS, Channel, Claimed, Prepared, Receipt, register
from aftercare.engagement.messaging.handing import hand_over
from aftercare.engagement.messaging.queries import Carrier, carriers
from aftercare.engagement.messaging.requests import Recipient
from aftercare.engagement.messaging.sms import SmsGateway, TextOut, gateways
from aftercare.engagement.messaging.sms.segments import segments_of
from aftercare.engagement.messaging.texting import Brief, prepared_brief
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.kit.schema import normal_phone

_NO_GATEWAY = Receipt("later", "No gateway for text messages is connected")
KEPT_HERE = "Kept here: the demo sends nothing"


@register
class SmsChannel(Channel):
    """A sentence and a short link, over whatever gateway the store has connected."""

    key = SMS
    label = _("Text message")
    icon = "message-square"
    own_lane = SMS
    identity = "phone"
    can_be_tried = True
    without_provider = _("No text leaves until a gateway is connected: texts wait, and are given up after a day.")

    def gateways(self) -> Mapping[str, SmsGateway]:
        return {gateway.key: gateway for gateway in gateways}

    def addresses(self, people: Sequence[Recipient], *, store_ids: Sequence[int]) -> list[str]:  # noqa: ARG002 -- every channel's signature
        return [normal_phone(person.phone, person.country) if person.phone else "" for person in people]

    def prepare(self, messages: Sequence[Claimed]) -> list[Prepared]:
        return [prepared_brief(message, as_text=_written) for message in messages]

    def try_out(self, *, brand: str, recipient: str, carrier: Carrier, now: datetime) -> Receipt | None:
        if settings.DEMO:
            return Receipt("sent", KEPT_HERE)
        text = str(_TRIAL) % {"shop": brand}
        out = TextOut(public_id("msg"), recipient, text, segments_of(text).parts, "", now)
        return gateways[carrier.provider.key].send(out, carrier.settings)

    def deliver(self, messages: Sequence[Claimed], prepared: Sequence[Prepared]) -> Iterator[tuple[int, Receipt]]:
        if settings.DEMO:
            yield from ((place, Receipt("sent", KEPT_HERE, parts=_parts(one))) for place, one in enumerate(prepared))
            return
        found = carriers(channel=self.key, store_ids={message.store_id for message in messages})
        for store_id, places in by_store(messages).items():
            carrier = found.get(store_id)
            if carrier is None:
                yield from ((place, _NO_GATEWAY) for place in places)
                continue
            texts = [_text(messages[place], prepared[place], carrier) for place in places]
            yield from zip(places, _carried(texts, carrier), strict=True)


_TRIAL = _("%(shop)s: this is a test. Your gateway for text messages works.")


def by_store(messages: Sequence[Claimed]) -> Mapping[int, list[int]]:
    """The places of each store's messages."""
    found: dict[int, list[int]] = defaultdict(list)
    for place, message in enumerate(messages):
        found[message.store_id].append(place)
    return found


def _written(brief: Brief) -> str:
    return f"{brief.brand}: {brief.text} {brief.url}".strip()


def _parts(prepared: Prepared) -> int:
    return segments_of(prepared.payload.decode()).parts


def _text(message: Claimed, prepared: Prepared, carrier: Carrier) -> TextOut:
    return TextOut(
        message.public_id, message.recipient, prepared.payload.decode(), _parts(prepared),
        call_back_url(connection_id=carrier.connection, channel=SmsChannel.key, webhook="status"), message.sent_at,
    )  # fmt: skip


def _carried(texts: Sequence[TextOut], carrier: Carrier) -> Iterator[Receipt]:
    gateway = gateways[carrier.provider.key]
    return hand_over(
        items=texts, send=lambda text: gateway.send(text, carrier.settings), label=str(gateway.label),
        connection=carrier.connection,
    )  # fmt: skip
