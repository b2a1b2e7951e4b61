"""What an order looks like at every door. Amounts are in major units of the order's currency, such as "19.90"."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from aftercare.commerce.customers.schemas import AddressIn, CustomerIn
from aftercare.foundation.kit.schema import Currency, Email, Incoming, Key, Long, Moment, Short, Text

Amount = Annotated[Decimal, Field(ge=0, le=Decimal("1e13"))]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]


class LineIn(Incoming):
    """One position. `product` and `variant` are ids at the same source; without them `sku` finds the variant."""

    id: Key
    title: Annotated[Short, Field(min_length=1)]
    variant_title: Short = ""
    sku: Annotated[Text, Field(max_length=120)] = ""
    product: Key | None = None
    variant: Key | None = None
    kind: Literal["goods", "consumable", "digital", "service"] | None = None
    quantity: Quantity = 1
    cancelled_quantity: Annotated[int, Field(ge=0)] = 0
    refunded_quantity: Annotated[int, Field(ge=0)] = 0
    unit_price: Amount
    discount: Amount = Decimal(0)
    tax: Amount = Decimal(0)
    image_url: Annotated[Text, Field(max_length=500)] = ""
    batch: Annotated[Text, Field(max_length=120, description="The batch or lot it was made in.")] = ""
    serials: Annotated[Text, Field(max_length=20_000, description="Serial numbers, with spaces between them.")] = ""


class GiftIn(Incoming):
    """Someone else receives it; they are told about the parcel but never about prices."""

    recipient: Short
    email: Email | None = None
    message: Long = ""


class RefundIn(Incoming):
    """Money given back."""

    id: Key
    amount: Annotated[Decimal, Field(gt=0, le=Decimal("1e13"))]
    reason: Annotated[Text, Field(max_length=200)] = ""
    at: Moment


class FulfilmentLineIn(Incoming):
    """How many of the order's line `line` (its id) are in this fulfilment."""

    line: Key
    quantity: Quantity


class FulfilmentIn(Incoming):
    """One way in which lines reach the customer. Without `lines` it carries all that is not in another."""

    id: Key
    kind: Literal["shipment", "pickup", "digital", "service_visit"] = "shipment"
    status: Literal["open", "back_ordered", "packed", "ready", "under_way", "completed", "cancelled", "missed"] = "open"
    status_at: Moment | None = None
    scheduled_from: Moment | None = None
    scheduled_until: Moment | None = None
    location: AddressIn | None = None
    lines: Annotated[tuple[FulfilmentLineIn, ...], Field(max_length=5000)] = ()


class OrderIn(Incoming):
    """An order as the shop knows it now: sending it again with changes is an edit, sending it unchanged does nothing.

    `total` is what the customer pays in all; the other amounts are reported as the shop splits them. `updated_at` lets
    versions arrive in any order: one older than what is known is passed over.
    """

    id: Key
    number: Annotated[Text, Field(min_length=1, max_length=60)]
    placed_at: Moment
    updated_at: Moment | None = None
    currency: Currency
    total: Amount
    subtotal: Amount | None = None
    shipping: Amount = Decimal(0)
    discount: Amount = Decimal(0)
    tax: Amount = Decimal(0)
    payment: Literal["pending", "paid", "partially_refunded", "refunded", "voided"] = "paid"
    customer: CustomerIn | None = None
    email: Email | None = None
    phone: Annotated[Text, Field(max_length=40)] | None = None
    locale: Annotated[Text, Field(max_length=12)] = ""
    lines: Annotated[tuple[LineIn, ...], Field(max_length=5000)] = ()
    fulfilments: Annotated[tuple[FulfilmentIn, ...], Field(max_length=500)] = ()
    refunds: Annotated[tuple[RefundIn, ...], Field(max_length=500)] = ()
    shipping_address: AddressIn | None = None
    billing_address: AddressIn | None = None
    promised_by: Moment | None = None
    gift: GiftIn | None = None
    po_number: Annotated[Text, Field(max_length=80)] = ""
    note: Long = ""
    tags: Annotated[tuple[Short, ...], Field(max_length=250)] = ()
    cancelled_at: Moment | None = None
    cancel_reason: Annotated[Text, Field(max_length=200)] = ""
