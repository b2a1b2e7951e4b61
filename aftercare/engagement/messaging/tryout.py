"""A template tried on a real order: what its reader would get. Nothing is sent, nothing is kept.

The data are those the message would have, with two differences: links into the order lead to the shop's front page, and
the one to unsubscribe leads nowhere, so that what is shown or passed on opens nobody's order and unsubscribes nobody.
What comes of it is untrusted: it is shown in a frame without scripts, forms or a way out (`web.untrusted`); pictures are
loaded, for a mail without its pictures cannot be judged.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.overview import orders_named
from aftercare.commerce.shipments.queries import parcels_of_orders
from aftercare.engagement.messaging.contents import Content
from aftercare.engagement.messaging.contexts import contexts_of
from aftercare.engagement.messaging.email.plain_text import html_to_text
from aftercare.engagement.messaging.judging import store_sample
from aftercare.engagement.messaging.recipients import recipients_of
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.engagement.messaging.sms.segments import segments_of
from aftercare.engagement.messaging.types import MessageType
from aftercare.engagement.messaging.variables import UNSUBSCRIBE
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.kit.liquid.mjml import compile_mjml
from aftercare.foundation.kit.liquid.problems import TemplateProblem
from aftercare.foundation.kit.liquid.template import compile_template
from aftercare.foundation.stores.models import Store

Scheme = Literal["light", "dark"]
_FOUND = 6
# Of the latest messages only, along their index: a type that has become rare would have it read all there are.
_LATEST = """
    SELECT order_id FROM (
        SELECT order_id, message_type FROM messaging_message WHERE store_id = %s ORDER BY created_at DESC, id DESC LIMIT 5000
    ) AS latest WHERE message_type = %s AND order_id IS NOT NULL LIMIT 1
"""
_CAUSE = """
    SELECT context->'event' FROM messaging_message WHERE order_id = %s AND message_type = %s ORDER BY created_at DESC LIMIT 1
"""
_PREVIEW = re.compile(r"<mj-preview\b[^>]*>(.*?)</mj-preview\s*>", re.DOTALL | re.IGNORECASE)
_SCHEMES = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Example:
    """Whose message it would be; without an order nobody's."""

    order: Order | None
    name: str
    context: dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """What the reader would get; `preview` is what lists of messages show after the subject."""

    subject: str = ""
    preview: str = ""
    html: str = ""
    text: str = ""
    short: str = ""
    problem: str = ""

    @property
    def segments(self) -> int:
        """What the short text costs as a text message; the link is not counted, for its length is the address's."""
        return segments_of(self.short).parts


def example_orders(*, words: str) -> list[Order]:
    """Orders to try a template on, by number or what else is known of them."""
    words = words.replace("\x00", "").strip()[:200]
    return orders_named(words=words, limit=_FOUND) if words else []


def usual_order(*, store: Store, kind: MessageType) -> Order | None:
    """The order of the latest message of this type, else the latest order."""
    found = fetch_decoded(_LATEST, [store.pk, kind.key])
    orders = Order.objects.select_related("customer")
    chosen = orders.filter(pk=found[0][0]).first() if found else None
    return chosen or orders.newest_first().first()


def example_of(*, store: Store, kind: MessageType, locale: str, order: Order | None, now: datetime) -> Example:
    """What the message would know of this order, in this language; invented where there is none."""
    sample = store_sample(store=store, kind=kind, locale=locale, now=now)
    if order is None:
        return Example(None, sample["customer"]["name"], sample)
    parcels = parcels_of_orders(order_ids=[order.pk]).get(order.pk, []) if kind.parcel else []
    cause = fetch_decoded(_CAUSE, [order.pk, kind.key])
    request = MessageRequest(
        store_id=store.pk, message_type=kind.key, channel="", origin="", dedupe_key="", customer_id=order.customer_id,
        order_id=order.pk, shipment_id=parcels[-1].pk if parcels else None,
        data=(cause[0][0] if cause else None) or sample["event"],
    )  # fmt: skip
    reader = recipients_of([request])[0][0]
    context = contexts_of([request], [reader])[0]
    context["order"] = {**context["order"], "url": sample["brand"]["portal"]}
    context |= {"locale": locale} | {name: sample[name] for name in ("brand", UNSUBSCRIBE) if name in sample}
    return Example(order, reader.name, context)


def render(*, content: Content, example: Example, scheme: Scheme = "light") -> Rendered:
    """The mail that `content` makes for `example`, or why it makes none."""
    try:
        html = _html_of(content.source)
        filled = compile_template(html, autoescape=True).render(example.context)
        text = compile_template(html_to_text(html), autoescape=False).render(example.context)
        subject = compile_template(content.subject.strip(), autoescape=False).render(example.context)
        short = compile_template(content.short or content.subject.strip(), autoescape=False).render(example.context)
        preview = compile_template(_preview_of(content.source), autoescape=False).render(example.context)
    except TemplateProblem as problem:
        return Rendered(problem=problem.sentence)
    return Rendered(_on_one_line(subject), _on_one_line(preview), _as_if(filled, scheme), text, _on_one_line(short))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _preview_of(source: str) -> str:
    found = _PREVIEW.search(source)
    return found[1] if found else ""


def _as_if(html: str, scheme: Scheme) -> str:
    """`html` as whoever prefers this scheme sees it: what asks for the reader's preference is answered here."""
    return _SCHEMES.sub(lambda asked: "(min-width: 0)" if asked[1].lower() == scheme else "(max-width: 0)", html)


# The frame, the text and the line of the inbox are of the same draft.
@lru_cache(maxsize=32)
def _html_of(source: str) -> str:
    return compile_mjml(source)
