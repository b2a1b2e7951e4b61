"""Webhooks through the API, by programs with and without the scope, and by one of another store."""

import orjson
import pytest
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook

from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.webhooks.actions import make_due_calls
from tests.calling import Caller, caller_for
from tests.factories import make_store
from tests.foundation.webhooks.receiving import receiving


@pytest.fixture
def program(store: Store, settings: Settings) -> Caller:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    return caller_for(store)


def test_the_whole_life_of_an_endpoint(store: Store, program: Caller) -> None:
    with receiving() as receiver:
        made = program.post("/webhooks", {"url": receiver.url, "types": ["order.placed"]}, key="one")
        again = program.post("/webhooks", {"url": receiver.url, "types": ["order.placed"]}, key="one")
        assert made.status == 201
        assert made.body == again.body
        path = f"/webhooks/{made.body['id']}"
        assert program.post(f"{path}/test").body == {"accepted": True}
        with store_scope(store.pk):
            make_due_calls(clock.now())
        ((headers, body),) = receiver.got
    assert Webhook(made.body["secret"]).verify(body, headers)["type"] == "webhook.test"
    (call,) = program.get("/webhooks/calls", endpoint=made.body["id"], state="sent").body["items"]
    whole = program.get(f"/webhooks/calls/{call['id']}").body
    assert whole["body"] == orjson.loads(body)
    assert [tried["status"] for tried in whole["history"]] == [200]
    assert program.post(f"/webhooks/calls/{call['id']}/replay").body == {"accepted": True}
    assert program.post(f"/webhooks/calls/{call['id']}/replay").body == {"accepted": False}
    assert program.post(f"{path}/secret", {"has_leaked": True}).body["secret"] != made.body["secret"]
    assert program.call("patch", path, {"state": "paused", "types": []}).body["state"] == "paused"
    assert program.post(f"{path}/recover", {"since": clock.now().isoformat()}).body == {"accepted": True}
    assert "secret" not in program.get(path).body
    assert [one["id"] for one in program.get("/webhooks").body["items"]] == [made.body["id"]]
    assert program.call("delete", path).status == 200
    assert program.get(path).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": "http://example.com"}, "url"),
        ({"url": "https://localhost", "types": ["x"]}, "types[0]"),
        ({"url": "https://localhost", "colour": "red"}, "colour"),
        ({"url": "https://localhost/\0"}, "url"),
    ],
)
def test_what_does_not_fit_is_named(program: Caller, body: object, field: str) -> None:
    status, _code, named = program.post("/webhooks", body).problem
    assert (status, named) == (422, field)


def test_only_the_system_switches_off(program: Caller) -> None:
    made = program.post("/webhooks", {"url": "https://localhost/"}).body
    assert program.call("patch", f"/webhooks/{made['id']}", {"state": "disabled"}).problem[2] == "state"


def test_a_time_that_is_too_far_back_is_refused(program: Caller) -> None:
    made = program.post("/webhooks", {"url": "https://localhost/"}).body
    for since in ("2020-01-01T00:00:00Z", "2026-11-21T00:00:00"):
        assert program.post(f"/webhooks/{made['id']}/recover", {"since": since}).problem[2] == "since"


def test_a_store_has_so_many_and_no_more(program: Caller) -> None:
    answers = [program.post("/webhooks", {"url": f"https://localhost/{n}"}).status for n in range(21)]
    assert answers == [201] * 20 + [409]


def test_without_the_scope_and_from_another_store(store: Store, program: Caller) -> None:
    made = program.post("/webhooks", {"url": "https://localhost/"}).body
    reader = caller_for(store, Permission.SETTINGS_READ)
    assert reader.get(f"/webhooks/{made['id']}").status == 200
    assert reader.post("/webhooks", {"url": "https://localhost/"}).status == 403
    mallory = caller_for(make_store(slug="other"))
    for method, path in [("get", ""), ("delete", ""), ("post", "/test"), ("post", "/secret")]:
        assert mallory.call(method, f"/webhooks/{made['id']}{path}", {} if path == "/secret" else None).status == 404
    assert mallory.get("/webhooks").body == {"items": []}
