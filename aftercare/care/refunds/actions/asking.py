"""Asking for refunds, once for each key and never for more than is left; confirming and dropping them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from aftercare.care.refunds.actions.holding import held_in
from aftercare.care.refunds.choosing import payer_for
from aftercare.care.refunds.errors import MoreThanPaid, OtherRefund, RefundNotThere
from aftercare.care.refunds.events import RefundAsked, RefundDropped
from aftercare.care.refunds.facts import fact_of
from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.payers import RefundLine
from aftercare.care.refunds.queries import left_to_refund
from aftercare.care.refunds.vocabulary import MANUAL, RefundState
from aftercare.commerce.orders.models import Order
from aftercare.foundation.events.actions import record
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money

REFUNDS = "refunds"


@dataclass(frozen=True, slots=True)
class NewRefund:
    """What is to be given back. `shipping` is the part of the amount that was paid for shipping; `payment` the payer's own
    name of what was paid, where that is not the shop's platform."""

    key: str
    money: Money
    reason: str
    lines: Sequence[RefundLine] = ()
    shipping: int = 0
    payment: str = ""


@transaction.atomic
def ask_refund(
    *, order: Order, wanted: NewRefund, is_confirmed: bool, by: str, now: datetime, by_hand: bool = False
) -> AskedRefund:
    """Ask for it; `is_confirmed` where somebody or a policy has decided already. The same key again answers what there is.

    Raises MoreThanPaid, OtherRefund, or Invalid where the currency is not the order's.
    """
    # Whoever asks about an order waits for whoever did just before: two must not take the same room.
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    known = AskedRefund.objects.filter(key=wanted.key).first()
    if known is not None:
        return _the_same(known, held, wanted)
    _check(held, wanted)
    payer = MANUAL if by_hand else payer_for(order=held, payment=wanted.payment)
    asked = AskedRefund.objects.create(
        store_id=held.store_id, key=wanted.key, order=held, amount=wanted.money.amount, currency=wanted.money.currency,
        lines=[asdict(line) for line in wanted.lines], shipping=wanted.shipping, reason=wanted.reason[:200], payer=payer,
        payment=wanted.payment, asked_by=by, asked_at=now,
    )  # fmt: skip
    record([fact_of(asked, RefundAsked, by=by, now=now, is_confirmed=is_confirmed)], now=now)
    if is_confirmed:
        _confirm(asked, by, now)
    return asked


@transaction.atomic
def confirm_refund(*, refund: AskedRefund, by: str, now: datetime) -> AskedRefund:
    """Let it be made. Raises RefundNotThere where somebody has decided about it."""
    held = held_in(refund, RefundState.ASKED)
    _confirm(held, by, now)
    return held


@transaction.atomic
def drop_refund(*, refund: AskedRefund, note: str, by: str, now: datetime) -> AskedRefund:
    """Let it be, with a reason. Raises RefundNotThere once it is being made: then it may have been made."""
    held = held_in(refund, RefundState.ASKED, RefundState.BY_HAND, RefundState.FAILED)
    if held.is_unsure:
        raise RefundNotThere(
            "It may have been made: the payer's last answer never came.", field="refund",
            remedy="Look at the payer's own pages; then let it be tried again, or say that it was made.",
        )  # fmt: skip
    held.state, held.note, held.ended_at = RefundState.DROPPED, note[:300], now
    held.confirmed_by = held.confirmed_by or by
    held.save(update_fields=["state", "note", "ended_at", "confirmed_by"])
    record([fact_of(held, RefundDropped, by=by, now=now, note=held.note)], now=now)
    return held


@transaction.atomic
def try_again(*, refund: AskedRefund, by: str, now: datetime) -> AskedRefund:
    """Have the payer make what failed: it is looked for first. Raises RefundNotThere."""
    held = held_in(refund, RefundState.FAILED)
    held.attempts = 0
    _confirm(held, by, now)
    return held


@transaction.atomic
def make_by_hand(*, refund: AskedRefund, by: str, now: datetime) -> AskedRefund:
    """Let a person make what the payer would or could not. Raises RefundNotThere."""
    held = held_in(refund, RefundState.ASKED, RefundState.FAILED)
    # Whoever says so has looked: it was not made.
    held.payer, held.is_unsure = MANUAL, False
    _confirm(held, by, now)
    return held


def _the_same(known: AskedRefund, order: Order, wanted: NewRefund) -> AskedRefund:
    if (known.order_id, known.money) != (order.pk, wanted.money):
        raise OtherRefund("Another refund was asked for under this key.", field="key", remedy="Use a key of its own.")
    return known


def _check(order: Order, wanted: NewRefund) -> None:
    if wanted.money.currency != order.currency:
        raise Invalid(f"The order was paid in {order.currency}.", field="currency", remedy=f"Ask in {order.currency}.")
    if wanted.money.amount <= 0 or not 0 <= wanted.shipping <= wanted.money.amount:
        raise Invalid("A refund is of something, and shipping is a part of it.", field="amount")
    left = left_to_refund(order=order)
    if wanted.money.amount > left:
        most = Money(left, order.currency).decimal()
        raise MoreThanPaid(
            f"Of this order {most} {order.currency} are left to give back.", field="amount",
            remedy="Refunds that were asked for and not made yet count too.",
        )  # fmt: skip


def _confirm(asked: AskedRefund, by: str, now: datetime) -> None:
    asked.state = RefundState.BY_HAND if asked.payer == MANUAL else RefundState.DUE
    asked.confirmed_by, asked.confirmed_at, asked.due_at, asked.trouble = by, now, now, ""
    asked.save(
        update_fields=["payer", "state", "confirmed_by", "confirmed_at", "due_at", "attempts", "is_unsure", "trouble"]
    )  # fmt: skip
    wake(REFUNDS)
