"""What a gateway's call tells, taken in: receipts, texts that came, and keys that were pressed. Each once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from aftercare.engagement.messaging.actions.calls import take_pressed
from aftercare.engagement.messaging.actions.connections import note_heard
from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.actions.stating import Word, state
from aftercare.engagement.messaging.actions.suppress import Silence, suppress
from aftercare.engagement.messaging.channels import Channel, channels
from aftercare.engagement.messaging.events import MessageReceived
from aftercare.engagement.messaging.gateways import Heard, TextIn
from aftercare.engagement.messaging.models import ChannelConnection, InboundMessage, Suppression, new_inbound_id
from aftercare.engagement.messaging.policy import SuppressionCause
from aftercare.engagement.messaging.preferences import PURPOSES
from aftercare.engagement.messaging.sms.keywords import Keyword, keyword_of
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.schema import normal_email
from aftercare.foundation.stores.models import Store

# Whose number it is, and the latest that was said to it: what comes back answers that.
_ABOUT = """
    SELECT coalesce(c.merged_into_id, c.id), m.id, m.public_id, m.order_id, coalesce(nullif(c.locale, ''), '')
    FROM (SELECT %(number)s::text AS number) AS asked
    LEFT JOIN customers_identity i ON i.store_id = %(store)s AND i.kind = %(kind)s AND i.value = asked.number
    LEFT JOIN customers_customer c ON c.id = i.customer_id
    LEFT JOIN LATERAL (
        SELECT m.id, m.public_id, m.order_id FROM messaging_message m
        WHERE m.store_id = %(store)s AND m.customer_id = c.id AND m.channel = %(channel)s AND m.state = 'sent'
        ORDER BY m.created_at DESC LIMIT 1
    ) AS m ON true
    LIMIT 1
"""
_KINDS = {
    Keyword.STOP: InboundMessage.Kind.UNSUBSCRIBE, Keyword.HELP: InboundMessage.Kind.HELP,
    Keyword.START: InboundMessage.Kind.START, None: InboundMessage.Kind.REPLY,
}  # fmt: skip
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to whoever wrote; empty where nothing is."""

    recipient: str
    text: str


class _About(NamedTuple):
    customer_id: int | None
    message_id: int | None
    message: str | None
    order_id: int | None
    locale: str


@transaction.atomic
def take_heard(*, connection: ChannelConnection, heard: Heard, now: datetime) -> list[Reply]:
    """Keep what is new of it and act on it; answers what is to be said to whoever wrote, if anything."""
    taken = take_news(store_id=connection.store_id, connection=connection, news=heard.news, now=now)
    replies = [reply for text in heard.texts if (reply := _take_text(connection, text, now)) is not None]
    taken += len(replies) + len(heard.pressed)
    replies += [Reply("", take_pressed(connection=connection, pressed=one, now=now)) for one in heard.pressed]
    if taken:
        note_heard(connection=connection, count=taken, now=now)
    return [reply for reply in replies if reply.text]


def _take_text(connection: ChannelConnection, text: TextIn, now: datetime) -> Reply | None:
    """None where it had been taken before."""
    channel, keyword = channels[connection.channel], keyword_of(text.text)
    about = _about(connection, channel, text.sender)
    if not _kept(connection, text, about, keyword, now):
        return None
    if keyword is not None:
        _DONE[keyword](connection, text, about, now)
    if keyword is None or text.is_answered:
        return Reply(text.sender, "")
    store = Store.objects.get(pk=connection.store_id)
    with translation.override(about.locale or store.locale):
        return Reply(text.sender, _reply(keyword, store))


def _about(connection: ChannelConnection, channel: Channel, number: str) -> _About:
    values = {
        "store": connection.store_id, "channel": channel.key, "kind": channel.identity, "number": normal_email(number),
    }  # fmt: skip
    return _About(*fetch(_ABOUT, values)[0])


def _kept(
    connection: ChannelConnection, text: TextIn, about: _About, keyword: Keyword | None, now: datetime
) -> bool:  # fmt: skip
    said, kind = text.text[:_LONGEST], _KINDS[keyword]
    kept, is_new = InboundMessage.objects.get_or_create(
        store_id=connection.store_id, key=text.key,
        defaults={
            "public_id": new_inbound_id(), "connection": connection, "channel": connection.channel, "kind": kind,
            "in_reply_to_id": about.message_id, "customer_id": about.customer_id, "order_id": about.order_id,
            "sender": text.sender[:254], "recipient": text.recipient[:254], "subject": said[:300], "text": said,
            "received_at": text.at,
        },
    )  # fmt: skip
    if is_new:
        event = MessageReceived(kept.public_id, kind.value, said[:300], about.message or "", connection.channel)
        record([Fact(
            event=event, store_id=connection.store_id, occurred_at=text.at, customer_id=about.customer_id,
            order_id=about.order_id, actor=connection.channel,
        )], now=now)  # fmt: skip
    return is_new


def _stop(connection: ChannelConnection, text: TextIn, about: _About, now: datetime) -> None:
    """The number is left alone, whoever has it; and its customer has said no to everything on this channel."""
    silence = Silence(connection.store_id, text.sender, SuppressionCause.STOPPED, text.text)
    suppress(channel=connection.channel, silences=[silence], now=now)
    _state(connection, text, about, [purpose.key for purpose in PURPOSES], granted=False, now=now)


def _start(connection: ChannelConnection, text: TextIn, about: _About, now: datetime) -> None:
    """What holds unless one says otherwise holds again; news and offers want more than a word."""
    Suppression.objects.filter(
        store_id=connection.store_id, channel=connection.channel, address=normal_email(text.sender),
        cause=SuppressionCause.STOPPED,
    ).delete()  # fmt: skip
    wanted = [purpose.key for purpose in PURPOSES if purpose.unless_asked]
    _state(connection, text, about, wanted, granted=True, now=now)


def _help(_connection: ChannelConnection, _text: TextIn, _about: _About, _now: datetime) -> None:
    """Only an answer."""


_DONE: dict[Keyword, Callable[[Any, TextIn, _About, datetime], None]] = {
    Keyword.STOP: _stop, Keyword.START: _start, Keyword.HELP: _help,
}  # fmt: skip


def _state(
    connection: ChannelConnection, text: TextIn, about: _About, purposes: Sequence[str], *, granted: bool, now: datetime
) -> None:
    if about.customer_id is None:
        return
    wording = text.text[:200]
    words = [
        Word(about.customer_id, purpose, connection.channel, granted, "text message", text.at, wording)
        for purpose in purposes
    ]
    state(store_id=connection.store_id, words=words, now=now)


def _reply(keyword: Keyword, store: Store) -> str:
    values = {"shop": store.name, "address": store.support_email or store.website or ""}
    match keyword:
        case Keyword.STOP:
            return _("%(shop)s: you get no more text messages from us. Reply START to get them again.") % values
        case Keyword.START:
            return _("%(shop)s: you get text messages about your orders again. Reply STOP to end them.") % values
    return _("%(shop)s: text messages about your orders. Write to %(address)s. Reply STOP to end them.") % values
