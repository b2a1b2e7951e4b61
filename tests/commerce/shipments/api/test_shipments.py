"""Parcels and scans through the API: in, in any order, and read back."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from aftercare.commerce.orders.api.examples import ORDER
from aftercare.commerce.shipments.api.examples import SCAN, SHIPMENT, SHIPMENTS, TRACKING
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.factories import make_store

PARCEL = "/shipments/from/shop/P-1042"
SIMULATED: dict[str, Any] = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "seed": 7}
NUMBER = SHIPMENT["tracking_number"]


@pytest.fixture
def shop_system(store: Store) -> Caller:
    """A shop that has sold one order."""
    caller = caller_for(store)
    assert caller.put("/orders/from/shop/1042", ORDER).status == 201
    return caller


@pytest.fixture
def mallory(store: Store) -> Caller:
    """A program of another store."""
    return caller_for(make_store("mallory"))


def scan(at: str, status: str, **more: Any) -> dict[str, Any]:
    return {"at": f"2025-11-{at}Z", "status": status, **more}


def tell(caller: Caller, *scans: dict[str, Any]) -> Any:
    answer = caller.post(
        "/tracking", {"source": "shop", "updates": [{"tracking_number": NUMBER, "scans": list(scans)}]}
    )
    assert answer.status == 200
    return answer.body


def test_what_is_sent_is_read_back(shop_system: Caller) -> None:
    created = shop_system.put(PARCEL, {**SHIPMENT, "scans": [SCAN]})
    assert created.status == 201
    read = shop_system.get(f"/shipments/{created.body['id']}").body
    assert read == created.body == shop_system.get(PARCEL).body
    assert (read["carrier"], read["tracking_number"], read["status"]) == ("dhl", NUMBER, "in_transit")
    assert read["scans"][0].items() >= SCAN.items()
    order = shop_system.get("/orders/from/shop/1042").body
    assert (read["order"], read["fulfilment"]) == (order["id"], order["fulfilments"][0]["id"])
    assert order["fulfilments"][0]["lines"] == SHIPMENT["lines"]


def test_a_program_sees_whether_the_carrier_was_guessed(shop_system: Caller) -> None:
    assert shop_system.put(PARCEL, SHIPMENT).body["named_by"] == "source"
    guessed = shop_system.put(PARCEL, {**SHIPMENT, "carrier": "", "tracking_number": "1Z999AA10123456784"}).body
    assert (guessed["named_by"], guessed["carrier"], guessed["proof_url"]) == ("number", "ups", "")


def test_sending_again_changes_what_is_new(shop_system: Caller) -> None:
    shop_system.put(PARCEL, SHIPMENT)
    again = shop_system.put(PARCEL, {**SHIPMENT, "service": "Express"})
    assert (again.status, again.body["service"]) == (200, "Express")


def test_scans_may_come_in_any_order_and_twice(shop_system: Caller) -> None:
    shop_system.put(PARCEL, SHIPMENT)
    delivered, on_the_way = scan("21T12:00:00", "delivered"), scan("20T12:00:00", "in_transit")
    assert tell(shop_system, delivered)["scans"] == 1
    assert tell(shop_system, on_the_way, delivered)["scans"] == 1
    parcel = shop_system.get(PARCEL).body
    assert (parcel["status"], parcel["delivered_at"]) == ("delivered", delivered["at"])
    assert [one["status"] for one in parcel["scans"]] == ["delivered", "in_transit"]
    assert shop_system.get("/orders/from/shop/1042").body["progress"] == "delivered"


def test_one_bad_parcel_does_not_stop_the_others(shop_system: Caller) -> None:
    shipments = [SHIPMENT, {"id": "x", "order": "none"}, {"id": "y"}, {**SHIPMENT, "id": "z", "tracking_url": "js:x"}]
    results = shop_system.post("/shipments", {"source": "shop", "shipments": shipments}).body["results"]
    assert [result["outcome"] for result in results] == ["created", "refused", "refused", "refused"]
    assert [result["problem"]["field"] for result in results[1:]] == [
        "shipments[1].order", "shipments[2].order", "shipments[3].tracking_url",
    ]  # fmt: skip


def test_one_bad_update_does_not_stop_the_others(shop_system: Caller) -> None:
    shop_system.put(PARCEL, SHIPMENT)
    ahead = {"tracking_number": NUMBER, "scans": [{"at": "2099-01-01T00:00:00Z", "status": "delivered"}]}
    updates = [{"scans": []}, {"tracking_number": "?", "scans": [SCAN]}, ahead, TRACKING["updates"][0]]
    answer = shop_system.post("/tracking", {"source": "shop", "updates": updates}).body
    assert (answer["scans"], answer["changed"], answer["refused"]) == (1, 1, 3)
    assert [result["problem"]["field"] for result in answer["results"][:3]] == [
        "updates[0].scans", "updates[1].tracking_number", "updates[2].scans[0].at",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "parcels"),
    [
        ({}, ["2", "1"]),
        ({"status": "delivered"}, ["2"]),
        ({"carrier": "DHL"}, ["1"]),
        ({"tracking_number": "00 A"}, ["1"]),
        ({"source": "other"}, []),
    ],
)
def test_lists_are_narrowed(shop_system: Caller, query: dict[str, str], parcels: list[str]) -> None:
    first = {
        "id": "1",
        "order": "1042",
        "carrier": "dhl",
        "tracking_number": "00a",
        "created_at": "2025-11-20T00:00:00Z",
    }
    second = {"id": "2", "order": "1042", "carrier": "ups", "created_at": "2025-11-21T00:00:00Z"}
    arrived = {**second, "scans": [scan("21T12:00:00", "delivered")]}
    shop_system.post("/shipments", {"source": "shop", "shipments": [first, arrived]})
    assert [found["external_id"] for found in shop_system.get("/shipments", **query).body["items"]] == parcels


def test_parcels_of_an_order(shop_system: Caller) -> None:
    order = shop_system.put("/orders/from/shop/2", {**ORDER, "id": "2"}).body["id"]
    shop_system.put(PARCEL, SHIPMENT)
    shop_system.put("/shipments/from/shop/other", {"id": "other", "order": "2"})
    (found,) = shop_system.get("/shipments", order=order).body["items"]
    assert (found["external_id"], found["order"]) == ("other", order)
    assert shop_system.get("/shipments", order="ord_nobody").problem == (404, "not_found", "order")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_any_number(
    shop_system: Caller, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    scans = [scan(f"21T12:0{minute}:00", "in_transit") for minute in range(count)]
    shipments = [{"id": str(number), "order": "1042", "scans": scans} for number in range(count)]
    shop_system.post("/shipments", {"source": "shop", "shipments": shipments})
    with django_assert_num_queries(4):  # token, rate, shipments, promises
        assert len(shop_system.get("/shipments").body["items"]) == count
    with django_assert_num_queries(5):  # and scans
        assert len(shop_system.get("/shipments/from/shop/0").body["scans"]) == count


def test_another_store_sees_and_changes_nothing(shop_system: Caller, mallory: Caller) -> None:
    parcel = shop_system.put(PARCEL, SHIPMENT).body["id"]
    assert mallory.get(f"/shipments/{parcel}").problem == (404, "not_found", "shipment")
    assert mallory.get(PARCEL).problem == (404, "not_found", "shipment")
    assert mallory.get("/shipments").body["items"] == []
    assert mallory.put(PARCEL, SHIPMENT).problem == (404, "unknown_order", "order")
    assert mallory.post("/tracking", TRACKING).body["refused"] == 1
    assert shop_system.get(PARCEL).body["scans"] == []


def test_a_key_makes_a_write_once(shop_system: Caller) -> None:
    first = shop_system.post("/shipments", SHIPMENTS, key="k")
    assert (first.body["created"], shop_system.post("/shipments", SHIPMENTS, key="k").body) == (1, first.body)
    told = shop_system.post("/tracking", TRACKING, key="t")
    assert (told.body["scans"], shop_system.post("/tracking", TRACKING, key="t").body) == (1, told.body)
    other = shop_system.post("/tracking", {**TRACKING, "source": "other"}, key="t")
    assert other.problem == (422, "idempotency_key_reused", "Idempotency-Key")
