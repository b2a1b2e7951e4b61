"""The demo shop is whole: everything it names exists, and its pictures are light and harmless."""

import re
from xml.etree import ElementTree as ET

import pytest

from aftercare.config.demo_shop.files import PICTURES, read_guides, read_logo, read_products
from aftercare.engagement.content.kinds import kinds

PRODUCTS = read_products(pictures_at="/static/demo_shop/")
GUIDES = list(read_guides())
FOR_EVERYBODY = {"faq", "policy"}
IDS = [product.id for product in PRODUCTS]


def test_no_product_and_no_article_number_is_there_twice():
    skus = [variant.sku for product in PRODUCTS for variant in product.variants]

    assert len(set(IDS)) == len(IDS)
    assert len(set(skus)) == len(skus)


def test_every_kind_of_product_and_of_relation_is_shown():
    assert {product.kind for product in PRODUCTS} == {"goods", "consumable", "digital", "service"}
    assert {relation.kind for product in PRODUCTS for relation in product.relations} == {
        "accessory_of", "consumable_for", "part_of", "upgrade_of",
    }  # fmt: skip


@pytest.mark.parametrize("product", PRODUCTS, ids=IDS)
def test_a_product_can_be_sold_and_looked_after(product):
    assert product.description
    assert product.return_class in {"standard", "bulky", "hygiene", "digital", "service"}
    assert {relation.to for relation in product.relations} < set(IDS)
    for variant in product.variants:
        assert variant.price > 0
        assert variant.currency == "EUR"
        assert bool(variant.weight_g) == (product.kind in {"goods", "consumable"})


def test_the_pictures_are_those_of_the_products():
    assert sorted(path.stem for path in PICTURES.iterdir()) == sorted(IDS)
    assert [product.image_url for product in PRODUCTS] == [f"/static/demo_shop/{product}.svg" for product in IDS]


@pytest.mark.parametrize("drawing", [*(path.read_text() for path in PICTURES.iterdir()), read_logo()])
def test_a_picture_is_small_and_draws_only(drawing):
    root = ET.fromstring(drawing)

    assert len(drawing) <= 4096
    assert root.get("viewBox")
    assert not re.search(r"script|href|style|url\(", drawing)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: f"{guide.slug}.{guide.locale}")
def test_a_guide_is_about_products_that_exist(guide):
    assert guide.kind in kinds
    assert len(guide.title) <= 160
    assert len(guide.summary) <= 300
    assert len(guide.body) > 500
    assert guide.products or guide.kind in FOR_EVERYBODY
    assert set(guide.products) <= set(IDS)


def test_a_guide_in_another_language_is_about_the_same_products():
    about = {}
    for guide in GUIDES:
        about.setdefault(guide.slug, set()).add(guide.products)

    assert [slug for slug, products in about.items() if len(products) > 1] == []
