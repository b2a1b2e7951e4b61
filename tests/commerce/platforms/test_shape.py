"""What fields are made of."""

import pytest

from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.orders.schemas import LineIn, OrderIn
from aftercare.commerce.platforms.shape import Kind, shape_of


@pytest.mark.parametrize(
    ("field", "kind", "required"),
    [
        ("id", Kind.VALUE, True),
        ("promised_by", Kind.VALUE, False),
        ("tags", Kind.VALUES, False),
        ("customer", Kind.MODEL, False),
        ("lines", Kind.MODELS, False),
    ],
)
def test_the_fields_of_an_order(field: str, kind: Kind, *, required: bool) -> None:
    shape = shape_of(OrderIn)[field]
    assert (shape.kind, shape.required) == (kind, required)


def test_groups_name_their_model() -> None:
    assert shape_of(OrderIn)["lines"].model is LineIn
    assert shape_of(OrderIn)["customer"].model is CustomerIn
    assert shape_of(CustomerIn)["traits"].kind is Kind.NAMED_VALUES
