"""Sending a trial: what a template makes of an order, to somebody of the house. It is no message of a customer's.

It goes the way the store's mail goes, at once and outside any transaction; nothing is written but that somebody asked.
Only whoever asked gets it with a real order's data; any other address gets an invented one.
"""

from dataclasses import dataclass
from datetime import datetime

from aftercare.commerce.orders.models import Order
from aftercare.engagement.messaging.channels import MAIL, Claimed, Receipt, channels
from aftercare.engagement.messaging.channels.mail import KEPT_HERE
from aftercare.engagement.messaging.contents import Content
from aftercare.engagement.messaging.models import new_message_id
from aftercare.engagement.messaging.queries import carriers
from aftercare.engagement.messaging.tryout import Example, example_of
from aftercare.engagement.messaging.types import MessageType, message_type
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.liquid.mjml import compile_mjml
from aftercare.foundation.kit.schema import normal_email
from aftercare.foundation.stores.models import Store

_ORIGIN = "trial"


@dataclass(frozen=True)
class Trial:
    """What became of it; `left` says whether it went out at all."""

    recipient: str
    subject: str
    left: bool
    answer: str


def send_trial(
    *, store: Store, name: tuple[str, str], content: Content, order: Order | None, recipient: str, own_address: str,
    now: datetime,
) -> Trial:  # fmt: skip
    """Send what `content`, a template of this key and locale, makes of the order; `own_address` is that of whoever asks.

    Raises TemplateProblem, or Invalid where it cannot be sent.
    """
    kind, locale = message_type(name[0]), name[1]
    is_own = normal_email(recipient) == normal_email(own_address)
    example = example_of(store=store, kind=kind, locale=locale, order=order if is_own else None, now=now)
    message = _claimed(store, kind, example, recipient, now)
    channel = channels[MAIL]
    prepared = channel.prepare_trial(message, subject=content.subject, html=compile_mjml(content.source))
    if prepared.problem:
        raise Invalid(prepared.problem, field="template")
    by_own = store.pk in carriers(channel=MAIL, store_ids={store.pk})
    ((_, receipt),) = (channel.deliver_by_own if by_own else channel.deliver)([message], [prepared])
    return Trial(recipient, prepared.subject, _left(receipt), receipt.reply)


def _claimed(store: Store, kind: MessageType, example: Example, recipient: str, now: datetime) -> Claimed:
    context = {name: value for name, value in example.context.items() if name != "brand"}
    return Claimed(
        id=0, public_id=new_message_id(), store_id=store.pk, customer_id=None, order_id=None, shipment_id=None,
        message_type=kind.key, legal_class=kind.legal_class, origin=_ORIGIN, template_id=None, recipient=recipient,
        recipient_name="", context=context, look=example.context["brand"], attempts=1, sent_at=now,
    )  # fmt: skip


def _left(receipt: Receipt) -> bool:
    return receipt.outcome == "sent" and receipt.reply != KEPT_HERE
