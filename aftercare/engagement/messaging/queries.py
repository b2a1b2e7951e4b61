"""Finding messages, what they look like, and what keeps them from being sent. All within a store's scope."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Q, When

from aftercare.engagement.messaging.channels import INBOX, MAIL, channels
from aftercare.engagement.messaging.errors import NotConnected, SettingsLocked
from aftercare.engagement.messaging.models import (
    CallTask,
    ChainLink,
    ChannelConnection,
    Device,
    DomainCheck,
    Handover,
    Hold,
    InboundMessage,
    Message,
    MessageDecision,
    MessageNews,
    SendingRules,
    Suppression,
    TemplateVersion,
    Way,
)
from aftercare.engagement.messaging.policy import SuppressionCause
from aftercare.engagement.messaging.providing import Provider
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.schema import normal_email
from aftercare.foundation.kit.sealing import Unsealable, unseal
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores

SHOWN_WITH_SOMETHING = 50
_SETTLED_PER_DAY = """
    SELECT (created_at AT TIME ZONE %s)::date, count(*) FILTER (WHERE state = 'sent'),
           count(*) FILTER (WHERE state = 'dropped')
    FROM messaging_message WHERE store_id = %s AND created_at >= %s GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class MessageFilters:
    """What a list of messages is narrowed to; empty narrows nothing."""

    words: str = ""
    state: str = ""
    message_type: str = ""
    channel: str = ""
    reason: str = ""
    order_id: int | None = None
    customer_ids: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """How many messages were sent, and how many were not, on each local day."""

    sent: dict[date, int]
    unsent: dict[date, int]


