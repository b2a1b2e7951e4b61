"""Mail that comes in: kept once, matched to whom and what it answers, and acted on where a machine wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import transaction

from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.events import MessageReceived
from aftercare.engagement.messaging.inbound.reading import Mail, read_mail
from aftercare.engagement.messaging.inbound.reports import news_in_report
from aftercare.engagement.messaging.models import ChannelConnection, InboundMessage, new_inbound_id
from aftercare.engagement.messaging.news import News
from aftercare.engagement.messaging.providers.receiving import Arrived
from aftercare.engagement.messaging.reputation import NewsKind
from aftercare.engagement.messaging.tags import UNSUBSCRIBE
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

_MESSAGES = """
    SELECT public_id, id, customer_id, order_id FROM messaging_message WHERE store_id = %s AND public_id = ANY(%s)
"""
_ORDERS = "SELECT public_id, id, customer_id FROM orders_order WHERE store_id = %s AND public_id = ANY(%s)"
_PEOPLE = """
    SELECT i.value, coalesce(c.merged_into_id, c.id) FROM customers_identity i
    JOIN customers_customer c ON c.id = i.customer_id
    WHERE i.store_id = %s AND i.kind = 'email' AND i.value = ANY(%s)
"""
_COLUMNS = {
    "public_id": "text", "key": "text", "kind": "text", "in_reply_to_id": "bigint", "customer_id": "bigint",
    "order_id": "bigint", "sender": "text", "sender_name": "text", "recipient": "text", "subject": "text",
    "text": "text", "html": "text", "attachments": "jsonb", "message_id": "text", "received_at": "timestamptz",
}  # fmt: skip
_KEEP = f"""
    INSERT INTO messaging_inboundmessage ({", ".join(_COLUMNS)}, store_id, connection_id)
    SELECT v.*, %s, %s FROM unnest({", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())}) AS v
    ON CONFLICT (store_id, key) DO NOTHING RETURNING key
"""  # noqa: S608 -- constants of this module


class _Match(NamedTuple):
    """What a mail answers and about whom and what it is, as far as that is known."""

    message: str = ""
    message_id: int | None = None
    customer_id: int | None = None
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    key: str
    public_id: str
    kind: str
    mail: Mail
    match: _Match


@transaction.atomic
def take_mail(
    *, store_id: int, connection: ChannelConnection | None, arrived: Sequence[Arrived], now: datetime
) -> int:  # fmt: skip
    """Keep what is new of it; answers how many were new. Delivery reports and unsubscriptions take effect at once."""
    mails = {one.key: read_mail(arrived=one) for one in arrived}
    matches = _matches(store_id, list(mails.values()))
    taken = [
        _Taken(key, new_inbound_id(), _kind(mail), mail, match)
        for (key, mail), match in zip(mails.items(), matches, strict=True)
    ]
    new = _keep(store_id, connection, taken, now) if taken else set()
    fresh = [one for one in taken if one.key in new]
    record([_fact(store_id, one, now) for one in fresh], now=now)
    news = [told for one in fresh for told in _news(one, now)]
    take_news(store_id=store_id, connection=connection, news=news, now=now)
    return len(fresh)


def _kind(mail: Mail) -> str:
    if mail.report is not None:
        return InboundMessage.Kind.BOUNCE.value
    if mail.use == UNSUBSCRIBE:
        return InboundMessage.Kind.UNSUBSCRIBE.value
    return (InboundMessage.Kind.AUTOMATIC if mail.is_automatic else InboundMessage.Kind.REPLY).value


def _matches(store_id: int, mails: Sequence[Mail]) -> list[_Match]:
    """By the address it came to, by what it answers, by the thread's order, and last by who wrote."""
    messages = {row[0]: _Match(*row) for row in fetch(_MESSAGES, [store_id, [n for m in mails for n in m.messages]])}
    orders = {row[0]: row for row in fetch(_ORDERS, [store_id, [name for mail in mails for name in mail.orders]])}
    people: dict[str, int] = dict(fetch(_PEOPLE, [store_id, [mail.sender for mail in mails if mail.sender]]))
    return [_match(mail, messages, orders, people) for mail in mails]


def _match(
    mail: Mail, messages: dict[str, _Match], orders: dict[str, tuple[Any, ...]], people: dict[str, int]
) -> _Match:  # fmt: skip
    answered = next((messages[name] for name in mail.messages if name in messages), _Match())
    order = next((orders[name] for name in mail.orders if name in orders), ("", None, None))
    return answered._replace(
        order_id=answered.order_id or order[1],
        customer_id=answered.customer_id or order[2] or people.get(mail.sender),
    )


def _keep(
    store_id: int, connection: ChannelConnection | None, taken: Sequence[_Taken], now: datetime
) -> set[str]:  # fmt: skip
    rows = [
        (
            one.public_id, one.key, one.kind, one.match.message_id, one.match.customer_id, one.match.order_id,
            one.mail.sender, one.mail.sender_name, one.mail.recipient, one.mail.subject, one.mail.text, one.mail.html,
            orjson.dumps(one.mail.attachments).decode(), one.mail.message_id, now,
        )
        for one in taken
    ]  # fmt: skip
    columns = [list(column) for column in zip(*rows, strict=True)]
    return {key for (key,) in fetch(_KEEP, [store_id, connection.pk if connection else None, *columns])}


def _fact(store_id: int, one: _Taken, now: datetime) -> Fact:
    return Fact(
        event=MessageReceived(one.public_id, one.kind, one.mail.subject, one.match.message), store_id=store_id,
        occurred_at=now, customer_id=one.match.customer_id, order_id=one.match.order_id, actor="mail",
    )  # fmt: skip


def _news(one: _Taken, now: datetime) -> list[News]:
    """What a machine's mail says of a message of ours, as if a provider had said it."""
    if one.mail.report is not None:
        return news_in_report(key=one.key, report=one.mail.report, message=one.match.message, now=now)
    if one.kind == InboundMessage.Kind.UNSUBSCRIBE and one.match.message:
        # Only what came to an address that names a message: the sender's word alone would let anyone speak for others.
        return [News(
            key=one.key, kind=NewsKind.UNSUBSCRIBED, at=now, recipient="", provider_id="", public_id=one.match.message,
        )]  # fmt: skip
    return []
