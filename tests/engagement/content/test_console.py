"""The console's pages about guides."""

import pytest

from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.content.guides import make_guide
from tests.factories import make_product
from tests.staffing import Staff
from tests.visiting import words_of


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def test_the_list_is_narrowed_and_tells_which_products_have_none(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        jug = make_product(store, id="jug", title="Filter jug")
        make_product(store, id="lamp", title="Desk lamp")
        make_product(store, id="gone", title="Old lamp", archived=True)
        make_guide(store, product_ids=(jug.pk,))
        make_guide(store, slug="care", locale="de", kind="care", title="Pflege")
    words = words_of(olga.see("guides"))
    assert "1 of 2 products have a guide. Which have none?" in words
    assert "Desk lamp 0 sold" in words
    assert "Filter jug 0 sold" in words_of(olga.see("guides", lacking="care"))
    assert "Pflege" in words_of(olga.see("guides", kind="care", locale="de", q="pfl"))
    assert "Pflege" not in words_of(olga.see("guides", locale="en"))


def test_a_guide_with_its_languages_and_products(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        jug = make_product(store, id="jug", title="Filter jug")
        guide = make_guide(store, product_ids=(jug.pk,))
        german = make_guide(store, locale="de", title="Der erste Tag")
    html = olga.see("guide", guide.public_id)
    assert "<strong>care</strong>" in html
    assert "Helps with Filter jug" in words_of(html)
    assert german.public_id in html


def test_a_guide_stands_on_its_product(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        jug = make_product(store, id="jug", title="Filter jug")
        make_guide(store, product_ids=(jug.pk,))
    assert "The jug on its first day" in words_of(olga.see("product", jug.public_id))


def test_markup_in_a_guide_is_shown_and_not_obeyed(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        guide = make_guide(store, body="<script>alert(1)</script>")
    assert "<script>alert(1)" not in olga.see("guide", guide.public_id)


def test_the_list_takes_as_many_queries_for_three_as_for_one(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        make_guide(store)
    once = olga.count_queries("guides")
    with store_scope(store.pk):
        make_guide(store, slug="two")
        make_guide(store, slug="three")
    assert olga.count_queries("guides") == once
