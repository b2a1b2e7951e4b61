"""Writing guides at the console."""

import pytest

from aftercare.engagement.content.models import Guide
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.content.guides import make_guide
from tests.factories import make_product, make_store
from tests.staffing import Staff
from tests.visiting import words_of

SAID = {
    "title": "Waxing the board", "summary": "Once a season.", "kind": "how_to", "locale": "en",
    "body": "1. Sand it.\n2. Oil it.", "slug": "", "video_url": "",
}  # fmt: skip


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def test_a_guide_is_written_and_read(olga: Staff, store: Store) -> None:
    olga.do("guide_new", **SAID)
    with store_scope(store.pk):
        guide = Guide.objects.get()
    assert (guide.slug, guide.kind, guide.locale) == ("waxing-the-board", "how_to", "en")
    assert "Sand it." in olga.see("guide", guide.public_id)
    with store_scope(store.pk):
        [told] = EventRow.objects.filter(type="guide.written")
    assert told.data["guide"] == guide.public_id
    assert "Waxing the board" in words_of(olga.see("guides"))


def test_the_same_again_is_no_event(olga: Staff, store: Store) -> None:
    olga.do("guide_new", **SAID)
    olga.do("guide_new", **SAID)
    with store_scope(store.pk):
        assert EventRow.objects.filter(type="guide.written").count() == 1


def test_a_preview_keeps_nothing(olga: Staff, store: Store) -> None:
    answer = olga.do("guide_new", expect=200, do="preview", **{**SAID, "body": "## Why?\n\nBecause.", "kind": "faq"})
    assert "Because." in answer.content.decode()
    with store_scope(store.pk):
        assert not Guide.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": "video"}, "A video needs its address."),
        ({"title": "!!!"}, "nothing of the title can stand in an address"),
        ({"body": ""}, "required"),
        ({"kind": "poem"}, "poem"),
        ({"slug": "a b"}, "valid"),
    ],
)
def test_what_cannot_be_shown_is_refused_beside_its_field(
    olga: Staff, store: Store, wrong: dict, sentence: str
) -> None:
    answer = olga.do("guide_new", expect=422, **{**SAID, **wrong})
    assert sentence in words_of(answer.content.decode())
    with store_scope(store.pk):
        assert not Guide.objects.exists()


def test_another_guide_with_this_address_stays(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        first, second = make_guide(store), make_guide(store, slug="other")
    answer = olga.do("guide_write", second.public_id, expect=422, **{**SAID, "slug": first.slug})
    assert "in this language already" in words_of(answer.content.decode())


def test_a_translation_begins_with_the_words_to_translate(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        guide = make_guide(store)
    address = olga.url("guide_new")
    assert "The jug on its first day" in olga.client.get(address, {"of": guide.public_id}).content.decode()


def test_products_are_tied_in_every_language_and_untied(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        jug = make_product(store, id="jug", title="Filter jug")
        guide, german = make_guide(store), make_guide(store, locale="de", title="Der erste Tag")
    assert "Filter jug" in words_of(olga.see("guide", guide.public_id, product="jug"))
    olga.do("guide_products", guide.public_id, add=jug.public_id)
    assert "Helps with Filter jug" in words_of(olga.see("guide", german.public_id))
    assert "No other product" in words_of(olga.see("guide", guide.public_id, product="jug"))
    olga.do("guide_products", german.public_id, remove=jug.public_id)
    assert "No product yet" in words_of(olga.see("guide", guide.public_id))


def test_a_guide_is_removed_in_its_language(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        guide, german = make_guide(store), make_guide(store, locale="de")
    olga.do("guide_remove", guide.public_id)
    with store_scope(store.pk):
        assert [left.pk for left in Guide.objects.all()] == [german.pk]


def test_who_may_only_read_writes_nothing(store: Store) -> None:
    with store_scope(store.pk):
        guide = make_guide(store)
    arne = Staff(store, role=Role.ANALYST, email="arne@juniper.example")
    assert "Edit" not in words_of(arne.see("guide", guide.public_id))
    arne.do("guide_write", guide.public_id, expect=403, **SAID)
    arne.do("guide_remove", guide.public_id, expect=403)
    arne.do("guide_products", guide.public_id, expect=403, add="prd_x")


def test_mallory_reaches_nothing_of_it(store: Store) -> None:
    with store_scope(store.pk):
        guide = make_guide(store)
    mallory = Staff(make_store("mallory"), email="mallory@mallory.example")
    mallory.see("guide_write", guide.public_id, expect=404)
    mallory.do("guide_remove", guide.public_id, expect=404)
    mallory.do("guide_products", guide.public_id, expect=404, add="prd_x")
