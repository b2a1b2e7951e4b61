"""Orders through the API: in as sets and one by one, and read back."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from aftercare.commerce.orders.api.examples import ORDER, ORDERS
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.factories import make_store


@pytest.fixture
def shop_system(store: Store) -> Caller:
    return caller_for(store)


@pytest.fixture
def mallory(store: Store) -> Caller:
    """A program of another store."""
    return caller_for(make_store("mallory"))


def order(number: int, **changes: Any) -> dict[str, Any]:
    return {**ORDER, "id": str(number), "number": f"#{number}", **changes}


def take_in(caller: Caller, *orders: dict[str, Any]) -> list[dict[str, Any]]:
    answer = caller.post("/orders", {"source": "shop", "orders": list(orders)})
    assert answer.status == 200
    results: list[dict[str, Any]] = answer.body["results"]
    return results


def test_what_is_sent_is_read_back(shop_system: Caller) -> None:
    created = shop_system.put("/orders/from/shop/1042", ORDER)
    assert created.status == 201
    read = shop_system.get(f"/orders/{created.body['id']}")
    assert read.body == created.body == shop_system.get("/orders/from/shop/1042").body
    assert {name: read.body[name] for name in ("number", "placed_at", "total", "shipping")} == {
        name: ORDER[name] for name in ("number", "placed_at", "total", "shipping")
    }
    assert read.body["lines"][0].items() >= ORDER["lines"][0].items()
    assert read.body["shipping_address"] == ORDER["shipping_address"]


def test_sending_again_edits_or_changes_nothing(shop_system: Caller) -> None:
    shop_system.put("/orders/from/shop/1042", ORDER)
    assert shop_system.put("/orders/from/shop/1042", ORDER).status == 200
    edited = shop_system.put("/orders/from/shop/1042", {**ORDER, "note": "Ring twice"})
    assert (edited.status, edited.body["note"]) == (200, "Ring twice")


def test_own_ids_may_hold_slashes(shop_system: Caller) -> None:
    own = "gid://shopify/Order/1042"
    assert shop_system.put(f"/orders/from/shop/{own}", order(1042, id=own)).status == 201
    assert shop_system.get(f"/orders/from/shop/{own}").body["external_id"] == own


def test_the_address_and_the_body_name_one_order(shop_system: Caller) -> None:
    assert shop_system.put("/orders/from/shop/7", ORDER).problem == (422, "invalid", "id")


def test_one_bad_order_does_not_stop_the_others(shop_system: Caller) -> None:
    bad = [order(2, currency="EUX"), order(3, lines=[{"id": "1"}]), order(4, total="1.999"), "no order"]
    results = take_in(shop_system, order(1), *bad, order(5))
    assert [result["outcome"] for result in results] == ["created", *["refused"] * 4, "created"]
    fields = [result["problem"]["field"] for result in results if result["problem"]]
    assert fields == ["orders[1].currency", "orders[2].lines[0].title", "orders[3].total", "orders[4]"]
    assert [result["id"][:4] for result in results if result["id"]] == ["ord_", "ord_"]


def test_doubts_are_told_where_they_arose(shop_system: Caller) -> None:
    results = take_in(shop_system, {}, order(1, total="500.00"))
    assert [(warning["code"], warning["field"]) for warning in results[1]["warnings"]] == [
        ("total_does_not_add_up", "orders[1].total")
    ]


def test_an_empty_batch_or_too_large_a_one_is_refused(shop_system: Caller) -> None:
    for orders in ([], [{}] * 501):
        answer = shop_system.post("/orders", {"source": "shop", "orders": orders})
        assert answer.problem == (422, "invalid", "orders")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, ["#3", "#2", "#1"]),
        ({"number": "#2"}, ["#2"]),
        ({"q": "ada"}, ["#3"]),
        ({"payment": "pending"}, ["#2"]),
        ({"progress": "delivered"}, []),
        ({"source": "elsewhere"}, []),
        ({"placed_from": "2025-11-02T00:00:00Z"}, ["#3", "#2"]),
        ({"placed_until": "2025-11-02T00:00:00Z"}, ["#1"]),
    ],
)
def test_lists_are_narrowed(shop_system: Caller, query: dict[str, str], numbers: list[str]) -> None:
    ada = {"id": "9", "name": "Ada", "email": "ada@example.com"}
    days = [f"2025-11-0{day}T12:00:00Z" for day in (1, 2, 3)]
    take_in(
        shop_system, order(1, placed_at=days[0]), order(2, placed_at=days[1], payment="pending"),
        order(3, placed_at=days[2], customer=ada),
    )  # fmt: skip
    assert [found["number"] for found in shop_system.get("/orders", **query).body["items"]] == numbers


def test_orders_of_a_customer(shop_system: Caller) -> None:
    take_in(shop_system, order(1), order(2, customer={"email": "ada@example.com"}))
    customer = shop_system.get("/orders/from/shop/2").body["customer"]
    found = shop_system.get("/orders", customer=customer).body["items"]
    assert [item["number"] for item in found] == ["#2"]
    assert shop_system.get("/orders", customer="cus_nobody").problem == (404, "not_found", "customer")


def test_pages_follow_each_other(shop_system: Caller) -> None:
    take_in(shop_system, *(order(number) for number in range(5)))
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = shop_system.get("/orders", limit="2", cursor=cursor).body
        seen += [item["external_id"] for item in page["items"]]
        cursor = page["next"]
    assert (sorted(seen), cursor) == (list("01234"), "")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_any_number(
    shop_system: Caller, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    paid = {"id": "r", "amount": "1.00", "at": "2025-11-21T12:00:00Z"}
    parts = {"fulfilments": [{"id": "f"}], "refunds": [paid]}
    take_in(shop_system, *(order(number, **parts) for number in range(count)))
    with django_assert_num_queries(8):  # token, rate, orders, four kinds of parts, and promises
        assert len(shop_system.get("/orders").body["items"]) == count
    with django_assert_num_queries(4):  # token, rate, order, promise
        shop_system.get("/orders/from/shop/0")


def test_another_store_sees_nothing(shop_system: Caller, mallory: Caller) -> None:
    order_id = shop_system.put("/orders/from/shop/1042", ORDER).body["id"]
    assert mallory.get(f"/orders/{order_id}").problem == (404, "not_found", "order")
    assert mallory.get("/orders/from/shop/1042").problem == (404, "not_found", "order")
    assert mallory.get("/orders").body["items"] == []


def test_another_store_changes_nothing(shop_system: Caller, mallory: Caller) -> None:
    order_id = shop_system.put("/orders/from/shop/1042", ORDER).body["id"]
    theirs = mallory.put("/orders/from/shop/1042", {**ORDER, "note": "mine"})
    assert (theirs.status, theirs.body["id"] != order_id) == (201, True)
    assert shop_system.get(f"/orders/{order_id}").body["note"] == ""


def test_a_key_makes_a_write_once(shop_system: Caller) -> None:
    first = shop_system.post("/orders", ORDERS, key="k1")
    again = shop_system.post("/orders", ORDERS, key="k1")
    assert (first.status, first.body["created"]) == (200, 1)
    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert shop_system.post("/orders", ORDERS, key="k2").body["unchanged"] == 1


def test_a_key_belongs_to_one_call(shop_system: Caller) -> None:
    shop_system.put("/orders/from/shop/1042", ORDER, key="k")
    other = shop_system.put("/orders/from/shop/1042", {**ORDER, "note": "other"}, key="k")
    assert other.problem == (422, "idempotency_key_reused", "Idempotency-Key")
    assert shop_system.get("/orders/from/shop/1042").body["note"] == ""


def test_what_was_refused_may_be_sent_again_under_its_key(shop_system: Caller) -> None:
    wrong = shop_system.put("/orders/from/shop/1042", {**ORDER, "total": "1.999"}, key="k")
    assert wrong.problem == (422, "invalid", "total")
    assert shop_system.put("/orders/from/shop/1042", ORDER, key="k").status == 201
