"""Connecting shops through the API."""

import pytest
from pytest_django.fixtures import Settings

from aftercare.commerce.platforms.models import Connection
from aftercare.commerce.platforms.queries import settings_of
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import Caller, caller_for
from tests.commerce.platforms.shops import SETTINGS, connect, push, shopify_order
from tests.commerce.platforms.wordpress import connect_wordpress, wordpress
from tests.factories import make_store

NEW = {"platform": "shopify", "source": "oak", "settings": SETTINGS["shopify"]}
OTHER = "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"


@pytest.fixture
def program(store: Store) -> Caller:
    return caller_for(store)


def test_connections_are_shown_without_their_secrets(store: Store) -> None:
    made = connect(store)
    program = caller_for(store, Permission.SETTINGS_READ)
    (listed,) = program.get("/connections").body["items"]
    assert (listed["id"], listed["platform"], listed["state"], listed["waiting"]) == (
        made.public_id, made.platform, "active", 0,
    )  # fmt: skip
    assert program.get(f"/connections/{made.public_id}").body == listed
    assert not [name for name in listed if "secret" in name or "settings" in name]


def test_a_platform_says_what_it_must_be_told_and_that_connects_it(program: Caller, store: Store) -> None:
    known = {one["platform"]: one for one in program.get("/platforms").body["items"]}
    assert {"shopify", "woocommerce", "standard"} <= known.keys()
    asked = {one["name"] for one in known["shopify"]["settings"] if one["is_required"]}
    made = program.post("/connections", {**NEW, "settings": {name: NEW["settings"][name] for name in asked}})
    assert (made.status, made.body["source"], made.body["state"]) == (201, "oak", "active")
    with store_scope(store.pk):
        found = Connection.objects.get()
    assert made.body["address"].endswith(f"/hooks/shops/{found.public_id}/")
    assert found.by.startswith("token:")
    assert push(found, "orders/create", shopify_order()).status_code == 200
    assert program.get(f"/connections/{found.public_id}").body["waiting"] == 1


@pytest.mark.parametrize(("change", "refused"), [
    ({"platform": "none"}, (422, "invalid", "platform")),
    ({"settings": {"shop": "juniper-oak.myshopify.com"}}, (422, "invalid", "settings.secret")),
    ({"settings": {"shop": "", "secret": 7}}, (422, "invalid", "settings.shop")),
    ({"source": "a b"}, (422, "invalid", "source")),
    ({"more": 1}, (422, "invalid", "more")),
])  # fmt: skip
def test_what_does_not_fit_is_named(program: Caller, change: dict[str, object], refused: tuple[int, str, str]) -> None:
    assert program.post("/connections", {**NEW, **change}).problem == refused
    assert program.get("/connections").body["items"] == []


def test_a_name_is_taken_once_and_a_repeated_call_connects_once(program: Caller) -> None:
    first = program.post("/connections", NEW, key="k-1")
    assert program.post("/connections", NEW, key="k-1").body == first.body
    assert program.post("/connections", NEW).problem == (422, "source_taken", "source")


@pytest.mark.parametrize("has_leaked", [False, True])
def test_another_secret_opens_and_one_that_leaked_does_not(store: Store, program: Caller, *, has_leaked: bool) -> None:
    made = connect(store)
    path = f"/connections/{made.public_id}/secret"
    assert program.put(path, {"secret": "no"}).problem[2] == "secret"
    assert program.put(path, {"secret": OTHER, "has_leaked": has_leaked}).status == 200
    assert push(made, "orders/create", shopify_order(), message_id="new", secret=OTHER).status_code == 200
    old = push(made, "orders/create", shopify_order(), message_id="old").status_code
    assert old == (401 if has_leaked else 200)


def test_who_is_let_go_is_turned_away(store: Store, program: Caller) -> None:
    made = connect(store)
    for _ in range(2):
        assert program.call("delete", f"/connections/{made.public_id}").body["state"] == "ended"
    assert push(made, "orders/create", shopify_order()).status_code == 404
    with store_scope(store.pk):
        assert Connection.objects.get().sealed_settings == ""


def test_whether_a_shop_answers_is_told(store: Store, program: Caller, settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    with wordpress() as server:
        made = connect_wordpress(store, server)
        assert program.post(f"/connections/{made.public_id}/test").body == {"answers": True, "problem": ""}
    silent = program.post(f"/connections/{made.public_id}/test").body
    assert silent["answers"] is False
    assert silent["problem"].startswith("The shop does not answer")


def test_reading_does_not_let_write_and_mallory_finds_nothing(store: Store) -> None:
    made = connect(store)
    reader, mallory = caller_for(store, Permission.SETTINGS_READ), caller_for(make_store("mallory"))
    assert mallory.get("/connections").body == {"items": []}
    for method, path, body in (
        ("get", "", None), ("delete", "", None), ("put", "/secret", {"secret": OTHER}), ("post", "/test", None),
        ("post", "/history", None), ("get", "/history", None),
    ):  # fmt: skip
        address = f"/connections/{made.public_id}{path}"
        assert mallory.call(method, address, body).problem == (404, "not_found", "connection")
        if method != "get":
            assert reader.call(method, address, body).problem[:2] == (403, "forbidden")
    assert reader.post("/connections", NEW).problem[:2] == (403, "forbidden")
    with store_scope(store.pk):
        assert settings_of(Connection.objects.get())["secret"] == SETTINGS["shopify"]["secret"]
