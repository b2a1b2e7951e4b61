"""Guides in the portal."""

import pytest

from aftercare.foundation.stores.scope import store_scope
from tests.engagement.content.guides import make_guide
from tests.factories import line_in, make_order, make_product, make_store
from tests.visiting import path_of, title_of, visitor, words_of


@pytest.fixture
def guide(store):
    with store_scope(store.pk):
        return make_guide(store, product_ids=(make_product(store).pk,))


def page(path: str, language: str = "en") -> str:
    answer = visitor().get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_guide_shows_its_text_and_what_it_is_about(guide):
    shown = page("/s/juniper/guides/first-day/")

    assert title_of(shown) == "The jug on its first day"
    assert "Filter jug" in words_of(shown)
    assert "Rinse it twice ." in words_of(shown)


def test_steps_are_marked_up_as_steps_only_where_they_are(guide, store):
    with store_scope(store.pk):
        make_guide(store, slug="care", kind="care")
        make_guide(store, slug="words", body="Only words.")

    shown = page("/s/juniper/guides/first-day/")
    assert shown.count("https://schema.org/HowToStep") == 2
    assert 'itemtype="https://schema.org/HowTo"' in shown
    for other in ("care", "words"):
        assert "schema.org" not in page(f"/s/juniper/guides/{other}/")


@pytest.mark.parametrize(
    ("language", "title"),
    [("de", "Der erste Tag"), ("en", "The jug on its first day"), ("fr", "The jug on its first day")],
)
def test_a_guide_is_shown_in_the_language_that_suits_best(guide, store, language, title):
    with store_scope(store.pk):
        make_guide(store, locale="de", title="Der erste Tag")

    assert title_of(page("/s/juniper/guides/first-day/", language)) == title
    assert words_of(page("/s/juniper/guides/", language)).count("Soak, rinse twice.") == 1


def test_search_engines_may_find_guides(guide):
    answer = visitor().get("/s/juniper/guides/first-day/")

    assert answer["X-Robots-Tag"] == "all"
    assert "noindex" not in answer.content.decode()


@pytest.mark.parametrize("path", ["guides/nothing/", "guides/<x>/"])
def test_an_unknown_guide_is_not_found(store, path):
    assert visitor().get(f"/s/juniper/{path}").status_code == 404


def test_another_stores_guide_is_not_found(guide):
    make_store("mallory")

    assert visitor().get("/s/mallory/guides/first-day/").status_code == 404


def test_a_store_without_guides_says_what_will_be_there(store):
    assert "No guides yet" in words_of(page("/s/juniper/guides/"))
    assert "Make the most" not in page("/s/juniper/")


def test_the_start_page_shows_some_and_leads_to_all(store):
    with store_scope(store.pk):
        for number in range(8):
            make_guide(store, slug=f"guide-{number}", title=f"Guide {number}")

    shown = page("/s/juniper/")

    assert "Guide 5" in shown
    assert "Guide 6" not in shown
    assert 'href="/s/juniper/guides/"' in shown
    assert "Guide 7" in page("/s/juniper/guides/")


def test_an_order_shows_the_guides_to_what_is_in_it(guide, store):
    with store_scope(store.pk):
        make_guide(store, locale="de", title="Der erste Tag", product_ids=())
        make_guide(store, slug="other", title="About something else")
        order = make_order(store, lines=[line_in(product="jug")])

    shown = page(path_of(order, store))

    assert 'href="guides/first-day/"' in shown
    assert "About something else" not in shown
    assert "Care guide" in words_of(shown)


def test_with_several_guides_the_action_leads_to_the_list(guide, store):
    with store_scope(store.pk):
        make_guide(store, slug="second", title="Second", product_ids=(make_product(store).pk,))
        order = make_order(store, lines=[line_in(product="jug")])

    assert 'href="#order-guides"' in page(path_of(order, store))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("", 2), ("guides/", 2), ("guides/guide-0/", 3)])
def test_pages_take_the_same_queries_however_many_guides(store, django_assert_num_queries, count, path, queries):
    with store_scope(store.pk):
        product = make_product(store)
        for number in range(count):
            make_guide(store, slug=f"guide-{number}", product_ids=(product.pk,))
    client = visitor()
    client.get(f"/s/juniper/{path}")

    with django_assert_num_queries(queries):
        assert client.get(f"/s/juniper/{path}").status_code == 200
