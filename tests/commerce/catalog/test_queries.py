"""Finding products, variants and what they relate to."""

import pytest

from aftercare.commerce.catalog.models import Relation, Variant
from aftercare.commerce.catalog.policy import Article
from aftercare.commerce.catalog.queries import articles, product_card, products_by_id, related, relating
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import SOURCE, make_product, make_store


def test_articles_are_found_by_the_ids_of_their_source_and_by_sku(shop: Store) -> None:
    jug = make_product(shop, kind="consumable")
    variant = Variant.objects.get()
    found = articles(
        store_id=shop.pk, source=SOURCE, products=["jug", "unknown"], variants=["jug-1"], skus=["SKU-jug", "SKU-none"]
    )
    whole = Article(jug.pk, variant.pk, "consumable")
    assert (found.products, found.variants, found.skus) == (
        {"jug": Article(jug.pk, None, "consumable")}, {"jug-1": whole}, {"SKU-jug": whole},
    )  # fmt: skip
    elsewhere = articles(store_id=shop.pk, source="marketplace", products=["jug"], variants=["jug-1"], skus=["SKU-jug"])
    assert (elsewhere.products, elsewhere.variants, elsewhere.skus) == ({}, {}, {"SKU-jug": whole})


def test_of_several_articles_of_a_sku_the_one_still_sold_counts(shop: Store) -> None:
    make_product(shop, id="old", variants=[{"id": "old-1", "sku": "SKU"}])
    make_product(shop, id="old", variants=[])
    new = make_product(shop, id="new", variants=[{"id": "new-1", "sku": "SKU"}])
    found = articles(store_id=shop.pk, source=SOURCE, products=[], variants=[], skus=["SKU"])
    assert found.skus["SKU"].product_id == new.pk


def test_relations_are_read_from_both_ends(shop: Store) -> None:
    jug = make_product(shop)
    cartridge = make_product(shop, id="cartridge", relations=[{"kind": "consumable_for", "to": "jug"}])
    make_product(shop, id="gone", archived=True, relations=[{"kind": "consumable_for", "to": "jug"}])
    make_product(shop, id="waiting", relations=[{"kind": "consumable_for", "to": "unknown"}])
    assert related(product=cartridge, kind=Relation.Kind.CONSUMABLE_FOR) == [jug]
    assert relating(product=jug, kind=Relation.Kind.CONSUMABLE_FOR) == [cartridge]
    assert relating(product=jug, kind=Relation.Kind.PART_OF) == []


def test_products_come_with_their_variants(shop: Store) -> None:
    jug = make_product(shop, variants=[{"id": "a"}, {"id": "b"}])
    make_product(shop, variants=[{"id": "b"}])
    assert [variant.external_id for variant in products_by_id(ids=[jug.pk, 0])[jug.pk].variants.all()] == ["b"]
    assert product_card(public_id=jug.public_id) == jug


def test_another_stores_product_is_not_found(shop: Store) -> None:
    jug = make_product(shop)
    with store_scope(make_store("mallory").pk), pytest.raises(NotFound):
        product_card(public_id=jug.public_id)
