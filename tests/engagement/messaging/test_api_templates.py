"""Templates for programs."""

from datetime import datetime

import pytest

from aftercare.engagement.messaging.api.template_shapes import EXAMPLE
from aftercare.engagement.messaging.models import TemplateDraft
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.factories import make_store

ONE = "/templates/packed/en"
CONTENT = {name: EXAMPLE[name] for name in ("subject", "words")}


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@pytest.fixture
def program(store: Store) -> Caller:
    return caller_for(store)


def test_listed_read_drafted_checked_published(program: Caller) -> None:
    listed = {one["key"]: one for one in program.get("/templates").body["items"]}
    assert {one["locale"]: one["version"] for one in listed["packed"]["locales"]}["ar"] == 1
    before = program.get(ONE).body
    assert (before["revision"], before["live"], before["problems"]) == (0, 1, [])
    assert "{{ order.number }}" in before["variables"]
    put = program.put(f"{ONE}/draft", {**EXAMPLE, "subject": "{{ order.numbr }}"})
    assert [(one["place"], one["remedy"]) for one in put.body["problems"]] == [
        ("subject[1:4]", "Did you mean “number”?")
    ]
    refused = program.post(f"{ONE}/draft/publish", {"revision": 1})
    assert refused.problem == (422, "draft_has_errors", "subject[1:4]")
    assert program.put(f"{ONE}/draft", {**EXAMPLE, "revision": 1}).body["revision"] == 2
    made = program.post(f"{ONE}/draft/publish", {"revision": 2, "note": "Shorter"})
    assert (made.status, made.body["number"], made.body["note"]) == (201, 2, "Shorter")
    assert made.body["created_by"].startswith("token:")
    assert [one["number"] for one in program.get(f"{ONE}/versions").body["items"]] == [2, 1]
    assert program.get(f"{ONE}/versions/2").body["words"] == EXAMPLE["words"]


def test_a_draft_is_thrown_away_and_two_do_not_overwrite_each_other(program: Caller) -> None:
    program.put(f"{ONE}/draft", EXAMPLE)
    assert program.put(f"{ONE}/draft", EXAMPLE).problem == (409, "draft_changed", "revision")
    dropped = program.call("delete", f"{ONE}/draft", query={"revision": "1"})
    assert (dropped.status, dropped.body["revision"]) == (200, 0)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"subject": "x", "source": "<mjml><mj-body>\n<mj-foo/></mj-body></mjml>"}, "source[2:1]"),
        ({"subject": "x", "source": "{% if %}"}, "source[1:4]"),
        ({"subject": "x", "source": "<mj-group>" * 10_000}, "source[1:1]"),
        ({"subject": "x", "words": {"body": "{% raw %}" * 1000}}, "body[1:1]"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(program: Caller, body: dict[str, object], place: str) -> None:
    assert program.post(f"{ONE}/check", body).body["problems"][0]["place"] == place


@pytest.mark.parametrize(
    "body", [{"subject": "x"}, {**CONTENT, "source": "x"}, {"subject": "x", "words": {"more": "x"}}]
)
def test_a_content_is_words_or_source(program: Caller, body: dict[str, object]) -> None:
    assert program.post(f"{ONE}/check", body).status == 422


def test_a_preview_needs_the_right_to_see_the_order(program: Caller, store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now)
    shown = program.get(f"{ONE}/preview", order=order.public_id).body
    assert (shown["order"], shown["subject"], shown["problem"]) == (order.public_id, "Order #1001 is packed", "")
    assert "Order #1001 is packed." in shown["text"]
    reader = caller_for(store, Permission.MESSAGES_READ)
    assert reader.get(f"{ONE}/preview", order=order.public_id).problem == (403, "forbidden", "order")
    assert reader.get(f"{ONE}/preview").body["subject"] == "Order #1042 is packed"
    assert program.get(f"{ONE}/preview", order="ord_none").problem == (404, "not_found", "order")


def test_only_who_may_write_changes_anything(store: Store) -> None:
    reader = caller_for(store, Permission.MESSAGES_READ)
    for answer in (
        reader.put(f"{ONE}/draft", EXAMPLE),
        reader.call("delete", f"{ONE}/draft", query={"revision": "0"}),
        reader.post(f"{ONE}/draft/publish", {"revision": 0}),
    ):
        assert answer.problem[:2] == (403, "forbidden")
    assert reader.post(f"{ONE}/check", CONTENT).status == 200


def test_what_is_not_there_is_not_found(program: Caller, store: Store, now: datetime) -> None:
    assert program.get("/templates/nonsense/en").problem == (404, "not_found", "message")
    assert program.get("/templates/packed/xx").problem == (404, "not_found", "locale")
    assert program.get(f"{ONE}/versions/9").problem == (404, "not_found", "version")
    program.put(f"{ONE}/draft", {**EXAMPLE, "subject": "A secret"})
    mallory = caller_for(make_store("mallory"))
    assert mallory.get(ONE).body["subject"] != "A secret"
    assert mallory.get(f"{ONE}/versions").body["items"] == []
    order = make_order(make_customer(store, now), now)
    assert mallory.get(f"{ONE}/preview", order=order.public_id).problem == (404, "not_found", "order")
    assert TemplateDraft.objects.count() == 1
