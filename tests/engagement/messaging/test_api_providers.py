"""Mail providers through the API."""

import pytest

from aftercare.engagement.messaging.models import ChannelConnection
from aftercare.engagement.messaging.queries import settings_of
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import Caller, caller_for
from tests.engagement.messaging.providers.connecting import SETTINGS, call, connect, told
from tests.factories import make_store

NEW = {"provider": "postmark", "settings": SETTINGS["postmark"]}


@pytest.fixture
def program(store: Store) -> Caller:
    return caller_for(store)


def test_a_provider_says_what_it_must_be_told_and_that_connects_it(store: Store, program: Caller) -> None:
    known = {one["provider"]: one for one in program.get("/channel-providers").body["items"]}
    assert [one["name"] for one in known["postmark"]["settings"] if one["is_required"]] == ["server_token"]
    assert known["postmark"]["can_send"]
    made = program.post("/channel-connections", NEW)
    assert (made.status, made.body["state"]) == (201, "sending")
    with store_scope(store.pk):
        found = ChannelConnection.objects.get()
        password = settings_of(found)["webhook_password"]
    assert f"aftercare:{password}@" in made.body["call_backs"][0]["url"]
    assert password not in str(program.get("/channel-connections").body)
    assert call(found, told("Open", "msg_1")).status_code == 200


@pytest.mark.parametrize(("change", "refused"), [
    ({"provider": "none"}, (422, "invalid", "provider")),
    ({"settings": {}}, (422, "invalid", "settings.server_token")),
    ({"settings": {"server_token": "ключ"}}, (422, "invalid", "settings.server_token")),
    ({"reply_domain": "nowhere"}, (422, "invalid", "reply_domain")),
])  # fmt: skip
def test_what_does_not_fit_is_named(program: Caller, change: dict[str, object], refused: tuple[int, str, str]) -> None:
    assert program.post("/channel-connections", {**NEW, **change}).problem == refused
    assert program.get("/channel-connections").body["items"] == []


def test_one_sends_at_a_time_and_the_relay_where_none_does(store: Store, program: Caller) -> None:
    first, second = connect(store).public_id, connect(store, "sendgrid").public_id

    def states() -> dict[str, str]:
        return {one["id"]: one["state"] for one in program.get("/channel-connections").body["items"]}

    assert states() == {first: "listening", second: "sending"}
    assert program.post(f"/channel-connections/{first}/choose").body["state"] == "sending"
    assert states() == {first: "sending", second: "listening"}
    assert program.post("/channel-connections/relay").status == 200
    assert set(states().values()) == {"listening"}
    for _ in range(2):
        assert program.call("delete", f"/channel-connections/{first}").body["call_backs"] == []
    assert states() == {first: "ended", second: "listening"}


def test_a_secret_that_is_left_out_stays(store: Store, program: Caller) -> None:
    made = connect(store)
    path = f"/channel-connections/{made.public_id}"
    assert program.put(path, {"settings": {}, "reply_domain": "in.juniper.example"}).body["reply_domain"] == (
        "in.juniper.example"
    )
    assert program.put(path, {"settings": {"server_token": "another"}}).status == 200
    with store_scope(store.pk):
        made.refresh_from_db()
        assert settings_of(made)["server_token"] == "another"


def test_reading_does_not_let_write_and_mallory_finds_nothing(store: Store) -> None:
    made = connect(store)
    reader, mallory = caller_for(store, Permission.SETTINGS_READ), caller_for(make_store("mallory"))
    assert mallory.get("/channel-connections").body["items"] == []
    for method, path, body in (
        ("get", "", None), ("put", "", {"settings": {}}), ("post", "/choose", None), ("delete", "", None),
    ):  # fmt: skip
        address = f"/channel-connections/{made.public_id}{path}"
        assert mallory.call(method, address, body).status == 404
        if method != "get":
            assert reader.call(method, address, body).problem[:2] == (403, "forbidden")
    assert reader.post("/channel-connections", NEW).problem[:2] == (403, "forbidden")
    assert reader.post("/channel-connections/relay").problem[:2] == (403, "forbidden")
