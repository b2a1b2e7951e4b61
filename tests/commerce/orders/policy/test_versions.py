"""Reading what the shop sent: exact amounts, and refusals that name the field and the remedy."""

from typing import Any

import pytest

from aftercare.commerce.catalog.policy import Article, Articles
from aftercare.commerce.orders.policy.versions import adds_up, read_version
from aftercare.foundation.kit.errors import Invalid
from tests.commerce.orders.policy.versions_of import NOW, version
from tests.factories import line_in, order_in

REFUND = {"id": "r", "amount": "5", "at": "2026-11-09T08:00:00Z"}


@pytest.mark.parametrize(
    ("told", "field", "code"),
    [
        ({"lines": [line_in(cancelled_quantity=2)]}, "lines[0].cancelled_quantity", "more_than_ordered"),
        ({"lines": [line_in(refunded_quantity=2)]}, "lines[0].refunded_quantity", "more_than_ordered"),
        ({"lines": [line_in(), line_in()]}, "lines[1].id", "duplicate_id"),
        ({"lines": [line_in(unit_price="1.234")]}, "lines[0].unit_price", "invalid"),
        ({"lines": [line_in(discount="35")]}, "lines[0].discount", "invalid"),
        ({"lines": [line_in(unit_price="1e13", quantity=1_000_000)]}, "lines[0].unit_price", "amount_too_large"),
        ({"total": "39.801"}, "total", "invalid"),
        ({"currency": "JPY", "lines": [line_in(unit_price="35")]}, "shipping", "invalid"),
        ({"refunds": [REFUND, REFUND]}, "refunds[1].id", "duplicate_id"),
        ({"refunds": [{**REFUND, "amount": "39.81"}]}, "refunds", "refunds_exceed_total"),
        ({"refunds": [{**REFUND, "amount": "0.001"}]}, "refunds[0].amount", "invalid"),
        ({"fulfilments": [{"id": "f"}, {"id": "f"}]}, "fulfilments[1].lines", "ambiguous_rest"),
        (
            {"fulfilments": [{"id": "f"}, {"id": "f", "lines": [{"line": "1", "quantity": 1}]}]},
            "fulfilments[1].id",
            "duplicate_id",
        ),
        ({"fulfilments": [{"id": "f"}, {"id": "g"}]}, "fulfilments[1].lines", "ambiguous_rest"),
        (
            {"fulfilments": [{"id": "f", "lines": [{"line": "9", "quantity": 1}]}]},
            "fulfilments[0].lines[0].line",
            "unknown_line",
        ),
        (
            {"fulfilments": [{"id": key, "lines": [{"line": "1", "quantity": 1}]} for key in "fg"]},
            "fulfilments[1].lines[0].quantity",
            "more_than_ordered",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(told: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        version(**told)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert refused.value.remedy


def test_amounts_are_minor_units_of_the_currency() -> None:
    header = version(currency="JPY", total="3980", shipping="490", lines=[line_in(unit_price="3490")]).header
    assert (header.total, header.shipping, header.subtotal) == (3980, 490, 3490)


def test_prices_computed_in_floating_point_are_understood() -> None:
    assert version(lines=[line_in(unit_price=34.900000000000006)]).lines["1"].unit_price == 3490


def test_a_missing_subtotal_is_the_sum_of_the_lines() -> None:
    lines = [line_in(quantity=2, discount="9.80"), line_in(id="2")]
    assert version(lines=lines).header.subtotal == 6000 + 3490
    assert version(lines=lines, subtotal="90").header.subtotal == 9000


def test_cancelled_and_missed_fulfilments_leave_their_lines_to_others() -> None:
    fulfilments = [
        {"id": "f", "status": "missed", "lines": [{"line": "1", "quantity": 1}]},
        {"id": "g", "status": "cancelled"},
        {"id": "h"},
    ]
    assert version(fulfilments=fulfilments).carried == {"f": {"1": 1}, "g": {}, "h": {"1": 1}}


def test_shops_may_leave_cancelled_pieces_in_a_fulfilment() -> None:
    told = {"lines": [line_in(quantity=2, cancelled_quantity=1)]}
    assert version(**told, fulfilments=[{"id": "f", "lines": [{"line": "1", "quantity": 2}]}]).carried == {
        "f": {"1": 2}
    }


@pytest.mark.parametrize(
    ("told", "wonder"),
    [
        ({}, False),
        ({"tax": "6.35"}, False),
        ({"tax": "7.56", "total": "47.36"}, False),
        ({"discount": "5", "total": "34.80"}, False),
        ({"discount": "5", "lines": [line_in(discount="5")], "total": "34.80"}, False),
        ({"total": "40.80"}, True),
    ],
)
def test_totals_that_do_not_add_up_are_noticed(told: dict[str, Any], *, wonder: bool) -> None:
    assert adds_up(version(**told)) is not wonder


def test_a_line_is_the_article_of_its_surest_key() -> None:
    articles = Articles(
        variants={"v": Article(1, 11, "digital")},
        products={"p": Article(2, None, "service")},
        skus={"s": Article(3, 33, "goods")},
    )

    def found(**told: Any) -> tuple[int | None, int | None, str]:
        lines = [line_in(**{"sku": "", **told})]
        line = read_version(order_in(lines=lines), articles=articles, home="DE", now=NOW).lines["1"]
        return line.product_id, line.variant_id, line.kind

    assert found(variant="v", product="p", sku="s") == (1, 11, "digital")
    assert found(variant="unknown", product="p", sku="s") == (2, None, "service")
    assert found(sku="s") == (3, 33, "goods")
    assert found(sku="s", kind="consumable") == (3, 33, "consumable")
    assert found() == (None, None, "goods")


def test_orders_are_searched_by_number_buyer_and_addresses_without_accents() -> None:
    search = version(number="#1042", customer={"id": "7", "name": "Jürgen Weiß"}, po_number="PO-7").header.search
    assert search == "#1042 sam@example.com jurgen weiss po-7 sam shopper lindenweg 4 berlin"


def test_national_phone_numbers_are_read_as_of_the_address_or_the_shop() -> None:
    assert version(phone="030 123456").header.phone == "+4930123456"
    assert version(phone="01 4020 5317", shipping_address={"country": "FR"}).header.phone == "+33140205317"
    assert version(phone="nonsense").header.phone == ""
