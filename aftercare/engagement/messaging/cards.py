"""What messages show on console pages that are not their own: on orders, customers and Today, and in the search."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercare.commerce.customers.people import Person
from aftercare.commerce.orders.overview import OrderDetail
from aftercare.engagement.messaging.forms import LeaveAloneForm
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.moments import attention_of, moments_of
from aftercare.engagement.messaging.policy import LegalClass, Reason
from aftercare.engagement.messaging.queries import (
    count_in_state,
    failed_since,
    holds_on,
    message_with_id,
    messages_about,
    settled_per_day,
)
from aftercare.engagement.messaging.tones import TONES
from aftercare.engagement.messaging.types import type_label
from aftercare.engagement.messaging.wording import classes_in_words
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.panels import Panel, register_panel
from aftercare.foundation.web.search import Hit, Searchable, register_search
from aftercare.foundation.web.templatetags.amounts import number
from aftercare.foundation.web.today import (
    SHOWN_PER_KIND,
    Concern,
    Concerns,
    Deed,
    register_concerns,
    register_deeds,
    register_tile,
)
from aftercare.foundation.web.week import DAYS, count_tile, fortnight

FAILED_LATELY = timedelta(days=2)
_MOST = 1000
_MOST_SPARED = 100_000


def _of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any]:
    return _messages(messages_about(order_ids=[about.order.pk]))


def _of_customer(about: Person, _request: HttpRequest) -> dict[str, Any]:
    return {**_messages(messages_about(customer_ids=about.ids)), "with_order": True}


def _messages(shown: list[Message]) -> dict[str, Any]:
    """What waits is told with the time at which it goes out, if nothing else happens."""
    moments = moments_of(messages=shown, now=clock.now())
    return {"messages_shown": shown, "outlooks": {pk: moment.goes_out_at for pk, moment in moments.items()}}


def _attention(about: Person, _request: HttpRequest) -> dict[str, Any]:
    """How much the customer heard, when they read, and whether they are spared to measure by."""
    attention = attention_of(customer=about.customer, now=clock.now())
    limits = [
        (limit, used, classes_in_words(one for one in LegalClass if one in limit.covers))
        for limit, used in attention.limits
    ]
    return {"attention": attention, "limits": limits, "person": about.customer}


def _holds_of_order(about: OrderDetail, _request: HttpRequest) -> dict[str, Any] | None:
    return _holds([about.order.customer_id] if about.order.customer_id else [])


def _holds_of_customer(about: Person, _request: HttpRequest) -> dict[str, Any]:
    """What keeps them from hearing, and the means to leave them alone."""
    now = clock.now()
    holds = holds_on(customer_ids=about.ids, now=now)
    return {"holds": holds, "person": about.customer, "form": LeaveAloneForm(today=timezone.localdate(now))}


def _holds(customer_ids: Sequence[int]) -> dict[str, Any] | None:
    holds = holds_on(customer_ids=customer_ids, now=clock.now()) if customer_ids else []
    return {"holds": holds} if holds else None


def _find(store: Store, words: str, _limit: int) -> Sequence[Hit]:
    """By id: the list of messages is searched by recipient and subject."""
    message = message_with_id(public_id=words)
    if message is None:
        return []
    return [
        Hit(
            url=reverse("message", args=[store.slug, message.public_id]),
            title=message.subject or type_label(message.message_type),
            text=message.recipient,
            tone=TONES[message.standing],
            state=str(message.standing.label),
        )
    ]


def _concerns(store: Store, now: datetime) -> Concerns:
    since = now - FAILED_LATELY
    failed = failed_since(since=since, limit=SHOWN_PER_KIND)
    total = (
        count_in_state(state=Message.State.FAILED, since=since, most=_MOST)
        if len(failed) == SHOWN_PER_KIND
        else len(failed)
    )
    more = total - len(failed)
    return Concerns(
        shown=[_concern(store, message) for message in failed],
        total=total,
        url=reverse("messages", args=[store.slug]) + "?state=failed",
        label=ngettext("%(n)s more message failed", "%(n)s more messages failed", more) % {"n": number(more)},
    )


def _concern(store: Store, message: Message) -> Concern:
    reasons: dict[str, Any] = dict(Reason.choices)
    return Concern(
        hurts=50,
        icon="mail-x",
        tone="problem",
        title=_("“%(message)s” could not be sent") % {"message": type_label(message.message_type)},
        text=f"{message.recipient} · {reasons.get(message.reason, message.reason)}",
        at=message.created_at,
        url=reverse("message", args=[store.slug, message.public_id]),
        action=_("See why"),
    )


def _sent(store: Store, now: datetime) -> dict[str, Any]:
    days, since = fortnight(store, now)
    settled = settled_per_day(store=store, since=since)
    tile = count_tile(
        _("Messages sent"), settled.sent, days, url=reverse("messages", args=[store.slug]) + "?state=sent"
    )
    unsent = sum(settled.unsent.get(day, 0) for day in days[DAYS:])
    return tile | {"hint": _("%(n)s were not sent, each with its reason") % {"n": number(unsent)}}


def _spared(store: Store, now: datetime) -> Sequence[Deed]:
    count = count_in_state(state=Message.State.DROPPED, since=now - timedelta(days=7), most=_MOST_SPARED)
    text = ngettext("%(n)s message spared", "%(n)s messages spared", count) % {"n": number(count)}
    return [Deed("mail-x", text, reverse("messages", args=[store.slug]) + "?state=dropped")] if count else []


register_panel(
    Panel("console.order.main", "messages", position=20, template="messaging/console/brief.html", context=_of_order)
)
register_panel(
    Panel("console.order.side", "holds", position=10, template="messaging/console/holds.html", context=_holds_of_order)
)
register_panel(
    Panel(
        "console.customer.main", "messages", position=30, template="messaging/console/brief.html", context=_of_customer
    )
)
register_panel(
    Panel(
        "console.customer.side",
        "holds",
        position=10,
        template="messaging/console/holds.html",
        context=_holds_of_customer,
    )
)
register_panel(
    Panel(
        "console.customer.side",
        "attention",
        position=20,
        template="messaging/console/attention.html",
        context=_attention,
    )
)
register_search(Searchable(40, gettext_lazy("Messages"), icon="mail", permission=Permission.MESSAGES_READ, find=_find))
register_concerns(permission=Permission.MESSAGES_READ, find=_concerns)
register_tile(position=30, permission=Permission.MESSAGES_READ, measure=_sent)
register_deeds(position=10, permission=Permission.MESSAGES_READ, recount=_spared)
