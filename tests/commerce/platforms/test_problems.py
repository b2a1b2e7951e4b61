"""What schemas complain of, in words."""

from typing import Any

import pytest
from pydantic import ValidationError

from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.platforms.mapping.plan import Place
from aftercare.commerce.platforms.problems import problems_of, written

GOOD = {"id": "1", "number": "1", "placed_at": "2026-01-01T00:00:00Z", "currency": "EUR", "total": "5"}
LINE = {"id": "1", "title": "Filter", "unit_price": "5"}


def said(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as invalid:
        OrderIn.model_validate({**GOOD, **changes})
    problems = problems_of(invalid.value, lambda location: Place(written(location), 7))
    assert all(problem.line == 7 and problem.remedy and problem.kind for problem in problems)
    return [(problem.field, problem.problem) for problem in problems]


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"id": ""}, "id", "is empty"),
        ({"id": None}, "id", "is not text"),
        ({"number": "x" * 61}, "number", f"'{'x' * 60}…' is longer than 60 characters"),
        ({"placed_at": "soon"}, "placed_at", "'soon' is not a time"),
        ({"placed_at": "2026-01-01T00:00:00"}, "placed_at", "'2026-01-01T00:00:00' has no time zone"),
        ({"placed_at": "2026-01-01"}, "placed_at", "'2026-01-01' has no time zone"),
        ({"placed_at": "1066-10-14T09:00:00Z"}, "placed_at", "lies before 1990 or after 2100"),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, "placed_at", "lies before 1990 or after 2100"),
        ({"placed_at": "9999-12-31T23:59:59-14:00"}, "placed_at", "lies before 1990 or after 2100"),
        ({"currency": "EUX"}, "currency", "'EUX' is no ISO 4217 currency code, such as EUR"),
        ({"total": "much"}, "total", "'much' is not an amount"),
        ({"total": "-1"}, "total", "'-1' must be at least 0"),
        ({"total": "NaN"}, "total", "'NaN' is not a finite number"),
        ({"payment": "maybe"}, "payment", "'maybe' is not one of"),
        ({"email": "nobody"}, "email", "'nobody' is not an e-mail address"),
        ({"note": "a\x00b"}, "note", "holds a NUL character, which no database can store"),
        ({"note": "\ud800"}, "note", "is not valid Unicode"),
        ({"colour": "red"}, "colour", "is no field here"),
        ({"lines": [LINE, {**LINE, "quantity": "two"}]}, "lines[1].quantity", "'two' is not a whole number"),
        ({"lines": [LINE, {**LINE, "quantity": 0}]}, "lines[1].quantity", "'0' must be at least 1"),
        ({"lines": "none"}, "lines", "'none' is not a list"),
        ({"shipping_address": "here"}, "shipping_address", "'here' is not an object"),
        ({"shipping_address": {"country": "DEU"}}, "shipping_address.country", "'DEU' does not have the form"),
    ],
)  # fmt: skip
def test_a_complaint_says_field_value_and_what_is_wrong(changes: dict[str, Any], field: str, problem: str) -> None:
    ((found_field, found_problem),) = said(**changes)
    assert found_field == field
    assert problem in found_problem


def test_all_complaints_about_a_record_are_told() -> None:
    assert [field for field, _ in said(id="", total="x", lines=[{}])] == [
        "id", "total", "lines[0].id", "lines[0].title", "lines[0].unit_price",
    ]  # fmt: skip
