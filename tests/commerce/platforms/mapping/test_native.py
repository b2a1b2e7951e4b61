"""CSV files that use our own names."""

from typing import Any

import pytest
from pydantic import ValidationError

from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.mapping.native import columns_of, plan_of_header
from aftercare.commerce.platforms.mapping.plan import Place
from aftercare.commerce.platforms.mapping.scope import CellProblem
from aftercare.commerce.platforms.problems import problems_of
from tests.commerce.platforms.mapping.compiling import scope

ORDER = ["id", "number", "placed_at", "currency", "total"]
LINES = ["lines.id", "lines.title", "lines.unit_price"]
PARCELS = ["fulfilments.id", "fulfilments.lines.line", "fulfilments.lines.quantity"]


def order(columns: list[str], *rows: str) -> Any:
    plan = plan_of_header(schema=OrderIn, columns=columns, keys=["id"])
    cells = [dict(zip(columns, row.split(","), strict=True)) for row in rows]
    return plan.root.build(scope(*cells))


def test_groups_are_columns_with_a_dot() -> None:
    plan = plan_of_header(schema=CustomerIn, columns=["id", "traits.vip", "name"], keys=["id"])
    assert plan.root.build(scope({"id": "1", "traits.vip": "yes", "name": ""})) == {"id": "1", "traits": {"vip": "yes"}}
    assert plan.group is None


def test_a_group_without_a_cell_is_left_out() -> None:
    made = order([*ORDER, "customer.email", "shipping_address.city"], "1,1,t,EUR,5,,Berlin")
    assert "customer" not in made
    assert made["shipping_address"] == {"city": "Berlin"}


def test_lists_take_a_row_per_item_and_the_order_stands_on_its_first() -> None:
    made = order([*ORDER, *LINES], "1,#1,t,EUR,5,L1,Filter,2", "1,,,,,L2,Jug,3")
    assert made["number"] == "#1"
    assert [line["id"] for line in made["lines"]] == ["L1", "L2"]


def test_several_lists_share_rows_and_items_named_twice_are_one() -> None:
    made = order(
        [*ORDER, *LINES, *PARCELS],
        "1,#1,t,EUR,5,L1,Filter,2,F1,L1,1",
        "1,#1,t,EUR,5,L1,Filter,2,F2,L1,1",
        "1,#1,t,EUR,5,L2,Jug,3,F2,L2,1",
        "1,#1,t,EUR,5,,,,,,",
    )
    assert [line["id"] for line in made["lines"]] == ["L1", "L2"]
    assert [(parcel["id"], [line["line"] for line in parcel["lines"]]) for parcel in made["fulfilments"]] == [
        ("F1", ["L1"]),
        ("F2", ["L1", "L2"]),
    ]


def test_rows_of_one_order_that_disagree_are_a_problem_on_their_line() -> None:
    with pytest.raises(CellProblem) as found:
        order([*ORDER, *LINES], "1,#1,t,EUR,5,L1,Filter,2", "1,#2,t,EUR,5,L2,Jug,3")
    assert (found.value.field, found.value.line) == ("number", 3)


def test_a_problem_of_an_item_is_found_on_the_row_it_stands_on() -> None:
    columns = [*ORDER, *LINES]
    plan = plan_of_header(schema=OrderIn, columns=columns, keys=["id"])
    rows = ["1,#1,2026-01-01T00:00:00Z,EUR,5,L1,Filter,2", ",,,,,L2,Jug,cheap", ",,,,,,Lid,1"]
    record = scope(*[dict(zip(columns, row.split(","), strict=True)) for row in rows])
    with pytest.raises(ValidationError) as invalid:
        OrderIn.model_validate(plan.root.build(record))
    problems = problems_of(invalid.value, lambda location: plan.root.locate(record, location))
    assert [problem[:3] for problem in problems] == [
        (3, "lines.unit_price", "'cheap' is not an amount"),
        (4, "lines.id", "is missing"),
    ]


def test_a_place_that_no_column_gave_is_still_named() -> None:
    plan = plan_of_header(schema=OrderIn, columns=[*ORDER, *LINES], keys=["id"])
    record = scope(dict.fromkeys([*ORDER, *LINES], "1"))
    assert plan.root.locate(record, ["note"]) == Place("note", 2)
    assert plan.root.locate(record, ["lines", 7, "id"]) == Place("lines", 2)
    assert plan.root.locate(record, []) == Place("", 2)


def test_columns_to_be_ignored_begin_with_an_underscore_or_have_no_name() -> None:
    made = order([*ORDER, "_internal", "(column 7)"], "1,1,t,EUR,5,x,y")
    assert set(made) == set(ORDER)


@pytest.mark.parametrize(
    ("columns", "field", "remedy"),
    [
        ([*ORDER, "emial"], "emial", "Did you mean 'email'?"),
        ([*ORDER, "customer"], "customer", ""),
        ([*ORDER, "lines.prize"], "lines.prize", ""),
        ([*ORDER, "tags.x"], "tags.x", ""),
        (ORDER[1:], "id", "Add it"),
        ([*ORDER, "lines.sku"], "lines.id", "Add it"),
    ],
)
def test_a_header_that_cannot_do_is_refused_as_a_whole(columns: list[str], field: str, remedy: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        plan_of_header(schema=OrderIn, columns=columns, keys=["id"])
    assert refused.value.field == field
    assert remedy in refused.value.remedy


def test_records_are_held_together_by_the_best_key_there_is() -> None:
    columns = ["email", "phone", "addresses.city"]
    assert plan_of_header(schema=CustomerIn, columns=columns, keys=["id", "email", "phone"]).group == "email"


def test_every_column_there_is_may_stand_in_a_header() -> None:
    columns = [column.replace("*", "vip") for column in columns_of(OrderIn)]
    assert plan_of_header(schema=OrderIn, columns=columns, keys=["id"]).group == "id"
