"""Phone calls: spoken by the store's gateway, with a key for the answer; without one, staff call from a list."""

from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from aftercare.engagement.messaging.actions.calls import ToCall, put_on_list
from aftercare.engagement.messaging.calling_back import call_back_url
from aftercare.engagement.messaging.channels import VOICE, Channel, Claimed, Prepared, Receipt, register
from aftercare.engagement.messaging.channels.sms import by_store
from aftercare.engagement.messaging.handing import hand_over
from aftercare.engagement.messaging.queries import Carrier, carriers
from aftercare.engagement.messaging.requests import Recipient
from aftercare.engagement.messaging.texting import Brief, prepared_brief
from aftercare.engagement.messaging.voice import CallOut, VoiceGateway, gateways
from aftercare.foundation.kit.schema import normal_phone

_ON_THE_LIST = Receipt("sent", "On the list of calls to make")


@register
class VoiceChannel(Channel):
    """What a message says in a sentence, said aloud."""

    key = VOICE
    label = gettext_lazy("Phone call")
    icon = "phone"
    own_lane = VOICE
    identity = "phone"
    links = False
    without_provider = gettext_lazy("Without a provider, calls become tasks for staff.")

    def gateways(self) -> Mapping[str, VoiceGateway]:
        return {gateway.key: gateway for gateway in gateways}

    def addresses(self, people: Sequence[Recipient], *, store_ids: Sequence[int]) -> list[str]:  # noqa: ARG002 -- every channel's signature
        return [normal_phone(person.phone, person.country) if person.phone else "" for person in people]

    def prepare(self, messages: Sequence[Claimed]) -> list[Prepared]:
        return [prepared_brief(message, as_text=_said) for message in messages]

    def deliver(self, messages: Sequence[Claimed], prepared: Sequence[Prepared]) -> Iterator[tuple[int, Receipt]]:
        found = {} if settings.DEMO else carriers(channel=self.key, store_ids={one.store_id for one in messages})
        for store_id, places in by_store(messages).items():
            carrier = found.get(store_id)
            if carrier is None:
                listed = [_task(messages[place], prepared[place]) for place in places]
                put_on_list(calls=listed, now=messages[places[0]].sent_at)
                yield from ((place, _ON_THE_LIST) for place in places)
                continue
            calls = [_call(messages[place], prepared[place], carrier) for place in places]
            yield from zip(places, _made(calls, carrier), strict=True)


def _said(brief: Brief) -> str:
    return f"{brief.brand}. {brief.text}"


def _task(message: Claimed, prepared: Prepared) -> ToCall:
    text = prepared.payload.decode()
    return ToCall(
        message.store_id, message.id, message.customer_id, message.recipient, message.recipient_name, text
    )  # fmt: skip


def _call(message: Claimed, prepared: Prepared, carrier: Carrier) -> CallOut:
    locale = str(message.context.get("locale", ""))
    with translation.override(locale or None):
        keys = gettext("Press 1 if you have heard this, 2 to be called back, 9 for no more calls.")
    answers, reports = (
        call_back_url(connection_id=carrier.connection, channel=VOICE, webhook=webhook)
        for webhook in ("answer", "status")
    )
    return CallOut(message.public_id, message.recipient, prepared.payload.decode(), keys, locale, answers, reports)


def _made(calls: Sequence[CallOut], carrier: Carrier) -> Iterator[Receipt]:
    gateway = gateways[carrier.provider.key]
    return hand_over(
        items=calls,
        send=lambda out: gateway.call(out, carrier.settings),
        label=str(gateway.label),
        connection=carrier.connection,
    )
