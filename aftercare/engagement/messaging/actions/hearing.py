"""What is heard of messages after they were handed over: kept once, and drawn conclusions from, all in sets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson
from django.db import transaction

from aftercare.engagement.messaging.actions.poking import poke_chains
from aftercare.engagement.messaging.actions.stating import Word, state
from aftercare.engagement.messaging.actions.suppress import Silence, suppress
from aftercare.engagement.messaging.channels import MAIL, Channel, channels
from aftercare.engagement.messaging.events import (
    MessageBounced,
    MessageClicked,
    MessageComplained,
    MessageDelivered,
    MessageEvent,
    MessageOpened,
    MessageUnsubscribed,
)
from aftercare.engagement.messaging.models import ChannelConnection
from aftercare.engagement.messaging.news import News
from aftercare.engagement.messaging.policy import LegalClass, SuppressionCause
from aftercare.engagement.messaging.reputation import Health, NewsKind, Severity, health_after, suppressed_until
from aftercare.foundation.database.bulk import fetch, fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.kit.schema import normal_email

# Mail that others sent by the same provider is no message of ours; what it says of an address counts all the same.
_KEEP = """
    WITH told AS (
        SELECT DISTINCT ON (t.key) t.*, coalesce(m.id, h.message_id) AS message_id
        FROM unnest(%(keys)s::text[], %(kinds)s::text[], %(ats)s::timestamptz[], %(addresses)s::text[],
            %(provider_ids)s::text[], %(public_ids)s::text[], %(severities)s::text[], %(answers)s::text[],
            %(urls)s::text[], %(machines)s::boolean[])
            AS t(key, kind, at, address, provider_id, public_id, severity, answer, url, is_machine)
        LEFT JOIN messaging_message m ON m.public_id = t.public_id AND m.store_id = %(store)s
        LEFT JOIN messaging_handover h
            ON t.provider_id <> '' AND h.connection_id = %(connection)s AND h.provider_id = t.provider_id
        ORDER BY t.key
    ), written AS (
        INSERT INTO messaging_messagenews
            (store_id, connection_id, message_id, key, kind, severity, address, answer, url, is_machine, at, heard_at)
        SELECT %(store)s, %(connection)s, message_id, key, kind, severity, address, answer, url, is_machine, at, %(now)s
        FROM told
        WHERE message_id IS NOT NULL OR kind IN ('bounced', 'rejected', 'complained', 'unsubscribed')
        ON CONFLICT (store_id, key) DO NOTHING RETURNING key, kind, is_machine, message_id
    )
    SELECT w.key, m.id, m.public_id, m.message_type, m.channel, m.legal_class, m.customer_id, m.order_id,
           m.shipment_id, m.recipient, NOT EXISTS (
               SELECT FROM messaging_messagenews n
               WHERE n.message_id = w.message_id AND n.kind = w.kind AND n.is_machine = w.is_machine
           )
    FROM written w LEFT JOIN messaging_message m ON m.id = w.message_id
"""
# In one order, so that calls that tell of the same messages wait for each other; and before what is compared is read.
_LOCK = "SELECT id FROM messaging_message WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
# What counts is what was heard last, but for a complaint, which nothing takes back.
_MARK = """
    UPDATE messaging_message AS m SET delivery = latest.kind
    FROM unnest(%s::bigint[]) AS touched(id), LATERAL (
        SELECT n.kind FROM messaging_messagenews n
        WHERE n.message_id = touched.id AND n.kind IN ('delivered', 'bounced', 'rejected', 'complained')
        ORDER BY n.kind = 'complained' DESC, n.at DESC, n.id DESC LIMIT 1
    ) AS latest
    WHERE m.id = touched.id AND m.delivery <> latest.kind RETURNING m.id
"""
_HEALTH = """
    SELECT address, soft, delivered_at FROM messaging_addresshealth
    WHERE store_id = %s AND channel = %s AND address = ANY(%s) ORDER BY address FOR UPDATE
"""
_KEEP_HEALTH = """
    INSERT INTO messaging_addresshealth (store_id, channel, address, soft, delivered_at)
    SELECT %s, %s, address, soft, delivered_at
    FROM unnest(%s::text[], %s::jsonb[], %s::timestamptz[]) AS v(address, soft, delivered_at) ORDER BY address
    ON CONFLICT (store_id, channel, address)
    DO UPDATE SET soft = excluded.soft, delivered_at = excluded.delivered_at RETURNING id
