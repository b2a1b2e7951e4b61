"""The log through the API: what happened to an order or a person, and which kinds of facts there are."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from aftercare.commerce.orders.api.examples import ORDER
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.factories import make_store


@pytest.fixture
def shop_system(store: Store) -> Caller:
    return caller_for(store)


@pytest.fixture
def order(shop_system: Caller) -> Any:
    """An order of a customer, with a history."""
    shop_system.put("/orders/from/shop/1042", ORDER)
    return shop_system.put("/orders/from/shop/1042", {**ORDER, "note": "Ring twice"}).body


def types(caller: Caller, **query: str) -> list[str]:
    return [event["type"] for event in caller.get("/events", **query).body["items"]]


def test_what_happened_to_an_order(shop_system: Caller, order: Any) -> None:
    assert types(shop_system, about=order["id"]) == ["order.edited", "order.placed"]
    edited = shop_system.get("/events", about=order["id"], type="order.edited").body["items"][0]
    assert edited["about"] == {"order": order["id"], "customer": order["customer"]}
    assert (edited["actor"], edited["data"]) == ("shop", {"number": "#1042", "changed": ["note"]})


def test_what_happened_to_a_person(shop_system: Caller, order: Any) -> None:
    ada = shop_system.put("/customers/from/shop/1", {"id": "1"}).body["id"]
    assert types(shop_system, about=ada) == ["customer.created"]
    shop_system.post(f"/customers/{ada}/merge", {"absorbed": order["customer"]})
    assert sorted(types(shop_system, about=ada)) == [
        "customer.created", "customer.created", "customer.merged", "order.edited", "order.placed",
    ]  # fmt: skip


def test_pages_follow_each_other(shop_system: Caller, order: Any) -> None:
    first = shop_system.get("/events", about=order["id"], limit="1").body
    last = shop_system.get("/events", about=order["id"], limit="1", cursor=first["next"]).body
    assert [page["items"][0]["type"] for page in (first, last)] == ["order.edited", "order.placed"]
    assert last["next"] == ""


@pytest.mark.parametrize("notes", [1, 3])
def test_lists_take_the_same_queries_for_any_number(
    shop_system: Caller, order: Any, django_assert_num_queries: DjangoAssertNumQueries, notes: int
) -> None:
    for number in range(notes):
        shop_system.put("/orders/from/shop/1042", {**ORDER, "note": str(number)})
    with django_assert_num_queries(6):  # token, rate, order, events, orders, customers
        assert len(types(shop_system, about=order["id"])) == notes + 2


@pytest.mark.parametrize("about", ["ord_nobody", "cus_nobody", "xyz_nobody", "", "ord"])
def test_what_is_not_there_has_no_events(shop_system: Caller, about: str) -> None:
    assert shop_system.get("/events", about=about).problem[:2] == (404, "not_found")


def test_about_must_be_said(shop_system: Caller) -> None:
    assert shop_system.get("/events").problem == (422, "invalid", "about")


def test_another_store_sees_nothing(shop_system: Caller, order: Any) -> None:
    mallory = caller_for(make_store("mallory"))
    assert mallory.get("/events", about=order["id"]).status == 404
    assert mallory.get("/events", about=order["customer"]).status == 404


def test_every_kind_of_fact_says_what_it_holds(shop_system: Caller) -> None:
    kinds = {kind["type"]: kind for kind in shop_system.get("/events/types").body["items"]}
    edited = kinds["order.edited"]
    assert edited["label"] == "Order changed"
    assert edited["data"]["properties"]["changed"] == {"items": {"type": "string"}, "title": "Changed", "type": "array"}
