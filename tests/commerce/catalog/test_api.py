"""Products through the API: in, and read back."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from aftercare.commerce.catalog.api.examples import PRODUCT, PRODUCTS
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.factories import make_store

JUG = "/products/from/shop/filter-jug"


@pytest.fixture
def shop_system(store: Store) -> Caller:
    return caller_for(store)


@pytest.fixture
def mallory(store: Store) -> Caller:
    """A program of another store."""
    return caller_for(make_store("mallory"))


def put(caller: Caller, own_id: str, **fields: Any) -> Any:
    answer = caller.put(f"/products/from/shop/{own_id}", {"id": own_id, "title": own_id, **fields})
    assert answer.status in {200, 201}
    return answer.body


def test_what_is_sent_is_read_back(shop_system: Caller) -> None:
    created = shop_system.put(JUG, PRODUCT)
    assert created.status == 201
    read = shop_system.get(f"/products/{created.body['id']}").body
    assert read == created.body == shop_system.get(JUG).body
    assert (read["title"], read["warranty_months"]) == ("Filter jug", 24)
    assert read["variants"][0].items() >= PRODUCT["variants"][0].items()
    assert read["relations"] == [{"kind": "accessory_of", "to": "tea-set", "product": ""}]


def test_a_relation_holds_when_its_product_arrives(shop_system: Caller) -> None:
    shop_system.put(JUG, PRODUCT)
    tea_set = put(shop_system, "tea-set")["id"]
    assert shop_system.get(JUG).body["relations"][0]["product"] == tea_set


def test_sending_again_changes_what_is_new(shop_system: Caller) -> None:
    shop_system.put(JUG, PRODUCT)
    again = shop_system.put(JUG, {**PRODUCT, "title": "Jug", "archived": True})
    assert (again.status, again.body["title"], again.body["archived_at"] is not None) == (200, "Jug", True)


def test_one_bad_product_does_not_stop_the_others(shop_system: Caller) -> None:
    dear = {"id": "x", "title": "x", "variants": [{"id": "v", "price": "1e30", "currency": "EUR"}]}
    products = [PRODUCT, {"id": "1"}, dear, {"id": "y", "title": "y", "url": "javascript:alert(1)"}]
    results = shop_system.post("/products", {"source": "shop", "products": products}).body["results"]
    assert [result["outcome"] for result in results] == ["created", "refused", "refused", "refused"]
    assert [result["problem"]["field"] for result in results[1:]] == [
        "products[1].title", "products[2].variants[0].price", "products[3].url",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ["lamp", "file", "jug"]),
        ({"q": "la"}, ["lamp"]),
        ({"q": "sku-1"}, ["jug"]),
        ({"kind": "digital"}, ["file"]),
        ({"archived": "true"}, ["lamp"]),
        ({"archived": "false"}, ["file", "jug"]),
    ],
)
def test_lists_are_narrowed(shop_system: Caller, query: dict[str, str], titles: list[str]) -> None:
    put(shop_system, "jug", created_at="2025-11-01T00:00:00Z", variants=[{"id": "1", "sku": "SKU-1"}])
    put(shop_system, "file", created_at="2025-11-02T00:00:00Z", kind="digital")
    put(shop_system, "lamp", created_at="2025-11-03T00:00:00Z", archived=True)
    assert [found["title"] for found in shop_system.get("/products", **query).body["items"]] == titles


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_any_number(
    shop_system: Caller, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        put(shop_system, str(number), relations=[{"kind": "part_of", "to": "0"}])
    with django_assert_num_queries(5):  # token, rate, products, variants, relations
        assert len(shop_system.get("/products").body["items"]) == count
    with django_assert_num_queries(5):
        shop_system.get("/products/from/shop/0")


def test_another_store_sees_and_changes_nothing(shop_system: Caller, mallory: Caller) -> None:
    jug = shop_system.put(JUG, PRODUCT).body["id"]
    assert mallory.get(f"/products/{jug}").problem == (404, "not_found", "product")
    assert mallory.get(JUG).problem == (404, "not_found", "product")
    assert mallory.get("/products").body["items"] == []
    assert mallory.put(JUG, {**PRODUCT, "title": "Mine"}).status == 201
    assert shop_system.get(JUG).body["title"] == "Filter jug"


def test_a_key_makes_a_write_once(shop_system: Caller) -> None:
    first = shop_system.post("/products", PRODUCTS, key="k")
    assert (first.body["created"], shop_system.post("/products", PRODUCTS, key="k").body) == (1, first.body)
    other = shop_system.post("/products", {**PRODUCTS, "source": "other"}, key="k")
    assert other.problem == (422, "idempotency_key_reused", "Idempotency-Key")
