"""ETags: read once more for nothing, and never overwrite what somebody else changed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from aftercare.commerce.catalog.api.examples import PRODUCT
from aftercare.commerce.customers.api.examples import CUSTOMER
from aftercare.commerce.orders.api.examples import ORDER
from aftercare.commerce.shipments.api.examples import SHIPMENT
from aftercare.foundation.stores.models import Store
from tests.calling import Answer, Caller, caller_for

PATH = "/orders/from/shop/1042"


@pytest.fixture
def program(store: Store) -> Caller:
    caller = caller_for(store)
    caller.put(PATH, ORDER)
    return caller


def read(program: Caller, path: str, **headers: str) -> Answer:
    return program.call("get", path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def write(program: Caller, match: str, note: str, *, path: str = PATH, key: str = "") -> Answer:
    return program.call("put", path, {**ORDER, "note": note}, key=key, headers={"If-Match": match})


def test_what_is_known_is_not_sent_again(program: Caller) -> None:
    first = read(program, PATH)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = read(program, PATH, If_None_Match=known)
        assert (again.status, again.body, again.headers["ETag"]) == (304, None, tag), known
    program.put(PATH, {**ORDER, "note": "Ring twice"})
    changed = read(program, PATH, If_None_Match=tag)
    assert (changed.status, changed.body["note"]) == (200, "Ring twice")
    assert changed.headers["ETag"] != tag


def test_lists_have_tags_too(program: Caller) -> None:
    tag = read(program, "/orders").headers["ETag"]
    assert read(program, "/orders", If_None_Match=tag).status == 304
    program.put("/orders/from/shop/1043", {**ORDER, "id": "1043", "number": "#1043"})
    assert read(program, "/orders", If_None_Match=tag).status == 200


def test_nobody_learns_anything_from_a_tag(program: Caller) -> None:
    tag = read(program, PATH).headers["ETag"]
    assert Caller("").call("get", PATH, headers={"If-None-Match": tag}).status == 401
    assert "ETag" not in read(program, "/orders/ord_nobody").headers


@pytest.mark.parametrize(
    ("room", "thing"), [("orders", ORDER), ("shipments", SHIPMENT), ("products", PRODUCT), ("customers", CUSTOMER)]
)
def test_the_tag_that_was_read_opens_the_write(program: Caller, room: str, thing: dict[str, Any]) -> None:
    path = f"/{room}/from/shop/{thing['id']}"
    program.put(path, thing)
    tag = read(program, path).headers["ETag"]
    assert program.call("put", path, thing, headers={"If-Match": tag}).status == 200
    refused = program.call("put", path, thing, headers={"If-Match": '"another"'})
    assert refused.problem == (412, "changed_meanwhile", "If-Match")


def test_what_changed_meanwhile_is_not_overwritten(program: Caller) -> None:
    tag = read(program, PATH).headers["ETag"]
    assert write(program, tag, "first").status == 200
    assert write(program, tag, "second").problem == (412, "changed_meanwhile", "If-Match")
    assert read(program, PATH).body["note"] == "first"
    assert write(program, f"W/{read(program, PATH).headers['ETag']}", "weak").status == 412


def test_a_star_wants_it_to_be_there(program: Caller) -> None:
    assert write(program, "*", "there").status == 200
    absent = program.call("put", "/orders/from/shop/9", {**ORDER, "id": "9"}, headers={"If-Match": "*"})
    assert absent.problem == (412, "changed_meanwhile", "If-Match")
    assert program.get("/orders/from/shop/9").status == 404


def test_the_same_key_gets_the_same_answer_though_the_tag_is_old(program: Caller) -> None:
    tag = read(program, PATH).headers["ETag"]
    first = write(program, tag, "once", key="k")
    again = write(program, tag, "once", key="k")
    assert (first.status, again.status) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_time_one_is_refused(store: Store) -> None:
    program = caller_for(store)
    program.put(PATH, ORDER)
    tag = read(program, PATH).headers["ETag"]
    secret, start = program.secret, Barrier(2)

    def change(note: str) -> int:
        try:
            start.wait()
            return write(Caller(secret), tag, note).status
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(change, ["one", "two"])) == [200, 412]


def test_the_description_tells_of_tags() -> None:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    order = paths["/api/v1/orders/from/{source}/{external_id}"]
    assert "content" not in order["get"]["responses"]["304"]
    assert "ETag" in order["get"]["responses"]["200"]["headers"]
    assert {"If-Match", "Idempotency-Key"} <= {parameter["name"] for parameter in order["put"]["parameters"]}
    assert "412" in order["put"]["responses"]
    assert "412" not in paths["/api/v1/orders"]["post"]["responses"]
