"""The console's pages about segments: built without scripts, shown with their members, filled from files."""

import re
from html import unescape
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from aftercare.engagement.segments.conditions import conditions
from aftercare.engagement.segments.models import ListImport, Member, Segment
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.segments.cast import compute, condition, hear, make_list, make_segment, members, people
from tests.factories import make_product, make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")
FOLK = ("sam", "ada", "bo")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


class Builder:
    """Somebody who clicks through the builder without scripts."""

    def __init__(self, staff: Staff, *where: str) -> None:
        self._staff, self._where = staff, where
        self.html = staff.see(*where)

    def click(self, do: str, *, expect: int = 200, **entered: Any) -> "Builder":
        """Press a button, having entered this; everything hidden travels along."""
        assert do in ("save", "keep") or f'value="{do}"' in self.html, f"no button does {do}"
        response = self.send({**self._hidden(), **entered, "builder_do": do})
        assert response.status_code == expect, response.status_code
        self.html = response.content.decode()
        return self

    def send(self, form: dict[str, Any]) -> HttpResponse:
        return self._staff.client.post(self._staff.url(*self._where), form)

    @property
    def words(self) -> str:
        return words_of(self.html)

    def _hidden(self) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="(builder_\w+)" value="([^"]*)">', self.html)
        return {name: unescape(value) for name, value in found}