"""
_PEOPLE = "SELECT value, customer_id FROM customers_identity WHERE store_id = %s AND kind = %s AND value = ANY(%s)"


_PRICE = """
    UPDATE messaging_handover AS h SET cost = v.cost, currency = v.currency
    FROM unnest(%s::bigint[], %s::numeric[], %s::text[]) AS v(id, cost, currency)
    WHERE h.message_id = v.id RETURNING h.message_id
"""


_WITHDRAWN: dict[SuppressionCause | None, str] = {
    SuppressionCause.COMPLAINT: "reported as spam",
    SuppressionCause.UNSUBSCRIBED: "unsubscribed by mail",
}


_PLAIN: dict[NewsKind, type[MessageEvent]] = {
    NewsKind.DELIVERED: MessageDelivered,
    NewsKind.COMPLAINED: MessageComplained,
    NewsKind.UNSUBSCRIBED: MessageUnsubscribed,
}


# Events of mail have always been told by "mail".
_ACTORS = {MAIL: "mail"}


class _About(NamedTuple):
    """The message that news is of, if it is one of ours; `is_first` of its kind."""

    message_id: int | None
    public_id: str
    message_type: str
    channel: str
    legal_class: str
    customer_id: int | None
    order_id: int | None
    shipment_id: int | None
    recipient: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class _Heard:
    news: News
    about: _About

    @property
    def address(self) -> str:
        return normal_email(self.news.recipient or self.about.recipient or "")


@transaction.atomic
def take_news(
    *, store_id: int, connection: ChannelConnection | None, news: Sequence[News], now: datetime, channel: str = MAIL
) -> int:
    """Keep what is new of it and act on it; answers how many were new. The same again changes nothing."""
    heard = _kept(store_id, connection, news, now) if news else []
    if not heard:
        return 0
    touched = sorted({one.about.message_id for one in heard if one.about.message_id})
    fetch(_LOCK, [touched])
    fetch(_MARK, [touched])
    _note_prices(heard)
    by = channels[connection.channel if connection else channel]
    people = _people(store_id, by, heard)
    suppress(channel=by.key, silences=[*_silences(store_id, heard, people), *_weary(store_id, by.key, heard)], now=now)
    _withdraw(store_id, by.key, heard, people, now)
    record(_facts(store_id, heard, by.key), now=now)
    poke_chains(message_ids=touched, now=now)
    return len(heard)


def _kept(
    store_id: int, connection: ChannelConnection | None, news: Sequence[News], now: datetime
) -> list[_Heard]:  # fmt: skip
    by_key = {one.key: one for one in news}
    columns = {
        "keys": "key", "ats": "at", "addresses": "recipient", "provider_ids": "provider_id",
        "public_ids": "public_id", "answers": "answer", "urls": "url", "machines": "is_machine",
    }  # fmt: skip
    told = list(by_key.values())
    rows = fetch(_KEEP, {
        **{name: [getattr(one, column) for one in told] for name, column in columns.items()},
        "kinds": [one.kind.value for one in told], "severities": [one.severity or "" for one in told],
        "store": store_id, "connection": connection.pk if connection else None, "now": now,
    })  # fmt: skip
    return [_Heard(by_key[key], _About(*about)) for key, *about in rows]


def _silences(store_id: int, heard: Sequence[_Heard], people: Mapping[str, int]) -> list[Silence]:
    """What is said once and for all. An unsubscription is the customer's consent; only who is none needs a row for it."""
    found = []
    for one in heard:
        cause = _cause(one.news)
        is_known = one.about.customer_id is not None or one.address in people
        if cause is not None and not (is_known and cause == SuppressionCause.UNSUBSCRIBED):
            found.append(Silence(store_id, one.address, cause, one.news.answer))
    return found


def _cause(news: News) -> SuppressionCause | None:
    match news.kind, news.reject_reason:
        case (NewsKind.BOUNCED, _) if news.severity == Severity.HARD:
            return SuppressionCause.BOUNCE
        case NewsKind.REJECTED, "invalid" | "bounced":
            return SuppressionCause.BOUNCE
        case (NewsKind.COMPLAINED, _) | (NewsKind.REJECTED, "spam"):
            return SuppressionCause.COMPLAINT
        case (NewsKind.UNSUBSCRIBED, _) | (NewsKind.REJECTED, "unsubscribed"):
            return SuppressionCause.UNSUBSCRIBED
    return None


