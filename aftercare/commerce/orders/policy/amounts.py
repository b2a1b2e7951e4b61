"""What an order costs, line by line, as the shop reported it."""

from dataclasses import dataclass
from typing import Protocol


class Priced(Protocol):
    """An order's amounts, in minor units of its currency."""

    currency: str
    subtotal: int
    shipping: int
    discount: int
    tax: int
    total: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """`tax_on_top` says whether the tax is part of the sum or contained in the other amounts."""

    currency: str
    subtotal: int
    shipping: int
    discount: int
    tax: int
    tax_on_top: bool
    total: int
    refunded: int


def amounts_of(order: Priced) -> Amounts:
    """Shops report prices with or without tax and do not say which; the sum tells."""
    without_tax = order.subtotal + order.shipping - order.discount
    return Amounts(
        order.currency, order.subtotal, order.shipping, order.discount, order.tax,
        tax_on_top=order.tax > 0 and abs(without_tax + order.tax - order.total) < abs(without_tax - order.total),
        total=order.total, refunded=order.refunded,
    )  # fmt: skip
