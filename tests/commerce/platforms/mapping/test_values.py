"""What specifications make of cells."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.commerce.platforms.files.records import Row
from aftercare.commerce.platforms.mapping.columns import Rows
from aftercare.commerce.platforms.mapping.scope import CellProblem, Join
from tests.commerce.platforms.mapping.compiling import plan, scope, value


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("'a'", "x"),
        ("'empty'", None),
        ("{ column = 'a' }", "x"),
        ("{ constant = 'k' }", "k"),
        ("{ template = '{a}/{b}!' }", "x/y!"),
        ("{ template = '{a} {empty}' }", "x "),
        ("{ template = '{empty}-{empty}' }", None),
        ("{ template = 'always' }", "always"),
        ("{ first = ['empty', 'b', 'a'] }", "y"),
        ("{ first = ['empty', { constant = 'k' }] }", "k"),
        ("{ first = ['empty'] }", None),
        ("{ column = 'a', when = 'b' }", "x"),
        ("{ column = 'a', when = 'empty' }", None),
        ("{ column = 'a', when = { column = 'b', is = 'y' } }", "x"),
        ("{ column = 'a', when = { column = 'b', is = ['q', 'y'] } }", "x"),
        ("{ column = 'a', when = { column = 'b', not = 'y' } }", None),
        ("{ column = 'a', when = ['b', { column = 'b', not = 'q' }] }", "x"),
        ("{ column = 'a', when = ['b', 'empty'] }", None),
        ("{ column = 'a', values = { x = 'translated' } }", "translated"),
        ("{ column = 'a', values = { q = 'r' }, otherwise = 'else' }", "else"),
        ("{ column = 'empty', values = { q = 'r' } }", None),
    ],
)
def test_text(spec: str, expected: str | None) -> None:
    assert value(spec, {"a": " x ", "b": "y", "empty": "  "}) == expected


def test_a_word_that_is_not_translated_is_a_problem() -> None:
    with pytest.raises(CellProblem) as found:
        value("{ column = 'a', values = { q = 'r' } }", {"a": "x"})
    assert (found.value.field, found.value.problem) == ("a", "'x' is not translated")
    assert found.value.remedy == "Add it to customers.fields.name.values."


@pytest.mark.parametrize(
    ("spec", "text", "expected"),
    [
        ("'a'", "2026-07-01T12:00:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("'a'", "2026-07-01 12:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("'a'", "2026-07-01T12:00:00Z", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        ("{ column = 'a', zone = 'Asia/Tokyo' }", "2026-07-01T12:00", datetime(2026, 7, 1, 3, tzinfo=UTC)),
        ("{ column = 'a', time = '%d.%m.%Y %H:%M' }", "01.07.2026 12:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("{ column = 'a', time = '%Y%m%dT%H%M%z' }", "20260701T1200+0000", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        ("{ column = 'a', end_of_day = true }", "2026-07-01", datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC)),
        ("{ latest = ['a', 'b'] }", "2026-07-01T12:00", datetime(2026, 7, 2, 10, tzinfo=UTC)),
        ("'a'", "", None),
        ("{ latest = ['a'] }", "", None),
    ],
)
def test_times(spec: str, text: str, expected: datetime | None) -> None:
    cells = {"a": text, "b": "2026-07-02T12:00"}
    assert value(spec, cells, "zone = 'Europe/Berlin'", "created_at") == expected


@pytest.mark.parametrize("text", ["soon", "2026-02-30", "31.12.2026", "0000-01-01T00:00"])
def test_what_is_no_time_is_a_problem(text: str) -> None:
    with pytest.raises(CellProblem, match="not a time"):
        value("'a'", {"a": text}, "zone = 'UTC'", "created_at")


def test_a_local_time_needs_a_zone() -> None:
    with pytest.raises(CellProblem, match="time zone") as found:
        value("'a'", {"a": "2026-07-01T12:00"}, "", "created_at")
    assert found.value.remedy == "Set `zone` in the mapping."


def amount(spec: str, cells: dict[str, Any], head: str = "") -> Any:
    text = f"""
    {head}
    [orders.fields]
    id = {{ constant = "1" }}
    number = {{ constant = "1" }}
    placed_at = {{ constant = "2026-01-01T00:00:00Z" }}
    currency = {{ constant = "EUR" }}
    total = {spec}
    """
    return (plan(text, list(cells)).root.build(scope(cells)) or {}).get("total")


@pytest.mark.parametrize(
    ("spec", "text", "expected"),
    [
        ("'a'", "19.90", Decimal("19.90")),
        ("{ column = 'a', decimal = ',' }", "1.234,50", Decimal("1234.50")),
        ("{ column = 'a', factor = '0.01' }", "1990", Decimal("19.90")),
        ("{ column = 'a', factor = '-1' }", "-5", Decimal(5)),
        ("{ sum = ['a', 'b'] }", "1", Decimal("3.5")),
        ("'a'", "", None),
        ("{ sum = ['a'] }", "", None),
    ],
)
def test_amounts(spec: str, text: str, expected: Decimal | None) -> None:
    assert amount(spec, {"a": text, "b": "2.5"}) == expected


def test_the_decimal_comma_of_a_whole_file() -> None:
    assert amount("'a'", {"a": "1.234,50"}, "decimal = ','") == Decimal("1234.50")


@pytest.mark.parametrize("text", ["ten", "1e999999999", "NaN", "sNaN", "Infinity", "1,5"])
@pytest.mark.parametrize("spec", ["'a'", "{ column = 'a', factor = '2' }", "{ sum = ['a'] }"])
def test_what_is_no_amount_is_a_problem(spec: str, text: str) -> None:
    with pytest.raises(CellProblem, match="not a number") as found:
        amount(spec, {"a": text})
    assert found.value.field == "a"


ITEMS = Join(
    "", "id", {"1": [Row(2, {"sku": "A", "n": "1"}), Row(3, {"sku": "B", "n": "2"}), Row(4, {"sku": "A", "n": ""})]}
)
TAGGED = """
[customers.fields]
id = "id"
traits.skus = { all = "items.sku" }
traits.sum = { sum = ["items.n"] }
traits.sku = "items.sku"
"""


def test_columns_of_several_joined_rows() -> None:
    made = plan(TAGGED.replace('traits.sku = "items.sku"', ""), ["id"], {"items": Rows(["sku", "n"], "items.csv")})
    assert made.root.build(scope({"id": "1"}, joins={"items": ITEMS})) == {
        "id": "1",
        "traits": {"skus": ["A", "B"], "sum": Decimal(3)},
    }


def test_without_joined_rows_there_is_nothing() -> None:
    made = plan(TAGGED, ["id"], {"items": Rows(["sku", "n"], "items.csv")})
    assert made.root.build(scope({"id": "2"}, joins={"items": ITEMS})) == {"id": "2"}


def test_rows_that_contradict_each_other_are_a_problem_of_the_file_they_stand_in() -> None:
    made = plan(TAGGED, ["id"], {"items": Rows(["sku", "n"], "items.csv")})
    with pytest.raises(CellProblem) as found:
        made.root.build(scope({"id": "1"}, joins={"items": ITEMS}))
    assert found.value.field == "items.csv: sku"
    assert found.value.problem == "is 'B' here and 'A' in a row before"


def test_json_is_read_by_path_and_lists_by_element() -> None:
    text = """
    [customers.fields]
    id = "person.id"
    traits.vip = "vip"
    [[customers.fields.addresses]]
    each = "person.places"
    city = "places.city"
    """
    cells = {"vip": True, "person": {"id": 7, "places": [{"city": "Berlin"}, {"zip": 1}, "junk", {"city": "Bremen"}]}}
    assert plan(text, None).root.build(scope(cells)) == {
        "id": "7",
        "traits": {"vip": "true"},
        "addresses": [{"city": "Berlin"}, {"city": "Bremen"}],
    }


def test_lists_in_lists_of_json() -> None:
    text = """
    [orders.fields]
    id = "id"
    number = "id"
    placed_at = "at"
    currency = "currency"
    total = "total"
    [[orders.fields.fulfilments]]
    each = "parcels"
    id = "parcels.id"
    [[orders.fields.fulfilments.lines]]
    each = "parcels.items"
    line = "items.line"
    quantity = "items.n"
    """
    parcels = [
        {"id": 1, "items": [{"line": 1, "n": 2}, {"line": 2, "n": 1}]},
        {"id": 2, "items": [{"line": 3, "n": 1}]},
    ]
    made = plan(text, None).root.build(scope({"id": "1", "parcels": parcels})) or {}
    assert made["fulfilments"] == [
        {"id": "1", "lines": [{"line": "1", "quantity": Decimal(2)}, {"line": "2", "quantity": Decimal(1)}]},
        {"id": "2", "lines": [{"line": "3", "quantity": Decimal(1)}]},
    ]


def test_an_object_where_a_value_is_wanted_is_a_problem() -> None:
    with pytest.raises(CellProblem, match="list or an object"):
        plan("[customers.fields]\nid = 'id'\n", None).root.build(scope({"id": {"value": 1}}))


def test_a_list_cell_is_split() -> None:
    text = "[orders.fields]\n" + "\n".join(
        f"{name} = 'a'" for name in ("id", "number", "placed_at", "currency", "total")
    )
    made = plan(f"zone = 'UTC'\n{text}\ntags = {{ column = 'b', split = ';' }}", ["a", "b"])
    assert made.root.fields["tags"].build(scope({"a": "", "b": "x; y ;;"})) == ["x", "y"]


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SPECS = [
    ("name", "'a'"),
    ("name", "{ template = '{a}{b}' }"),
    ("name", "{ column = 'a', values = { x = 'y' } }"),
    ("created_at", "'a'"),
    ("created_at", "{ column = 'a', end_of_day = true, time = '%d.%m.%y' }"),
    ("created_at", "{ latest = ['a', 'b'] }"),
    ("traits.n", "{ sum = ['a', 'b'], decimal = ',', factor = '1e-3' }"),
    ("traits.n", "{ column = 'a', factor = '1000' }"),
]


@given(spec=st.sampled_from(SPECS), a=st.one_of(ANY_TEXT, st.datetimes().map(str), st.decimals().map(str)), b=ANY_TEXT)
@settings(deadline=None)
def test_no_text_whatever_makes_a_value_fail_in_another_way(spec: tuple[str, str], a: str, b: str) -> None:
    with suppress(CellProblem):
        value(spec[1], {"a": a, "b": b}, "zone = 'America/Sao_Paulo'", spec[0])