def _weary(store_id: int, channel: str, heard: Sequence[_Heard]) -> list[Silence]:
    """Addresses that have bounced softly too often now; counts on the way."""
    soft, delivered, last_words = defaultdict(list), defaultdict(list), {}
    for one in heard:
        if one.address and one.news.kind == NewsKind.DELIVERED:
            delivered[one.address].append(one.news.at)
        elif one.address and one.news.kind == NewsKind.BOUNCED and one.news.severity == Severity.SOFT:
            soft[one.address].append(one.news.at)
            last_words[one.address] = one.news.answer
    addresses = sorted(soft.keys() | delivered.keys())
    known = {
        address: Health(tuple(map(datetime.fromisoformat, moments)), delivered_at)
        for address, moments, delivered_at in fetch_decoded(_HEALTH, [store_id, channel, addresses])
    }
    after = {
        address: health_after(
            health=known.get(address, Health()), delivered=delivered.get(address, ()), soft=soft.get(address, ())
        )
        for address in addresses
        if address in known or address in soft  # whoever has never bounced needs no row to be well
    }
    _keep_health(store_id, channel, after)
    return [
        Silence(store_id, address, SuppressionCause.SOFT, last_words[address], until)
        for address, health in after.items()
        if address in last_words and (until := suppressed_until(health=health)) is not None
    ]


def _note_prices(heard: Sequence[_Heard]) -> None:
    """What providers take, where they say so."""
    told = {one.about.message_id: one.news.price for one in heard if one.about.message_id and one.news.price}
    if told:
        prices = list(told.values())
        fetch(_PRICE, [list(told), [one.amount for one in prices], [one.currency for one in prices]])


def _keep_health(store_id: int, channel: str, after: dict[str, Health]) -> None:
    if after:
        fetch(_KEEP_HEALTH, [
            store_id, channel, list(after),
            [orjson.dumps(health.soft).decode() for health in after.values()],
            [health.delivered_at for health in after.values()],
        ])  # fmt: skip


def _people(store_id: int, channel: Channel, heard: Sequence[_Heard]) -> dict[str, int]:
    """Customers by address, for what is said of mail that was none of ours."""
    strangers = sorted({
        one.address for one in heard if one.about.customer_id is None and _cause(one.news) in _WITHDRAWN
    })  # fmt: skip
    return dict(fetch(_PEOPLE, [store_id, channel.identity, strangers])) if strangers else {}


def _withdraw(
    store_id: int, channel: str, heard: Sequence[_Heard], people: Mapping[str, int], now: datetime
) -> None:  # fmt: skip
    """Whoever says "spam" or unsubscribes elsewhere has told us, as if on our own page."""
    said = [
        Word(customer, purpose, channel, granted=False, source=_WITHDRAWN[cause], at=one.news.at)
        for one in heard
        if (cause := _cause(one.news)) in _WITHDRAWN and (customer := one.about.customer_id or people.get(one.address))
        for purpose in _purposes(cause, one.about)
    ]
    state(store_id=store_id, words=said, now=now)


def _purposes(cause: SuppressionCause | None, about: _About) -> list[str]:
    """Both after a complaint; else news and offers, and what the message itself was for."""
    both = cause == SuppressionCause.COMPLAINT or about.legal_class == LegalClass.SERVICE
    return ["marketing", "service"] if both else ["marketing"]


def _facts(store_id: int, heard: Sequence[_Heard], channel: str) -> list[Fact]:
    """One of each kind for a message; opening it ten times is one."""
    told: dict[tuple[int, NewsKind, bool], Fact] = {}
    for one in heard:
        about, event = one.about, _event(one)
        if event is not None and about.message_id and about.is_first:
            told.setdefault((about.message_id, one.news.kind, one.news.is_machine), Fact(
                event=event, store_id=store_id, occurred_at=one.news.at, customer_id=about.customer_id,
                order_id=about.order_id, shipment_id=about.shipment_id,
                actor=_ACTORS.get(channel, channel),
            ))  # fmt: skip
    return list(told.values())


def _event(heard: _Heard) -> Event | None:
    news, base = heard.news, (heard.about.public_id, heard.about.message_type, heard.about.channel)
    match news.kind:
        case NewsKind.BOUNCED | NewsKind.REJECTED:
            return MessageBounced(*base, (news.severity or Severity.HARD).value, news.answer)
        case NewsKind.OPENED:
            return MessageOpened(*base, news.is_machine)
        case NewsKind.CLICKED:
            return MessageClicked(*base, news.url)
    plain = _PLAIN.get(news.kind)
    return plain(*base) if plain else None
