"""Who bought, as far as an order tells."""

from typing import Any

import pytest

from aftercare.commerce.orders.policy.buyers import buyer_of, doubts
from tests.commerce.orders.policy.versions_of import version
from tests.factories import order_in

GIFT = {"gift": {"recipient": "Kim Friend"}}
BILLING = {"billing_address": {"recipient": "Sam Shopper", "country": "AT"}}


def test_the_customer_of_an_account_is_completed_by_the_order() -> None:
    order = order_in(customer={"id": "7"}, email="sam@example.com", phone="030 1")
    buyer = buyer_of(order)
    assert buyer
    assert (buyer.customer.id, buyer.customer.email, buyer.customer.phone) == ("7", "sam@example.com", "030 1")
    assert not buyer.hearsay


def test_what_the_customer_says_of_themselves_stands() -> None:
    buyer = buyer_of(order_in(customer={"id": "7", "email": "own@example.com"}))
    assert buyer
    assert buyer.customer.email == "own@example.com"


@pytest.mark.parametrize(
    ("told", "name", "country"),
    [({}, "Sam Shopper", "DE"), (GIFT, "", None), ({**GIFT, **BILLING}, "Sam Shopper", "AT")],
)
def test_a_guest_is_hearsay_and_never_the_recipient_of_a_gift(
    told: dict[str, Any], name: str, country: str | None
) -> None:
    buyer = buyer_of(order_in(**told))
    assert buyer
    assert buyer.hearsay
    assert (buyer.customer.name, buyer.customer.country) == (name, country)


def test_an_order_can_be_nobodys() -> None:
    assert buyer_of(order_in(email=None)) is None
    assert buyer_of(order_in(email=None, customer={"name": "Sam"})) is None


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ({}, []),
        ({"email": None}, ["no_customer"]),
        ({"total": "10"}, ["total_does_not_add_up"]),
        ({"fulfilments": [{"id": "f", "status": "packed"}]}, ["status_time_missing"]),
        ({"fulfilments": [{"id": "f"}]}, []),
    ],
)
def test_doubts_have_a_code_each(told: dict[str, Any], codes: list[str]) -> None:
    order = order_in(**told)
    found = doubts(order, version(**told), has_buyer=buyer_of(order) is not None)
    assert [doubt.code for doubt in found] == codes
