"""Taking products in: in sets, mirrored, nothing that was ordered ever lost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pydantic import ValidationError

from aftercare.commerce.catalog.actions import record_products
from aftercare.commerce.catalog.models import Product, Relation, Variant
from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.intake import Intake, Outcome
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.happened import happened
from tests.factories import NOW, SOURCE, make_product, make_store, product_in


def record(store: Store, *products: ProductIn, source: str = SOURCE) -> Intake:
    return record_products(store_id=store.pk, source=source, products=products, now=NOW)


def everything() -> list[list[dict[str, Any]]]:
    kinds: tuple[Any, ...] = (Product, Variant, Relation, EventRow)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def variant(key: str, **told: Any) -> dict[str, Any]:
    return {"id": key, "sku": f"SKU-{key}", "price": "34.90", **told}


def test_a_product_becomes_rows(shop: Store) -> None:
    told = {
        "title": "Filter jug", "kind": "goods", "category": "Kitchen", "tags": ["water", "glass"],
        "warranty_months": 24,
        "variants": [variant("a", title="White", weight_g=900), variant("b", price="35", currency="USD")],
        "created_at": "2025-01-01T00:00:00Z",
    }  # fmt: skip
    product = make_product(shop, **told)
    assert (product.title, product.tags, product.warranty_months, product.archived_at, product.created_at.year) == (
        "Filter jug", ["water", "glass"], 24, None, 2025,
    )  # fmt: skip
    variants = Variant.objects.order_by("external_id").values_list(
        "external_id", "title", "price", "currency", "weight_g"
    )
    assert list(variants) == [("a", "White", 3490, "EUR", 900), ("b", "", 3500, "USD", None)]
    assert happened("product.") == [("product.changed", {"product": product.public_id, "created": True})]


def test_the_same_again_changes_nothing(shop: Store) -> None:
    told = product_in(relations=[{"kind": "accessory_of", "to": "unknown"}])
    record(shop, told)
    before = everything()
    assert record(shop, told).outcomes == [Outcome.UNCHANGED]
    assert everything() == before


def test_a_variant_the_shop_no_longer_has_is_archived_until_it_comes_back(shop: Store) -> None:
    product = make_product(shop, variants=[variant("a"), variant("b")])
    make_product(shop, variants=[variant("a", price="39.90")])
    archived = dict(Variant.objects.values_list("external_id", "archived_at"))
    assert archived == {"a": None, "b": NOW}
    assert Variant.objects.get(external_id="a").price == 3990
    make_product(shop, variants=[variant("a"), variant("b")])
    assert set(Variant.objects.values_list("archived_at", flat=True)) == {None}
    assert happened("product.")[1:] == [("product.changed", {"product": product.public_id, "created": False})] * 2


def test_an_archived_product_keeps_when_it_was(shop: Store) -> None:
    assert make_product(shop, archived=True).archived_at == NOW
    assert make_product(shop, archived=True, title="Jug").archived_at == NOW
    assert make_product(shop, archived=False).archived_at is None


def test_relations_wait_for_what_they_point_to(shop: Store) -> None:
    recorded = record(
        shop,
        product_in(
            id="cartridge", relations=[{"kind": "consumable_for", "to": "jug"}, {"kind": "part_of", "to": "set"}]
        ),
        product_in(id="set"),
    )
    assert [(caveat.index, caveat.code, "'jug'" in caveat.sentence) for caveat in recorded.warnings] == [
        (0, "relation_awaits_product", True)
    ]
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        make_product(mallory)
    record(shop, product_in(), source="marketplace")
    assert set(Relation.objects.values_list("kind", "target__external_id")) == {
        ("consumable_for", None),
        ("part_of", "set"),
    }
    jug = make_product(shop)
    assert Relation.objects.get(kind="consumable_for").target == jug


def test_relations_follow_what_the_shop_says(shop: Store) -> None:
    make_product(shop, id="set")
    make_product(shop, relations=[{"kind": "part_of", "to": "set"}, {"kind": "accessory_of", "to": "set"}])
    make_product(shop, relations=[{"kind": "accessory_of", "to": "set"}, {"kind": "upgrade_of", "to": "set"}])
    assert set(Relation.objects.values_list("kind", flat=True)) == {"accessory_of", "upgrade_of"}


@pytest.mark.parametrize(
    ("variants", "field", "code"),
    [
        ([variant("a"), variant("a")], "variants[1].id", "duplicate_variant"),
        ([variant("a"), variant("taken")], "variants[1].id", "variant_of_another"),
        ([variant("a", price="1.234")], "variants[0].price", "invalid"),
        ([variant("a", price="1.5", currency="JPY")], "variants[0].price", "invalid"),
    ],
)
def test_one_bad_product_never_stops_the_others(
    shop: Store, variants: list[dict[str, Any]], field: str, code: str
) -> None:
    make_product(shop, id="owner", variants=[variant("taken")])
    recorded = record(shop, product_in(id="good"), product_in(id="bad", variants=variants), product_in(id="fine"))
    assert recorded.outcomes == [Outcome.CREATED, Outcome.REFUSED, Outcome.CREATED]
    assert (recorded.refused[1].field, recorded.refused[1].code) == (field, code)
    assert recorded.refused[1].remedy


def test_two_products_of_a_batch_cannot_share_a_variant(shop: Store) -> None:
    recorded = record(shop, product_in(id="a", variants=[variant("x")]), product_in(id="b", variants=[variant("x")]))
    assert recorded.outcomes == [Outcome.CREATED, Outcome.REFUSED]


def test_versions_of_one_product_in_one_batch_are_taken_in_their_order(shop: Store) -> None:
    recorded = record(shop, product_in(title="first"), product_in(title="second"))
    assert recorded.outcomes == [Outcome.CREATED, Outcome.CHANGED]
    assert Product.objects.get().title == "second"


def test_another_stores_and_another_sources_product_of_the_same_id_are_others(shop: Store) -> None:
    make_product(shop)
    assert record(shop, product_in(), source="marketplace").outcomes == [Outcome.CREATED]
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        assert record(mallory, product_in()).outcomes == [Outcome.CREATED]
        assert Product.objects.count() == 1
    assert Product.objects.count() == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "data:text/html,x"])
def test_a_page_address_is_one_a_browser_may_open(url: str) -> None:
    with pytest.raises(ValidationError):
        product_in(url=url)


def test_the_number_of_statements_does_not_grow_with_the_batch(shop: Store) -> None:
    def statements(*products: ProductIn) -> int:
        with CaptureQueriesContext(connection) as captured:
            record(shop, *products)
        return len(captured)

    def product(number: int, title: str) -> ProductIn:
        return product_in(id=f"{title}{number}", relations=[{"kind": "part_of", "to": "set"}])

    assert statements(product(0, "a")) == statements(*(product(number, "b") for number in range(30)))
