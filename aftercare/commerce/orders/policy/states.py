"""An order as values: each tuple holds columns of its table by name, so that states compare and write as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


class Header(NamedTuple):
    """The order itself: the shop's word, and derived from it `paid_at`, `refunded`, `progress` and `delivered_at`."""

    number: str
    email: str
    phone: str
    locale: str
    placed_at: datetime
    payment: str
    cancelled_at: datetime | None
    cancel_reason: str
    promised_by: datetime | None
    currency: str
    subtotal: int
    shipping: int
    discount: int
    tax: int
    total: int
    shipping_address: Mapping[str, Any]
    billing_address: Mapping[str, Any]
    gift: Mapping[str, Any]
    po_number: str
    note: str
    tags: Sequence[str]
    search: str
    version_at: datetime | None
    paid_at: datetime | None = None
    refunded: int = 0
    progress: str = "placed"
    delivered_at: datetime | None = None


class LineState(NamedTuple):
    """One position. `fulfilled_quantity` and `delivered_at` are derived from fulfilments."""

    external_id: str
    product_external_id: str
    variant_external_id: str
    product_id: int | None
    variant_id: int | None
    kind: str
    sku: str
    title: str
    variant_title: str
    image_url: str
    quantity: int
    cancelled_quantity: int
    refunded_quantity: int
    unit_price: int
    discount: int
    tax: int
    total: int
    batch: str = ""
    serials: str = ""
    fulfilled_quantity: int = 0
    delivered_at: datetime | None = None

    @property
    def wanted(self) -> int:
        """How many are still to reach the customer or have."""
        return self.quantity - self.cancelled_quantity


class FulfilmentState(NamedTuple):
    """One way in which lines reach the customer. `reached` tells when each status was first reached, in ISO 8601."""

    external_id: str
    kind: str
    status: str
    status_at: datetime
    scheduled_from: datetime | None
    scheduled_until: datetime | None
    location: Mapping[str, Any]
    completed_at: datetime | None = None
    reached: Mapping[str, str] = {}


class RefundState(NamedTuple):
    """Money given back."""

    external_id: str
    amount: int
    reason: str
    refunded_at: datetime


@dataclass(slots=True)
class OrderState:
    """An order with its parts by their ids at the shop; `carried` tells how many of which line a fulfilment carries."""

    header: Header
    lines: dict[str, LineState]
    fulfilments: dict[str, FulfilmentState] = field(default_factory=dict)
    carried: dict[str, dict[str, int]] = field(default_factory=dict)
    refunds: dict[str, RefundState] = field(default_factory=dict)
    customer_id: int | None = None
