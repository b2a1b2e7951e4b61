"""The console's pages about products."""

import pytest

from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import make_product
from tests.staffing import Staff
from tests.visiting import words_of


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def test_the_list_is_narrowed_and_searched(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        make_product(store, id="jug", title="Filter jug", category="Kitchen")
        make_product(store, id="visit", title="Sharpening", kind="service", archived=True)
    assert "Filter jug" in olga.see("products", q="jug kitchen")
    assert "Filter jug" in olga.see("products", q="sku-jug")
    assert "Filter jug" not in olga.see("products", kind="service")
    assert "Sharpening" not in olga.see("products", archived="no")
    assert "Sharpening" in olga.see("products", archived="yes")


def test_a_product_with_variants_and_relations_both_ways(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        jug = make_product(store, id="jug", title="Filter jug", warranty_months=24)
        relations = [{"kind": "consumable_for", "to": "jug"}, {"kind": "accessory_of", "to": "later"}]
        cartridge = make_product(store, id="cartridge", title="Cartridge", relations=relations)
    words = words_of(olga.see("product", jug.public_id))
    for said in (
        "SKU-jug",
        "34.90",
        "24 months",
        "Cartridge Consumable for this",
    ):
        assert said in words, said
    words = words_of(olga.see("product", cartridge.public_id))
    assert "Consumable for Filter jug" in words
    assert "Accessory of later not known yet" in words


def test_a_product_takes_as_many_queries_with_three_variants_as_with_one(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        one = make_product(store, id="one")
        three = make_product(store, id="three", variants=[{"id": f"v{number}"} for number in range(3)])
    assert olga.count_queries("product", one.public_id) == olga.count_queries("product", three.public_id)
