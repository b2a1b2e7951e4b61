"""Reads: what is asked for and not made yet, and what is left of an order. Within a store's scope."""

from django.db.models import QuerySet

from aftercare.care.refunds.models import AskedRefund, PaymentAccount
from aftercare.care.refunds.policy import Ours, room
from aftercare.care.refunds.vocabulary import NEEDS_SOMEBODY, RefundState
from aftercare.commerce.orders.models import Order, Refund
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound


def left_to_refund(*, order: Order) -> int:
    """What may still be given back, in minor units. Two queries."""
    ours = AskedRefund.objects.filter(order=order).exclude(state=RefundState.DROPPED)
    reported = Refund.objects.filter(order=order)
    return room(
        total=order.total, reported=order.refunded,
        reported_ids=frozenset(reported.values_list("external_id", flat=True)),
        ours=[Ours(*row) for row in ours.values_list("amount", "external_id")],
    )  # fmt: skip


def refunds_for_list(
    *, state: str = "", order_id: int | None = None, after: str = "", limit: int = 50
) -> Page[AskedRefund]:
    """A page, the latest first. One query."""
    found = _with_order()
    if state:
        found = found.filter(state=state)
    if order_id is not None:
        found = found.filter(order_id=order_id)
    return page(found, by="asked_at", after=after, limit=limit)


def waiting_for_somebody(*, limit: int) -> list[AskedRefund]:
    """What a person has to do something about, the longest asked for first. One query."""
    return list(_with_order().filter(state__in=NEEDS_SOMEBODY).order_by("asked_at")[:limit])


def count_waiting(*, most: int) -> int:
    """How many wait for a person, as far as counted."""
    return int(AskedRefund.objects.filter(state__in=NEEDS_SOMEBODY)[:most].count())


def refunds_of_order(*, order_id: int) -> list[AskedRefund]:
    """All of an order, the first first. One query."""
    return list(AskedRefund.objects.filter(order_id=order_id).order_by("asked_at", "id"))


def refund_by_public_id(*, public_id: str) -> AskedRefund:
    """One; raises NotFound."""
    found = _with_order().filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such refund.", field="refund")
    return found


def account_of(*, payer: str) -> PaymentAccount | None:
    """The account in use at a provider."""
    return PaymentAccount.objects.filter(payer=payer, ended_at=None).first()


def _with_order() -> QuerySet[AskedRefund]:
    return AskedRefund.objects.select_related("order", "order__customer")
