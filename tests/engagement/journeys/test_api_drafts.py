"""Drafts and versions through the API."""

from datetime import datetime
from typing import Any

import pytest

from aftercare.engagement.journeys.api.draft_shapes import EXAMPLE
from aftercare.engagement.journeys.models import Draft
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.engagement.journeys.cast import publish
from tests.engagement.journeys.definitions import step
from tests.engagement.messaging.cast import with_templates
from tests.factories import make_store

SEND = step("send", "send", {"message": "order_confirmed"})
ONE: dict[str, Any] = {"trigger": "order.placed", "entry": {"once_per": "order"}, "steps": [SEND]}
TWO: dict[str, Any] = {**ONE, "steps": [step("wait", "wait"), SEND]}


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@pytest.fixture
def program(store: Store) -> Caller:
    return caller_for(store)


@pytest.fixture
def journey(store: Store, now: datetime) -> str:
    """Its id."""
    return publish(store, now, SEND).journey.public_id


def test_from_nothing_to_a_live_journey(program: Caller) -> None:
    made = program.post("/journeys", {"name": "Care tips", "definition": EXAMPLE})
    assert (made.status, made.body["state"], made.body["key"]) == (201, "draft", "care-tips")
    path = f"/journeys/{made.body['id']}"
    drafted = program.get(f"{path}/draft").body
    assert (drafted["revision"], drafted["problems"], drafted["definition"]["steps"]) == (
        1, [], [{**EXAMPLE["steps"][0]}, EXAMPLE["steps"][1], EXAMPLE["steps"][2]],
    )  # fmt: skip
    published = program.post(f"{path}/draft/publish", {"revision": 1, "note": "First"})
    assert (published.status, published.body["number"], published.body["note"]) == (201, 1, "First")
    assert published.body["created_by"].startswith("token:")
    assert program.get(path).body["state"] == "live"


def test_a_draft_is_read_changed_and_thrown_away(program: Caller, journey: str) -> None:
    path = f"/journeys/{journey}/draft"
    before = program.get(path).body
    assert (before["revision"], before["based_on"], before["changed_by"]) == (0, 1, "")
    put = program.put(path, {"definition": TWO, "revision": 0})
    assert (put.status, put.body["revision"], put.body["definition"]) == (200, 1, TWO)
    assert [problem["weight"] for problem in put.body["problems"]] == ["advice"]
    assert program.put(path, {"definition": ONE, "revision": 0}).problem == (409, "draft_changed", "revision")
    dropped = program.call("delete", path, query={"revision": "1"})
    assert (dropped.status, dropped.body["revision"], dropped.body["definition"]) == (200, 0, ONE)


def test_what_is_wrong_is_listed_with_its_place(program: Caller) -> None:
    bad = {"trigger": "order.placed", "steps": [step("wait", "wait", {"days": -1}), step("sing", "send", {})]}
    found = program.post("/journeys/check", bad)
    assert found.status == 200
    assert [(one["place"], one["field"], one["weight"]) for one in found.body["problems"]] == [
        ("wait", "days", "error"), ("sing", "message", "error"),
    ]  # fmt: skip
    assert program.post("/journeys/check", {"trigger": "order.placed", "more": 1}).status == 422


def test_a_draft_with_errors_is_kept_and_not_published(program: Caller, journey: str) -> None:
    path = f"/journeys/{journey}/draft"
    program.put(path, {"definition": {"trigger": "order.placed", "steps": []}, "revision": 0})
    refused = program.post(f"{path}/publish", {"revision": 1})
    assert refused.problem == (422, "draft_has_errors", "steps")
    assert program.post(f"{path}/publish", {"revision": 7}).problem == (409, "draft_changed", "revision")


def test_versions_with_who_is_on_them_and_what_they_differ_in(program: Caller, journey: str) -> None:
    path = f"/journeys/{journey}"
    program.put(f"{path}/draft", {"definition": TWO, "revision": 0})
    program.post(f"{path}/draft/publish", {"revision": 1, "note": "A day later"})
    listed = program.get(f"{path}/versions").body["items"]
    assert [(one["number"], one["is_live"], one["note"], one["under_way"]) for one in listed] == [
        (2, True, "A day later", 0), (1, False, "", 0),
    ]  # fmt: skip
    lines = program.get(f"{path}/compare", before="1", after="2").body["lines"]
    assert [(one["fate"], one["after"]) for one in lines if one["fate"] != "same"] == [("added", "Wait 1 day")]
    assert program.get(f"{path}/compare", before="1", after="9").problem == (404, "not_found", "version")


def test_archived_and_taken_back(program: Caller, journey: str) -> None:
    assert program.post(f"/journeys/{journey}/archive").body["state"] == "archived"
    assert program.post(f"/journeys/{journey}/pause").problem == (409, "not_in_this_state", "")
    assert program.post(f"/journeys/{journey}/resume").body["state"] == "live"


def test_only_who_may_write_changes_anything(store: Store, journey: str) -> None:
    reader = caller_for(store, Permission.JOURNEYS_READ)
    path = f"/journeys/{journey}"
    assert reader.get(f"{path}/draft").status == 200
    assert reader.post("/journeys/check", ONE).status == 200
    for answer in (
        reader.post("/journeys", {"name": "Mine", "definition": ONE}),
        reader.put(f"{path}/draft", {"definition": TWO, "revision": 0}),
        reader.call("delete", f"{path}/draft", query={"revision": "0"}),
        reader.post(f"{path}/draft/publish", {"revision": 0}),
        reader.post(f"{path}/archive"),
    ):
        assert answer.problem[:2] == (403, "forbidden")


def test_mallory_gets_nothing(program: Caller, journey: str) -> None:
    path = f"/journeys/{journey}"
    mallory = caller_for(make_store("mallory"))
    for answer in (
        mallory.get(f"{path}/draft"),
        mallory.get(f"{path}/versions"),
        mallory.get(f"{path}/compare", before="1", after="1"),
        mallory.put(f"{path}/draft", {"definition": TWO, "revision": 0}),
        mallory.call("delete", f"{path}/draft", query={"revision": "0"}),
        mallory.post(f"{path}/draft/publish", {"revision": 0}),
        mallory.post(f"{path}/archive"),
    ):
        assert answer.problem == (404, "not_found", "journey")
    assert Draft.objects.count() == 0


def test_a_key_makes_one_journey(program: Caller) -> None:
    body = {"name": "Care tips", "definition": ONE}
    assert program.post("/journeys", body, key="k").body == program.post("/journeys", body, key="k").body
    assert len(program.get("/journeys").body["items"]) == 1
