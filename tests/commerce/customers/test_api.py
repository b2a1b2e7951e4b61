"""Customers through the API: in, read back, consents, merged and two again."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from aftercare.commerce.customers.api.examples import CONSENT, CUSTOMER, CUSTOMERS
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.factories import make_store

SAM = "/customers/from/shop/77"


@pytest.fixture
def shop_system(store: Store) -> Caller:
    return caller_for(store)


@pytest.fixture
def mallory(store: Store) -> Caller:
    """A program of another store."""
    return caller_for(make_store("mallory"))


def put(caller: Caller, number: int, **fields: Any) -> str:
    """The id of a customer, as new as need be."""
    answer = caller.put(f"/customers/from/shop/{number}", {"id": str(number), **fields})
    assert answer.status in {200, 201}
    return str(answer.body["id"])


def test_what_is_sent_is_read_back(shop_system: Caller) -> None:
    created = shop_system.put(SAM, CUSTOMER)
    assert created.status == 201
    read = shop_system.get(f"/customers/{created.body['id']}").body
    assert read == created.body == shop_system.get(SAM).body
    assert read.items() >= {name: CUSTOMER[name] for name in ("name", "email", "phone", "locale", "country")}.items()
    assert {(one["kind"], one["source"], one["value"]) for one in read["identities"]} == {
        ("account", "shop", "77"), ("email", "", "sam@example.com"), ("phone", "", "+493012345678"),
    }  # fmt: skip
    assert [one["granted"] for one in read["consents"]] == [True]


def test_sending_again_changes_what_is_new(shop_system: Caller) -> None:
    shop_system.put(SAM, CUSTOMER)
    again = shop_system.put(SAM, {**CUSTOMER, "name": "Samuel Okafor"})
    assert (again.status, again.body["name"]) == (200, "Samuel Okafor")


def test_the_address_and_the_body_name_one_customer(shop_system: Caller) -> None:
    nobody = {name: value for name, value in CUSTOMER.items() if name != "id"}
    assert shop_system.put(SAM, nobody).problem == (422, "invalid", "id")


def test_one_bad_customer_does_not_stop_the_others(shop_system: Caller) -> None:
    customers = [CUSTOMER, {"name": "Nobody"}, {"email": "no address"}, {"id": "8", "phone": "none"}]
    results = shop_system.post("/customers", {"source": "shop", "customers": customers}).body["results"]
    assert [result["outcome"] for result in results] == ["created", "refused", "refused", "created"]
    assert [result["problem"]["field"] for result in results[1:3]] == ["customers[1].id", "customers[2].email"]
    assert [warning["field"] for warning in results[3]["warnings"]] == ["customers[3].phone"]


@pytest.mark.parametrize(
    ("query", "names"), [({}, ["Ada", "Sam"]), ({"q": "ada"}, ["Ada"]), ({"country": "de"}, ["Sam"])]
)
def test_lists_are_narrowed(shop_system: Caller, query: dict[str, str], names: list[str]) -> None:
    put(shop_system, 1, name="Sam", country="DE", created_at="2025-11-01T00:00:00Z")
    put(shop_system, 2, name="Ada", country="FR", created_at="2025-11-02T00:00:00Z")
    assert [found["name"] for found in shop_system.get("/customers", **query).body["items"]] == names


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_any_number(
    shop_system: Caller, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        put(shop_system, number, name="Sam")
    with django_assert_num_queries(3):  # token, rate, customers
        assert len(shop_system.get("/customers").body["items"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_customer_takes_the_same_queries_for_any_number_of_parts(
    shop_system: Caller, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    survivor = put(shop_system, 0, consents=[{"purpose": "marketing", "granted": True}])
    for number in range(1, count + 1):
        absorbed = put(shop_system, number, email=f"sam{number}@example.com")
        shop_system.post(f"/customers/{survivor}/merge", {"absorbed": absorbed})
    with django_assert_num_queries(7):  # token, rate, customer, person, identities, consents, merges
        assert len(shop_system.get(f"/customers/{survivor}").body["absorbed"]) == count


def test_a_consent_is_withdrawn(shop_system: Caller) -> None:
    sam = put(shop_system, 77, consents=[{"purpose": "marketing", "granted": True, "at": "2025-11-01T00:00:00Z"}])
    said = shop_system.post(f"/customers/{sam}/consents", CONSENT).body
    assert [(one["purpose"], one["granted"], one["source"]) for one in said["consents"]] == [
        ("marketing", False, "preference page")
    ]


def test_merged_and_two_again(shop_system: Caller) -> None:
    survivor, absorbed = put(shop_system, 1, name="Sam"), put(shop_system, 2, email="sam@example.com")
    merged = shop_system.post(f"/customers/{survivor}/merge", {"absorbed": absorbed}).body
    assert (merged["absorbed"], merged["email"]) == ([absorbed], "sam@example.com")
    assert shop_system.get("/customers/from/shop/2").body["id"] == survivor
    assert shop_system.get(f"/customers/{absorbed}").body["merged_into"] == survivor
    apart = shop_system.post(f"/customers/{survivor}/unmerge", {"absorbed": absorbed}).body
    assert (apart["absorbed"], apart["email"]) == ([], "")
    assert shop_system.get("/customers/from/shop/2").body["id"] == absorbed


def test_who_was_merged_speaks_as_the_survivor(shop_system: Caller) -> None:
    survivor, absorbed = put(shop_system, 1), put(shop_system, 2)
    shop_system.post(f"/customers/{survivor}/merge", {"absorbed": absorbed})
    said = shop_system.post(f"/customers/{absorbed}/consents", CONSENT).body
    assert (said["id"], len(said["consents"])) == (survivor, 1)


def test_merges_that_cannot_be(shop_system: Caller) -> None:
    sam, ada = put(shop_system, 1), put(shop_system, 2)
    merge, unmerge = f"/customers/{sam}/merge", f"/customers/{sam}/unmerge"
    assert shop_system.post(merge, {"absorbed": "cus_nobody"}).problem == (404, "not_found", "absorbed")
    assert shop_system.post(merge, {"absorbed": sam}).problem == (409, "same_customer", "")
    assert shop_system.post(unmerge, {"absorbed": ada}).problem == (404, "not_found", "absorbed")
    shop_system.post(merge, {"absorbed": ada})
    assert shop_system.post(merge, {"absorbed": ada}).problem == (409, "already_merged", "")


def test_another_store_sees_and_changes_nothing(shop_system: Caller, mallory: Caller) -> None:
    sam, own = put(shop_system, 77, name="Sam"), put(mallory, 1)
    assert mallory.get("/customers", q="sam").body["items"] == []
    for answer in (
        mallory.get(f"/customers/{sam}"),
        mallory.get(SAM),
        mallory.post(f"/customers/{sam}/consents", CONSENT),
        mallory.post(f"/customers/{sam}/merge", {"absorbed": own}),
        mallory.post(f"/customers/{sam}/unmerge", {"absorbed": own}),
    ):
        assert answer.problem == (404, "not_found", "customer")
    assert mallory.post(f"/customers/{own}/merge", {"absorbed": sam}).problem == (404, "not_found", "absorbed")


def test_a_key_makes_a_write_once(shop_system: Caller) -> None:
    first = shop_system.post("/customers", CUSTOMERS, key="k")
    assert (first.body["created"], shop_system.post("/customers", CUSTOMERS, key="k").body) == (1, first.body)
    sam, ada = put(shop_system, 77), put(shop_system, 2)
    merged = shop_system.post(f"/customers/{sam}/merge", {"absorbed": ada}, key="m")
    assert shop_system.post(f"/customers/{sam}/merge", {"absorbed": ada}, key="m").body == merged.body
    other = shop_system.post(f"/customers/{sam}/merge", {"absorbed": sam}, key="m")
    assert other.problem == (422, "idempotency_key_reused", "Idempotency-Key")


@pytest.mark.parametrize("value", ["a\x00b", 1e30, -1e300, 2**63])
def test_a_trait_that_could_not_be_given_back_is_refused(store: Store, value: object) -> None:
    customer = {"id": "1", "traits": {"odd": value}}
    program = caller_for(store)
    assert program.put("/customers/from/shop/1", customer).problem == (422, "invalid", "traits")
    assert program.put("/customers/from/shop/1", {"id": "1", "traits": {"a": 2**63 - 1, "b": 1e18}}).status == 201
    assert program.get("/customers/from/shop/1").body["traits"] == {"a": 2**63 - 1, "b": 1e18}
