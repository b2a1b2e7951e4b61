"""Segments for programs."""

import pytest

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.segments.api.shapes import DEFINITION
from aftercare.engagement.segments.models import Segment
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import caller_for
from tests.engagement.segments.cast import compute, condition, group, make_list, make_segment, members, people
from tests.factories import make_store

pytestmark = pytest.mark.django_db
GERMANS = group(condition("country", countries=["DE"]))


def test_a_segment_is_made_tried_read_changed_and_archived(store: Store) -> None:
    with store_scope(store.pk):
        people(store, "sam", "ada")
    program = caller_for(store)
    tried = program.post("/segment-previews", {"definition": GERMANS}).body
    assert (tried["count"], tried["margin"], tried["everybody"], len(tried["sample"])) == (2, 0, 2, 2)
    made = program.post("/segments", {"name": "Germans", "definition": GERMANS}, key="once")
    assert (made.status, made.body["kind"], made.body["is_computing"]) == (201, "rules", True)
    assert program.post("/segments", {"name": "Germans", "definition": GERMANS}, key="once").body == made.body
    compute()
    path = f"/segments/{made.body['id']}"
    assert (program.get(path).body["size"], program.get(path).body["is_computing"]) == (2, False)
    first = program.get(f"{path}/members", limit="1").body
    rest = program.get(f"{path}/members", limit="1", cursor=first["next"]).body
    assert {one["customer"] for one in first["items"] + rest["items"]} == set(tried["sample"])
    changed = program.put(path, {"name": "Regulars", "definition": DEFINITION}).body
    assert (changed["name"], changed["definition"]["parts"][1]["match"]) == ("Regulars", "any")
    compute()
    assert program.get(path).body["size"] == 0
    assert program.post(f"{path}/archive").body["state"] == "archived"
    assert program.get("/segments").body["items"] == []
    assert program.get("/segments", state="archived").body["items"][0]["id"] == made.body["id"]


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ({"match": "some"}, "definition.match"),
        ({"parts": [{"kind": "nope"}]}, "definition.parts[0].kind"),
        (group(condition("performed", event="order.vanished")), "definition.parts[0].config.event"),
        (group(group(condition("bought", products=["NOPE"]))), "definition.parts[0].parts[0].config.products"),
        (group(condition("in_segment", segment="seg_nope")), "definition.parts[0].config.segment"),
        (group(condition("country")), "definition.parts[0].config.countries"),
        ({"version": 2}, "definition.version"),
        (group(group(group(group(group(group()))))), "definition"),
        (group(*[condition("country", countries=["DE"])] * 51), "definition"),
    ],
)
def test_what_has_no_meaning_is_refused_with_its_path(store: Store, definition: object, field: str) -> None:
    program = caller_for(store)
    for path, body in (("/segment-previews", {}), ("/segments", {"name": "x"})):
        assert program.post(path, {**body, "definition": definition}).problem == (422, "unusable_definition", field)


def test_segments_never_refer_to_each_other_in_a_ring(store: Store) -> None:
    with store_scope(store.pk):
        first = make_segment(store, name="First")
        second = make_segment(store, condition("in_segment", segment=first.public_id), name="Second")
    program = caller_for(store)
    for name in (first.public_id, second.public_id):
        definition = group(condition("in_segment", segment=name))
        refused = program.put(f"/segments/{first.public_id}", {"name": "First", "definition": definition})
        assert refused.problem == (422, "ring_of_segments", "definition")
    assert program.post(f"/segments/{first.public_id}/archive").problem[:2] == (409, "segment_in_use")


def test_customers_are_put_on_a_list_and_taken_off(store: Store) -> None:
    with store_scope(store.pk):
        sam, ada = people(store, "sam", "ada")
        found = make_list(store)
    program = caller_for(store)
    path = f"/lists/{found.public_id}/members"
    named = {"customers": [{"email": "SAM@example.com"}, {"email": "no@example.com"}, {"customer": ada.public_id}]}
    assert program.post(path, named).body == {"changed": 2, "unknown": [1]}
    assert program.post(path, named).body == {"changed": 0, "unknown": [1]}
    of_sam = program.get(f"/customers/{sam.public_id}/segments").body["items"]
    assert [one["segment"] for one in of_sam] == [found.public_id]
    assert program.post(f"{path}/remove", {"customers": [{"email": "sam@example.com"}]}).body["changed"] == 1
    with store_scope(store.pk):
        assert members(found) == ["ada"]
        rules = make_segment(store)
    assert program.post(f"/lists/{rules.public_id}/members", named).problem[:2] == (409, "not_a_list")


def test_who_comes_second_is_told(store: Store) -> None:
    with store_scope(store.pk):
        path = f"/segments/{make_segment(store).public_id}"
    program = caller_for(store)
    seen = program.get(path).headers["ETag"]
    body = {"name": "One", "definition": GERMANS}
    assert program.call("put", path, body, headers={"If-Match": seen}).status == 200
    assert program.call("put", path, body, headers={"If-Match": seen}).status == 412


def test_nobody_else_is_told(store: Store) -> None:
    with store_scope(store.pk):
        people(store, "sam")
        found, listed = make_segment(store, *GERMANS["parts"]), make_list(store)
        sam = Customer.objects.get()
    path = f"/segments/{found.public_id}"
    mallory = caller_for(make_store("mallory"))
    assert mallory.get("/segments").body["items"] == []
    for refused in (
        mallory.get(path), mallory.get(f"{path}/members"), mallory.post(f"{path}/archive"),
        mallory.put(path, {"name": "x", "definition": {}}), mallory.get(f"/customers/{sam.public_id}/segments"),
        mallory.post(f"/lists/{listed.public_id}/members", {"customers": [{"email": "sam@example.com"}]}),
    ):  # fmt: skip
        assert refused.status == 404
    named = {"customers": [{"customer": sam.public_id}, {"email": sam.email}]}
    made = mallory.post("/segments", {"name": "Mine"}).body["id"]
    assert mallory.post(f"/lists/{made}/members", named).body == {"changed": 0, "unknown": [0, 1]}
    asked = {"definition": group(condition("in_segment", segment=found.public_id))}
    assert mallory.post("/segment-previews", asked).status == 422
    assert mallory.post("/segment-previews", {"definition": GERMANS}).body["everybody"] == 0
    reader = caller_for(store, Permission.SEGMENTS_READ)
    assert reader.get(path).status == 200
    assert reader.post("/segments", {"name": "x"}).status == 403
    assert caller_for(store, Permission.CUSTOMERS_READ).get(path).status == 403
    with store_scope(store.pk):
        assert Segment.objects.count() == 2
