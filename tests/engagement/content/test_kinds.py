"""Kinds of guides: every one can be written, shown and announced."""

import pytest

from aftercare.engagement.content.kinds import in_order, kind_label, place_of
from aftercare.engagement.content.markdown import guide_questions
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.content.guides import make_guide
from tests.visiting import visitor

KINDS = [kind.key for kind in in_order()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown(store, kind):
    with store_scope(store.pk):
        make_guide(store, kind=kind, video_url="https://video.example/jug")
    answer = visitor().get("/s/juniper/guides/first-day/")
    assert answer.status_code == 200
    assert kind_label(kind) in answer.content.decode()


def test_a_kind_that_is_gone_is_shown_plainly(store):
    with store_scope(store.pk):
        guide = make_guide(store)
        type(guide).objects.update(kind="poem")
    assert "Soak it." in visitor().get("/s/juniper/guides/first-day/").content.decode()
    assert place_of("poem") == 50


def test_a_video_leads_to_it(store):
    with store_scope(store.pk):
        make_guide(store, kind="video", video_url="https://video.example/jug")
    html = visitor().get("/s/juniper/guides/first-day/").content.decode()
    assert 'href="https://video.example/jug"' in html
    assert "https://schema.org/VideoObject" in html


def test_questions_open_and_are_announced(store):
    with store_scope(store.pk):
        make_guide(store, kind="faq", body="Hello.\n\n## Is it *safe*?\n\nYes.\n\n## And hot?\n\n- No.")
    html = visitor().get("/s/juniper/guides/first-day/").content.decode()
    assert html.count("https://schema.org/Question") == 2
    assert "Is it safe?" in html


def test_the_text_of_questions():
    found = guide_questions("Before.\n\n## One `x` <b>?\n\nFirst.\n\n# Two\n\nSecond.")
    assert [question.title for question in found.questions] == ["One x <b>?", "Two"]
    assert found.before == "<p>Before.</p>\n"
    assert found.questions[1].answer == "<p>Second.</p>\n"
    assert guide_questions("No heading.").questions == ()


def test_guides_are_searched(store):
    with store_scope(store.pk):
        make_guide(store)
        make_guide(store, locale="de", title="Der erste Tag", body="Einweichen.")
        make_guide(store, slug="lamp", title="The lamp", summary="", body="Light.")
    page = visitor().get("/s/juniper/guides/", {"q": "RINSE twice"}, headers={"Accept-Language": "en"}).content.decode()
    assert "The jug on its first day" in page
    assert "The lamp" not in page
    assert "Nothing was found" in visitor().get("/s/juniper/guides/", {"q": "zanzibar\x00"}).content.decode()