def test_a_segment_is_built_without_scripts(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        people(store, "sam", "ada")
        people(store, "eve", country="FR")
    builder = Builder(olga, "segment_new")
    assert "3 of 3 customers" in builder.words
    assert "Everybody: nothing is asked yet" in builder.words
    builder.click("add:")
    for kind in conditions:
        assert f"add::{kind.key}" in builder.html
    builder.click("add::country")
    assert "Any of these countries" in builder.words
    builder.click("keep", countries="", expect=422)
    assert "This field is required" in builder.words
    builder.click("keep", countries="de, at")
    assert "lives in DE or AT" in builder.words.replace("“", "").replace("”", "")
    assert "2 of 3 customers" in builder.words
    builder.click("group:").click("add:1").click("add:1:orders").click("keep", count="1", bound="at_least")
    assert "0 of 3 customers" in builder.words
    builder.click("match:1:none")
    assert "2 of 3 customers" in builder.words
    builder.click("edit:0").click("keep", countries="DE", opposite="on")
    assert "1 of 3 customers" in builder.words
    builder.click("save", expect=422, segment_name="")
    assert "does not live in DE" in builder.words, "nothing is lost over a missing name"
    builder.click("save", expect=302, segment_name="Abroad, never bought")
    with store_scope(store.pk):
        made = Segment.objects.get()
        compute()
        assert members(made) == ["eve"]
        assert made.created_by == f"staff:{olga.user.public_id}"


def test_a_part_is_removed_with_all_that_is_in_it(olga: Staff) -> None:
    builder = (
        Builder(olga, "segment_new")
        .click("group:")
        .click("add:0")
        .click("add:0:known_since")
        .click("keep", bound="at_least", days="3")
    )
    assert "has been known for at least 3 days" in builder.words
    assert "Everybody" in builder.click("remove:0").words


def test_what_is_open_is_kept_when_all_is_saved(olga: Staff, store: Store) -> None:
    builder = Builder(olga, "segment_new").click("add:").click("add::country")
    builder.click("save", expect=422, segment_name="Germans", countries="")
    builder.click("save", expect=302, segment_name="Germans", countries="DE")
    with store_scope(store.pk):
        assert Segment.objects.get().definition["parts"][0]["config"] == {"countries": ["DE"]}


def test_scripts_get_the_builder_alone_and_are_led_on(olga: Staff) -> None:
    url, headers = olga.url("segment_new"), {"HX-Request": "true", "HX-Target": "builder"}
    part = olga.client.post(url, {"builder_do": "add:", "builder_definition": "{}"}, headers=headers)
    assert part.content.decode().lstrip().startswith("<form")
    refused = {"builder_do": "keep", "builder_open": "add::country", "builder_definition": "{}"}
    assert "This field is required" in olga.client.post(url, refused, headers=headers).content.decode()
    saved = {"builder_do": "save", "builder_definition": "{}", "segment_name": "All"}
    assert "/segments/seg_" in olga.client.post(url, saved, headers=headers).headers["HX-Redirect"]


def test_whoever_comes_second_is_told_and_keeps_their_work(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        found = make_segment(store, condition("country", countries=["DE"]))
    first, second = Builder(olga, "segment_edit", found.public_id), Builder(olga, "segment_edit", found.public_id)
    first.click("save", expect=302, segment_name="One")
    second.click("edit:0").click("keep", countries="FR").click("save", expect=409, segment_name="Two")
    assert "lives in FR" in second.words.replace("“", "").replace("”", "")


@pytest.mark.parametrize(
    "source", ["nonsense", '{"match": "some"}', '{"parts": [{"kind": "nope"}]}', "[" * 5000, "\x00"]
)
def test_what_was_tampered_with_is_refused(olga: Staff, source: str) -> None:
    response = Builder(olga, "segment_new").send({"builder_do": "save", "builder_definition": source})
    assert response.status_code == 422


@pytest.mark.parametrize(
    "do", ["edit:7", "remove:3-4", "add:x", "match:0:all", "group:9", "edit:-1", "add::nope", "no"]
)
def test_buttons_of_what_is_gone_change_nothing(olga: Staff, do: str) -> None:
    response = Builder(olga, "segment_new").send({"builder_do": do, "builder_definition": '{"parts": []}'})
    assert response.status_code == 200
    assert "Everybody: nothing is asked yet" in words_of(response.content.decode())


def test_every_kind_opens_a_form_and_is_taken_back_as_it_is_shown(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        make_product(store, id="jug", category="Kitchen")
        other = make_segment(store, name="Other")
    said: dict[str, dict[str, Any]] = {
        "bought": {"products": "SKU-jug", "within_days": "30"}, "bought_category": {"categories": ["Kitchen"]},
        "consent": {}, "country": {"countries": "DE"}, "in_segment": {"segment": other.public_id, "for_days": "3"},
        "known_since": {"days": "9"}, "language": {"languages": "de"},
        "last_time": {"event": "order.placed", "days": "30"}, "order_value": {"amount": "99.90"},
        "orders": {"count": "2", "within_days": "90"}, "parcel_health": {"states": ["late"]},
        "performed": {"event": "order.delivered", "times": "2"},
        "state": {"begins": "shipment.delayed", "ends": "shipment.delivered", "days": "4"},
        "trait": {"name": "tier", "values": "gold, 3"},
    }  # fmt: skip
    assert set(said) == set(conditions.keys()), "a new kind is tried here too"
    for kind, entered in said.items():
        defaults = {"bound": "at_least", "test": "is", "said": "yes", "purpose": "marketing", "channel": "email"}
        builder = Builder(olga, "segment_new").click("add:").click(f"add::{kind}")
        builder.click("keep", which="last", measure="total", currency="EUR", **{**defaults, **entered})
        carried = orjson.loads(builder._hidden()["builder_definition"])["parts"]
        assert [part["kind"] for part in carried] == [kind], builder.words
        again = builder.click("edit:0")
        for name, value in entered.items():
            assert name in again.html, value


def test_a_product_that_is_not_there_is_refused_beside_its_field(olga: Staff) -> None:
    builder = Builder(olga, "segment_new").click("add:").click("add::bought").click("keep", products="NOPE", expect=422)
    assert "There is no product 'NOPE'" in builder.words


def test_a_segment_shows_its_rules_its_members_and_their_file(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        people(store, "sam", "ada")
        found = make_segment(store, condition("country", countries=["DE"]), name="Germans")
    words = words_of(olga.see("segment", found.public_id))
    for said in ("Germans", "lives in DE", "Sam", "ada@example.com"):
        assert said in words, said
    assert "Ada" not in words_of(olga.see("segment", found.public_id, q="sam@")).partition("Customers in it")[2]
    rows = b"".join(olga.get("segment_csv", found.public_id)).decode().splitlines()  # type: ignore[arg-type]
    assert rows[0].endswith("id,name,email,phone,locale,country,since")
    assert len(rows) == 3
    assert "Germans" in words_of(olga.see("segments", q="germ"))
    assert "Germans" not in words_of(olga.see("segments", q="french"))
    assert "Germans" in words_of(olga.see("customer", _public_id(store, "sam")))


def _public_id(store: Store, name: str) -> str:
    with store_scope(store.pk):
        return str(Member.objects.select_related("customer").get(customer__name=name.title()).customer.public_id)


def test_an_archived_segment_is_empty_and_out_of_the_way(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        people(store, "sam")
        inner = make_segment(store, condition("country", countries=["DE"]), name="Inner")
        outer = make_segment(store, condition("in_segment", segment=inner.public_id), name="Outer")
    olga.do("segment_archive", inner.public_id)
    assert "refers to this one" in olga.see("segment", inner.public_id)
    olga.do("segment_archive", outer.public_id)
    olga.do("segment_archive", inner.public_id)
    with store_scope(store.pk):
        compute()
        assert not Member.objects.exists()
    assert "No segments yet" in olga.see("segments")
    assert "Outer" in olga.see("segments", state="archived")


def test_a_list_is_made_filled_from_a_file_and_filled_again(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        people(store, "sam", "ada")
    olga.do("list_new", name="Testers", description="")
    with store_scope(store.pk):
        found = Segment.objects.get()
    content = b"E-Mail;note\nSAM@example.com;x\nnobody@example.com;y\n;z\nada@example.com;\n"
    for added in (2, 0):
        olga.do("list_import", found.public_id, file=SimpleUploadedFile("testers.csv", content))
        with store_scope(store.pk):
            made = ListImport.objects.order_by("-pk")[0]
        assert (made.rows, made.found, made.added, made.refused) == (4, 2, added, 2)
    with store_scope(store.pk):
        assert members(found) == ["ada", "sam"]
        hear()
    rejected = olga.get("list_rejects", found.public_id, made.pk).content.decode().splitlines()
    assert rejected[0] == "E-Mail;note;_line;_field;_problem;_remedy;_raw"
    assert rejected[1].startswith("nobody@example.com;y;3;;nobody here is called so;")
    assert rejected[2].startswith(";z;4;;names nobody;")
    assert "2 not found" in words_of(olga.see("segment", found.public_id))


@pytest.mark.parametrize(
    "content", [b"", b"name,age\nSam,3\n", b"\xff\xfea\x00", b"PK\x03\x04rest", b"{}", b"email\n\xe9@x.de\n"]
)
def test_a_file_that_is_no_list_is_refused_with_a_remedy(olga: Staff, store: Store, content: bytes) -> None:
    with store_scope(store.pk):
        found = make_list(store)
    response = olga.client.post(
        olga.url("list_import", found.public_id), {"file": SimpleUploadedFile("x.csv", content)}
    )
    is_read = content.startswith(b"email")
    assert response.status_code == (302 if is_read else 422)


def test_pages_ask_as_much_for_many_as_for_one(store: Store, olga: Staff) -> None:
    asked: dict[str, list[int]] = {}
    with store_scope(store.pk):
        first = make_segment(store, condition("country", countries=["DE"]), name="First")
    for count in (1, 3):
        with store_scope(store.pk):
            people(store, *FOLK[:count])
            hear()
            if count == 3:
                make_segment(store, condition("country", countries=["DE"]), name="Second")
                make_segment(store, condition("country", countries=["DE"]), name="Third")
        for name, args in (("segments", ()), ("segment", (first.public_id,)), ("segment_edit", (first.public_id,))):
            asked.setdefault(name, []).append(olga.count_queries(name, *args))
    assert all(one == many for one, many in asked.values()), asked


@pytest.mark.parametrize("role", list(Role))
def test_who_may_change_segments(store: Store, role: Role) -> None:
    with store_scope(store.pk):
        found = make_segment(store)
        listed = make_list(store)
    somebody = Staff(store, role, email=f"{role}@juniper.example")
    somebody.see("segments")
    somebody.see("segment", found.public_id)
    may = role in {Role.OWNER, Role.MARKETER}
    for name, args in (("segment_new", ()), ("segment_edit", (found.public_id,)), ("list_new", ())):
        somebody.see(name, *args, expect=200 if may else 403)
    file = SimpleUploadedFile("x.csv", b"email\nsam@example.com\n")
    somebody.do("list_import", listed.public_id, file=file, expect=302 if may else 403)
    somebody.do("segment_archive", found.public_id, expect=302 if may else 403)


def test_mallory_gets_nothing(store: Store, olga: Staff) -> None:
    with store_scope(store.pk):
        people(store, "sam")
        found = make_segment(store, condition("country", countries=["DE"]), name="Germans")
        listed = make_list(store)
    mallory = Staff(make_store("mallory"), email="mallory@example.com")
    assert "Germans" not in mallory.see("segments")
    for name in ("segment", "segment_edit", "segment_csv", "list_rename"):
        mallory.see(name, found.public_id, expect=404)
    mallory.do("segment_archive", found.public_id, expect=404)
    mallory.do(
        "list_import", listed.public_id, file=SimpleUploadedFile("x.csv", b"email\nsam@example.com\n"), expect=404
    )
    builder = Builder(mallory, "segment_new").click("add:")
    asked = {"parts": [condition("in_segment", segment=found.public_id)]}
    sent = {"builder_do": "save", "builder_definition": orjson.dumps(asked).decode(), "segment_name": "Yours"}
    assert builder.send(sent).status_code == 422
    asked = {"parts": [condition("country", countries=["DE"])]}
    assert "0 of 0 customers" in words_of(
        builder.send({"builder_do": "look", "builder_definition": orjson.dumps(asked).decode()}).content.decode()
    )
