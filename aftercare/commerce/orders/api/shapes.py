"""What orders look like to programs: the fields of `OrderIn` as they were sent, and what became of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from aftercare.commerce.orders.models import Fulfilment, Line, Order, Refund
from aftercare.commerce.orders.promised import PromiseOut, promises_of
from aftercare.foundation.kit.money import Money

Amount = Annotated[str, Field(description="In major units of the order's currency.", examples=["19.90"])]
OwnId = Annotated[str, Field(description="Your id, as you sent it.")]


class LineOut(BaseModel):
    """One position of an order."""

    id: OwnId
    title: str
    variant_title: str
    sku: str
    product: str | None
    variant: str | None
    kind: str
    quantity: int
    cancelled_quantity: int
    fulfilled_quantity: int
    refunded_quantity: int
    unit_price: Amount
    discount: Amount
    tax: Amount
    total: Amount
    batch: str
    serials: Annotated[str, Field(description="With spaces between them.")]
    delivered_at: datetime | None


class CarriedOut(BaseModel):
    """How many of a line a fulfilment carries."""

    line: OwnId
    quantity: int


class FulfilmentOut(BaseModel):
    """One way in which lines reach the customer."""

    id: str
    external_id: OwnId
    kind: Fulfilment.Kind
    status: Fulfilment.Status
    status_at: datetime
    scheduled_from: datetime | None
    scheduled_until: datetime | None
    completed_at: datetime | None
    lines: list[CarriedOut]


class RefundOut(BaseModel):
    """Money given back."""

    id: OwnId
    amount: Amount
    reason: str
    at: datetime


class OrderOut(BaseModel):
    """An order as it stands now. `progress` sums up its fulfilments and parcels."""

    id: Annotated[str, Field(examples=["ord_7d0xk2m9qv4t8r1n"])]
    source: str
    external_id: OwnId
    number: str
    placed_at: datetime
    customer: Annotated[str | None, Field(description="The customer's id here.")]
    email: str
    phone: str
    locale: str
    payment: Order.Payment
    progress: Order.Progress
    paid_at: datetime | None
    delivered_at: datetime | None
    promised_by: datetime | None
    promise: Annotated[
        PromiseOut | None,
        Field(
            description="When it arrives, as was foretold before its first parcel was announced; parcels have their own."
        ),
    ]
    cancelled_at: datetime | None
    cancel_reason: str
    currency: str
    subtotal: Amount
    shipping: Amount
    discount: Amount
    tax: Amount
    total: Amount
    refunded: Amount
    lines: list[LineOut]
    fulfilments: list[FulfilmentOut]
    refunds: list[RefundOut]
    shipping_address: dict[str, Any]
    billing_address: dict[str, Any]
    gift: dict[str, Any]
    po_number: str
    note: str
    tags: list[str]
    changed_at: datetime


_AMOUNTS = ("subtotal", "shipping", "discount", "tax", "total", "refunded")
_AS_THEY_ARE = OrderOut.model_fields.keys() - {
    "id", "customer", "lines", "fulfilments", "refunds", "promise", *_AMOUNTS,
}  # fmt: skip


def order_out(order: Order) -> OrderOut:
    """The order with its parts, which have been fetched with it. One query."""
    return orders_out([order])[0]


def orders_out(orders: Sequence[Order]) -> list[OrderOut]:
    """Orders with their parts, which have been fetched with them. One query, however many orders."""
    promised = promises_of("order", [order.pk for order in orders])
    return [_order_out(order, promised.get(order.pk)) for order in orders]


def _order_out(order: Order, promise: PromiseOut | None) -> OrderOut:
    lines = list(order.lines.all())
    own_ids = {line.pk: line.external_id for line in lines}
    fields: dict[str, Any] = {name: getattr(order, name) for name in _AS_THEY_ARE}
    fields |= {name: _major(getattr(order, name), order.currency) for name in _AMOUNTS}
    return OrderOut(
        id=order.public_id,
        customer=order.customer.public_id if order.customer else None,
        lines=[_line_out(line, order.currency) for line in lines],
        fulfilments=[_fulfilment_out(fulfilment, own_ids) for fulfilment in order.fulfilments.all()],
        refunds=[_refund_out(refund, order.currency) for refund in order.refunds.all()],
        promise=promise,
        **fields,
    )


def _line_out(line: Line, currency: str) -> LineOut:
    return LineOut(
        id=line.external_id, title=line.title, variant_title=line.variant_title, sku=line.sku,
        product=line.product_external_id or None, variant=line.variant_external_id or None, kind=line.kind,
        quantity=line.quantity, cancelled_quantity=line.cancelled_quantity, fulfilled_quantity=line.fulfilled_quantity,
        refunded_quantity=line.refunded_quantity, unit_price=_major(line.unit_price, currency),
        discount=_major(line.discount, currency), tax=_major(line.tax, currency), total=_major(line.total, currency),
        batch=line.batch, serials=line.serials, delivered_at=line.delivered_at,
    )  # fmt: skip


def _fulfilment_out(fulfilment: Fulfilment, own_ids: dict[int, str]) -> FulfilmentOut:
    carried = [CarriedOut(line=own_ids[part.line_id], quantity=part.quantity) for part in fulfilment.lines.all()]
    return FulfilmentOut(
        id=fulfilment.public_id, external_id=fulfilment.external_id, kind=Fulfilment.Kind(fulfilment.kind),
        status=Fulfilment.Status(fulfilment.status), status_at=fulfilment.status_at,
        scheduled_from=fulfilment.scheduled_from, scheduled_until=fulfilment.scheduled_until,
        completed_at=fulfilment.completed_at, lines=carried,
    )  # fmt: skip


def _refund_out(refund: Refund, currency: str) -> RefundOut:
    return RefundOut(
        id=refund.external_id, amount=_major(refund.amount, currency), reason=refund.reason, at=refund.refunded_at
    )


def _major(amount: int, currency: str) -> str:
    return str(Money(amount, currency).decimal())