def messages_for_list(*, filters: MessageFilters, after: str = "", limit: int = 50) -> Page[Message]:
    """A page of messages with their orders and customers, the latest first. One query."""
    related = ("order", "customer", "entry", "merged_into")
    found = Message.objects.select_related(*related).defer("context", "merged_into__context")
    if filters.state:
        found = found.standing(Message.State(filters.state))
    exact = {
        "message_type": filters.message_type, "channel": filters.channel,
        "reason": filters.reason, "order_id": filters.order_id,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.customer_ids:
        found = found.filter(customer_id__in=filters.customer_ids)
    if filters.words:
        found = found.filter(_named(filters.words))
    return page(found, by="created_at", after=after, limit=limit)


def message_by_public_id(*, public_id: str) -> Message:
    """A message with all that its page shows; raises NotFound."""
    related = ("order", "customer", "template", "brand", "entry", "merged_into")
    message = Message.objects.filter(public_id=public_id).select_related(*related).first()
    if message is None:
        raise NotFound("There is no such message.", field="message")
    return message


def messages_about(*, order_ids: Collection[int] = (), customer_ids: Collection[int] = ()) -> list[Message]:
    """The latest messages about these orders, or to these customers."""
    about = Q(order_id__in=order_ids) if order_ids else Q(customer_id__in=customer_ids)
    found = Message.objects.filter(about).select_related("order", "entry").defer("context")
    return list(found.newest_first()[:SHOWN_WITH_SOMETHING])


def message_with_id(*, public_id: str) -> Message | None:
    """The message of this id, if there is one."""
    found: Message | None = Message.objects.filter(public_id=public_id).select_related("entry").defer("context").first()
    return found


def failed_since(*, since: datetime, limit: int) -> list[Message]:
    """Messages that could not be delivered, the latest first."""
    found = Message.objects.standing(Message.State.FAILED).filter(created_at__gte=since)
    return list(found.select_related("order", "customer").defer("context").newest_first()[:limit])


def count_in_state(*, state: Message.State, since: datetime, most: int) -> int:
    """How many messages of these days stand so, counted up to `most`."""
    return int(Message.objects.standing(state).filter(created_at__gte=since)[:most].count())


def settled_per_day(*, store: Store, since: datetime) -> Settled:
    """What became of the messages asked for on each local day."""
    rows = fetch(_SETTLED_PER_DAY, [store.time_zone, store.pk, since])
    return Settled({day: sent for day, sent, _ in rows}, {day: unsent for day, _, unsent in rows})


def public_ids_of_messages(*, ids: Iterable[int]) -> dict[int, str]:
    """Public ids by row id."""
    return dict(Message.objects.filter(pk__in=list(ids)).values_list("pk", "public_id"))


def holds_on(*, customer_ids: Collection[int], now: datetime) -> list[Hold]:
    """What keeps these customers from hearing what can wait, the longest first."""
    found = Hold.objects.filter(customer_id__in=customer_ids, released_at=None, until__gt=now)
    return list(found.select_related("order", "line").order_by("-until"))


def hold_of(*, row_id: int, customer_ids: Collection[int]) -> Hold:
    """One hold on one of these; raises NotFound."""
    found: Hold | None = Hold.objects.filter(pk=row_id, customer_id__in=customer_ids).first()
    if found is None:
        raise NotFound("There is no such hold.", field="hold")
    return found


def open_holds(
    *, customer_ids: Collection[int], placed_by: Collection[str], now: datetime
) -> list[tuple[int, int | None]]:
    """Customer and order of every hold of these kinds on these customers; no order where it is on all. One query."""
    found = Hold.objects.filter(customer_id__in=customer_ids, placed_by__in=placed_by, released_at=None, until__gt=now)
    return list(found.values_list("customer_id", "order_id").distinct())


def holds_for_list(
    *, customer_ids: Collection[int] | None = None, now: datetime, after: str = "", limit: int = 50
) -> Page[Hold]:
    """A page of the holds in force, of all customers or of these, the latest first. One query."""
    found = Hold.objects.filter(released_at=None, until__gt=now).select_related("customer", "order", "line")
    if customer_ids is not None:
        found = found.filter(customer_id__in=customer_ids)
    return page(found, by="placed_at", after=after, limit=limit)


def paused_until(*, customer_id: int, placed_by: str, now: datetime) -> datetime | None:
    """When a hold of this kind on a customer ends."""
    found = Hold.objects.filter(customer_id=customer_id, placed_by=placed_by, released_at=None, until__gt=now)
    return found.order_by("-until").values_list("until", flat=True).first()


def hold_called(*, placed_by: str, key: str) -> Hold:
    """A hold that was placed just now."""
    return Hold.objects.select_related("customer", "order", "line").get(placed_by=placed_by, key=key)


def suppressions_for_list(*, words: str = "", cause: str = "", after: str = "", limit: int = 50) -> Page[Suppression]:
    """A page of addresses that nothing is sent to, the latest first. One query."""
    found = Suppression.objects.all()
    if words:
        found = found.filter(address__contains=normal_email(words))
    if cause:
        found = found.filter(cause=cause)
    return page(found, by="added_at", after=after, limit=limit)


def suppression_by_id(*, row_id: int) -> Suppression:
    """A suppressed address; raises NotFound."""
    found = Suppression.objects.filter(pk=row_id).first()
    if found is None:
        raise NotFound("This address is not blocked any more.")
    return found


def suppression_of(*, channel: str, address: str, cause: SuppressionCause) -> Suppression:
    """The reason of this kind to be silent to an address; raises NotFound."""
    found = Suppression.objects.filter(channel=channel, address=normal_email(address), cause=cause).first()
    if found is None:
        raise NotFound("This address is not blocked for that.", field="address")
    return found


def reply_domains(*, store_ids: Collection[int]) -> dict[int, str]:
    """Where answers to each store's mail come to us, for those where they do. One query, across stores."""
    rows = fetch(
        "SELECT DISTINCT ON (store_id) store_id, reply_domain FROM messaging_channelconnection"
        " WHERE store_id = ANY(%s) AND channel = %s AND state <> 'ended' AND reply_domain <> ''"
        " ORDER BY store_id, state DESC, id DESC",
        [list(store_ids), MAIL],
    )
    return dict(rows)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who sends a store's messages on a channel, and how that is set up, secrets included."""

    provider: Provider
    settings: dict[str, Any]
    connection: str


def carriers(*, channel: str, store_ids: Collection[int]) -> dict[int, Carrier]:
    """By whom each store sends on a channel, for those that have somebody of their own. One query, across stores."""
    rows = fetch(
        "SELECT store_id, provider, sealed_settings, public_id FROM messaging_channelconnection"
        " WHERE state = 'sending' AND channel = %s AND store_id = ANY(%s)",
        [channel, list(store_ids)],
    )
    found = {}
    for store_id, key, sealed, public_id in rows:
        with suppress(Unsealable, NotFound):
            found[store_id] = Carrier(provider_called(channel=channel, key=key), unseal(sealed), public_id)
    return found


def provider_called(*, channel: str, key: str) -> Provider:
    """The provider of this key; raises NotFound naming those there are."""
    known = channels[channel].providers()
    if key not in known:
        raise NotFound(f"Nobody is called '{key}' on this channel.", field="provider", remedy=", ".join(known))
    return known[key]


def provider_of(connection: ChannelConnection) -> Provider:
    """Who a connection is with."""
    return provider_called(channel=connection.channel, key=connection.provider)


def channel_connections(*, channel: str = "") -> list[ChannelConnection]:
    """Everybody who carries, or carried, the store's messages: who sends first, who is gone last."""
    order = Case(When(state="sending", then=0), When(state="listening", then=1), default=2)
    found = ChannelConnection.objects.filter(channel=channel) if channel else ChannelConnection.objects.all()
    return list(found.order_by(order, "-connected_at", "-pk"))


def channel_connection_by_public_id(*, public_id: str) -> ChannelConnection:
    """A connection of the store; raises NotConnected."""
    found = ChannelConnection.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotConnected("There is no such connection.", field="connection")
    return found


def channel_connection_called(*, public_id: str) -> ChannelConnection:
    """The connection a provider's call is addressed to, in whichever store; raises NotConnected."""
    with across_stores("a provider's call names nothing but its connection"):
        found = (
            ChannelConnection.objects.filter(public_id=public_id).exclude(state=ChannelConnection.State.ENDED).first()
        )
    if found is None:
        raise NotConnected("No provider is connected at this address.", field="connection")
    return found


def settings_of(connection: ChannelConnection) -> dict[str, Any]:
    """What a connection was set up with, secrets included; raises SettingsLocked."""
    try:
        return unseal(connection.sealed_settings)
    except Unsealable:
        raise SettingsLocked(
            "The connection's settings were stored under another SECRET_KEY.", remedy="Connect the provider again."
        ) from None


def attempts_of(*, message: Message) -> list[ChainLink]:
    """Every attempt of the chain a message belongs to, in their order; none where it goes by one channel only. Two queries."""
    link = ChainLink.objects.filter(message=message).select_related("chain").first()
    if link is None:
        return []
    found = ChainLink.objects.filter(chain=link.chain).select_related("message", "chain").defer("message__context")
    return list(found.order_by("place"))


def handover_of(*, message: Message) -> Handover | None:
    """By which id a provider took it, and what it took for it."""
    return Handover.objects.filter(message=message).first()


def calls_to_make(*, now: datetime) -> list[CallTask]:
    """Those that staff are to call, who is due first; not yet those that rest between two tries."""
    found = CallTask.objects.filter(state=CallTask.State.OPEN).select_related("customer", "message__order")
    return list(found.filter(due_at__lte=now).order_by("due_at", "pk")[:SHOWN_WITH_SOMETHING])


def calls_resting(*, now: datetime) -> int:
    """How many are tried again later."""
    return int(CallTask.objects.filter(state=CallTask.State.OPEN, due_at__gt=now).count())


def calls_made() -> list[CallTask]:
    """The latest that are over."""
    found = CallTask.objects.exclude(state=CallTask.State.OPEN).select_related("customer", "message")
    return list(found.order_by("-changed_at", "-pk")[:20])


def call_by_public_id(*, public_id: str) -> CallTask:
    """A call; raises NotFound."""
    found = CallTask.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such call.", field="call")
    return found


def ways_kept() -> dict[str, Way]:
    """The channels that staff chose, by message type."""
    return {way.message_type: way for way in Way.objects.all()}


@dataclass(frozen=True, slots=True)
class Reached:
    """A browser that takes notifications, with what it reads them by."""

    id: int
    endpoint: str
    key: str
    secret: str


def devices_of(*, customer_ids: Collection[int]) -> dict[int, list[Reached]]:
    """The browsers in use of each customer who has any. One query, across stores."""
    rows = fetch(
        "SELECT customer_id, id, endpoint, key, secret FROM messaging_device"
        " WHERE customer_id = ANY(%s) AND ended_at IS NULL ORDER BY id",
        [list(customer_ids)],
    )
    found: dict[int, list[Reached]] = {}
    for customer_id, *device in rows:
        found.setdefault(customer_id, []).append(Reached(*device))
    return found


def inbox_of(*, customer_ids: Collection[int] = (), order_id: int | None = None) -> list[Message]:
    """What lies in an inbox, the latest first, with all that it is made from: of a customer, or about one order."""
    about = Q(order_id=order_id) if order_id else Q(customer_id__in=customer_ids)
    found = Message.objects.filter(about, channel=INBOX, state=Message.State.SENT).select_related("brand")
    return list(found.newest_first()[:SHOWN_WITH_SOMETHING])


def devices_kept(*, customer_id: int) -> list[Device]:
    """Every browser of a customer that ever asked for notifications, the latest first."""
    return list(Device.objects.filter(customer_id=customer_id).order_by("-added_at", "-pk")[:SHOWN_WITH_SOMETHING])


def message_under(*, key: str) -> Message:
    """The message that was asked for under a key; raises NotFound."""
    related = ("order", "customer", "entry", "merged_into")
    found = Message.objects.filter(dedupe_key=key).select_related(*related).first()
    if found is None:
        raise NotFound("There is no such message.", field="key")
    return found


def unread_about(*, order_id: int) -> int:
    """How many messages about an order lie unread in the inbox."""
    found = Message.objects.filter(order_id=order_id, channel=INBOX, state=Message.State.SENT, delivery="")
    return int(found.count())


def news_of(*, message: Message) -> list[MessageNews]:
    """What was heard of a message, the latest first."""
    return list(MessageNews.objects.filter(message=message).order_by("-at", "-pk")[:SHOWN_WITH_SOMETHING])


def decisions_of(*, message: Message) -> list[MessageDecision]:
    """What was decided about a message while it waited, the latest first."""
    return list(MessageDecision.objects.filter(message=message).order_by("-at", "-pk")[:SHOWN_WITH_SOMETHING])


def rules_kept(*, limit: int) -> list[SendingRules]:
    """Versions of the store's sending rules, the latest first."""
    return list(SendingRules.objects.order_by("-number")[:limit])


def merged_in(*, digest: Message) -> list[Message]:
    """What went out in a digest."""
    return list(Message.objects.filter(merged_into=digest).defer("context").order_by("pk"))


def replies_to(*, message: Message) -> list[InboundMessage]:
    """What came back as mail, the latest first."""
    found = InboundMessage.objects.filter(in_reply_to=message).defer("text", "html")
    return list(found.order_by("-received_at", "-pk")[:SHOWN_WITH_SOMETHING])


def inbound_for_list(
    *, words: str = "", kind: str = "", customer_ids: Collection[int] = (), order_id: int | None = None,
    after: str = "", limit: int = 50,
) -> Page[InboundMessage]:  # fmt: skip
    """A page of mails that came in, the latest first. One query."""
    found = InboundMessage.objects.select_related("customer", "order").defer("text", "html")
    if words:
        found = found.filter(Q(sender__icontains=words) | Q(subject__icontains=words))
    if kind:
        found = found.filter(kind=kind)
    if customer_ids:
        found = found.filter(customer_id__in=customer_ids)
    if order_id is not None:
        found = found.filter(order_id=order_id)
    return page(found, by="received_at", after=after, limit=limit)


def inbound_by_public_id(*, public_id: str) -> InboundMessage:
    """A mail that came in, with what it is about; raises NotFound."""
    related = ("customer", "order", "in_reply_to")
    found = InboundMessage.objects.filter(public_id=public_id).select_related(*related).first()
    if found is None:
        raise NotFound("There is no such mail.", field="mail")
    return found


def domain_check_of(*, domain: str) -> DomainCheck | None:
    """What the DNS of the store's sender held when it was last looked at."""
    return DomainCheck.objects.filter(domain=domain).first()


def live_templates() -> list[TemplateVersion]:
    """The version of every template that is used now, without its text."""
    found = TemplateVersion.objects.filter(is_live=True).defer("html", "text", "source", "words")
    return list(found.order_by("key", "locale"))


def template_versions(*, key: str, locale: str) -> list[TemplateVersion]:
    """Every version of a template without its text, the latest first."""
    found = TemplateVersion.objects.filter(key=key, locale=locale).defer("html", "text", "source", "words")
    return list(found.order_by("-number"))


def template_version(*, key: str, locale: str, number: int) -> TemplateVersion:
    """One version of a template; raises NotFound."""
    found = TemplateVersion.objects.filter(key=key, locale=locale, number=number).first()
    if found is None:
        raise NotFound("There is no such version.", field="version")
    return found


def _named(words: str) -> Q:
    if words.startswith("msg_"):
        return Q(public_id=words)
    return Q(recipient__icontains=words) | Q(subject__icontains=words) | Q(order__number__iexact=words)
