"""Guides by API."""

import pytest

from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.scope import store_scope
from tests.calling import caller_for
from tests.engagement.content.guides import make_guide
from tests.factories import make_product, make_store

GUIDE = {"kind": "how_to", "title": "Waxing", "summary": "Once.", "body": "1. Sand it."}


@pytest.fixture
def caller(store):
    return caller_for(store, Permission.CATALOG_READ, Permission.CATALOG_WRITE)


def test_a_guide_is_put_read_listed_and_deleted(caller, store):
    with store_scope(store.pk):
        jug = make_product(store)
    written = caller.put("/guides/waxing/en", {**GUIDE, "products": [jug.public_id]})
    assert written.body["products"] == [jug.public_id]
    assert caller.put("/guides/waxing/en", GUIDE).body["products"] == [jug.public_id]
    assert caller.get("/guides/waxing/en").body["title"] == "Waxing"
    assert [one["slug"] for one in caller.get("/guides", q="wax").body["items"]] == ["waxing"]
    assert caller.call("delete", "/guides/waxing/en").body == {"accepted": True}
    assert caller.get("/guides/waxing/en").problem == (404, "not_found", "guide")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "poem"}, "kind"),
        ({"kind": "video"}, "video_url"),
        ({"products": ["prd_x"]}, "products[0]"),
        ({"body": ""}, "body"),
    ],
)
def test_what_is_wrong_is_named(caller, wrong, field):
    assert caller.put("/guides/waxing/en", {**GUIDE, **wrong}).problem[::2] == (422, field)


def test_mallory_finds_nothing(store):
    with store_scope(store.pk):
        make_guide(store)
    mallory = caller_for(make_store("mallory"), Permission.CATALOG_READ, Permission.CATALOG_WRITE)
    assert mallory.get("/guides/first-day/en").status == 404
    assert mallory.call("delete", "/guides/first-day/en").status == 404
    assert mallory.get("/guides").body["items"] == []
