"""What shops sent, through the API."""

import pytest

from aftercare.commerce.platforms.actions import work_off
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.commerce.platforms.shops import connect, push, shopify_order
from tests.factories import make_store

WHY = {"reason": "A test of the shop."}


@pytest.fixture
def program(store: Store) -> Caller:
    """Of a store to which a shop has sent an order that is taken in, and one that nobody understands."""
    shop = connect(store)
    push(shop, "orders/create", shopify_order(), message_id="good")
    push(shop, "orders/create", {"id": 7, "line_items": "none"}, message_id="bad")
    work_off(clock.now())
    return caller_for(store)


def test_what_came_of_each_is_told(program: Caller) -> None:
    bad, good = program.get("/deliveries").body["items"]
    assert (good["message"], good["state"], good["problem"]) == ("good", "done", "")
    assert (bad["message"], bad["state"]) == ("bad", "parked")
    assert bad["problem"]
    assert program.get(f"/deliveries/{bad['id']}").body == bad
    assert [one["message"] for one in program.get("/deliveries", state="parked").body["items"]] == ["bad"]
    assert program.get("/deliveries", connection="con_none").problem == (404, "not_found", "connection")


def test_one_is_worked_off_again_or_dropped_with_a_reason(program: Caller) -> None:
    bad, good = program.get("/deliveries").body["items"]
    assert program.post(f"/deliveries/{good['id']}/replay").body == {"accepted": False}
    assert program.post(f"/deliveries/{bad['id']}/replay").body == {"accepted": True}
    assert program.get(f"/deliveries/{bad['id']}").body["state"] == "waiting"
    assert program.post(f"/deliveries/{bad['id']}/drop", {"reason": " "}).problem == (422, "invalid", "reason")
    dropped = program.post(f"/deliveries/{bad['id']}/drop", WHY).body
    assert dropped["state"] == "dropped"
    assert dropped["outcome"].startswith(WHY["reason"])
    assert program.post(f"/deliveries/{bad['id']}/drop", WHY).status == 409


def test_pages_follow_one_another(program: Caller) -> None:
    first = program.get("/deliveries", limit="1").body
    second = program.get("/deliveries", limit="1", cursor=first["next"]).body
    assert [one["message"] for one in (*first["items"], *second["items"])] == ["bad", "good"]
    assert second["next"] == ""


def test_reading_does_not_let_repair_and_mallory_finds_nothing(store: Store, program: Caller) -> None:
    bad = program.get("/deliveries").body["items"][0]["id"]
    reader, mallory = caller_for(store, Permission.EVENTS_READ), caller_for(make_store("mallory"))
    assert mallory.get("/deliveries").body["items"] == []
    assert mallory.get(f"/deliveries/{bad}").problem == (404, "not_found", "delivery")
    for path, body in (("replay", None), ("drop", WHY)):
        assert mallory.post(f"/deliveries/{bad}/{path}", body).problem == (404, "not_found", "delivery")
        assert reader.post(f"/deliveries/{bad}/{path}", body).problem[:2] == (403, "forbidden")
