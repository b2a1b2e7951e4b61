"""Whether tax is on top or contained: the sum tells."""

from types import SimpleNamespace

import pytest

from aftercare.commerce.orders.policy.amounts import amounts_of


@pytest.mark.parametrize(
    ("tax", "total", "on_top"), [(1900, 12900, True), (1756, 11000, False), (0, 11000, False), (1900, 12899, True)]
)
def test_tax_is_where_the_sum_says(tax, total, on_top):
    order = SimpleNamespace(
        currency="EUR", subtotal=10000, shipping=1500, discount=500, tax=tax, total=total, refunded=0
    )

    assert amounts_of(order).tax_on_top is on_top
