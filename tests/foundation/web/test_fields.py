"""Fields are named as the caller wrote them."""

from typing import Any

import pytest
from pydantic import ValidationError

from aftercare.commerce.orders.api.examples import ORDER
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.foundation.web.fields import refusal_of


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"currency": "EUX"}, "currency", "'EUX' is no ISO 4217 currency code, such as EUR"),
        ({"lines": [{"id": "1", "unit_price": 1}]}, "lines[0].title", "This field is missing."),
        ({"colour": "red"}, "colour", "There is no such field."),
        ({"customer": {"id": "1", "traits": {"vip": [1]}}}, "customer.traits.vip", "Input should be a valid string"),
        ({"customer": "Sam"}, "customer", "This must be an object."),
        ({"note": "a\x00b"}, "note", "It holds characters that cannot stand here."),
    ],
)
def test_the_field_and_the_sentence(changes: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        OrderIn.model_validate({**ORDER, **changes})
    error = refused.value.errors()[0]
    refusal = refusal_of(error, place=error["loc"], within="orders[3]")
    assert (refusal.field, refusal.sentence) == (f"orders[3].{field}", sentence)


def test_the_whole_thing_may_be_at_fault() -> None:
    with pytest.raises(ValidationError) as refused:
        OrderIn.model_validate("no order")
    error = refused.value.errors()[0]
    assert refusal_of(error, place=error["loc"], within="orders[3]").field == "orders[3]"
