"""The shells and components keep to the strict content policy and to both directions of text."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

import aftercare
from aftercare.foundation.kit.errors import Invalid

TEMPLATES = sorted(Path(aftercare.__file__).parent.rglob("templates/**/*.html"))
PAGES = ["web/styleguide.html", "web/styleguide/portal/order.html"]
PHYSICAL = re.compile(r"(?:[a-z]+:)*-?(?:ml|mr|pl|pr|left|right|text-left|text-right|border-l|border-r)(?:-|$)")
ERRORS = ["400", "403", "404", "429", "500"]


def show(template: str, language: str = "en") -> str:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with translation.override(language):
        return render_to_string(template, {"store": None}, request=request)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))
def test_no_template_needs_an_inline_script_or_style(path):
    source = path.read_text()

    assert not re.search(r"""\s(style|on[a-z]+)=["']""", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-3:]))
def test_no_template_names_left_or_right_where_the_text_may_run_the_other_way(path):
    classes = " ".join(re.findall(r'class="([^"]*)"', path.read_text())).split()

    assert [name for name in classes if PHYSICAL.match(name)] == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_direction(page, language, direction):
    assert f'<html lang="{language}" dir="{direction}"' in show(page, language)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_skipped_to_its_content(page):
    shown = show(page)

    assert 'href="#main"' in shown
    assert 'id="main"' in shown


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_page_needs_neither_context_nor_database(code):
    shown = render_to_string(f"web/errors/{code}.html")

    assert "<h1>" in shown
    assert "<script" not in shown


def test_a_refusal_says_in_its_own_words_what_was_refused():
    refusal = Invalid("The number of pieces must be at least 1.", remedy="Choose how many you send back.")

    shown = render_to_string("web/errors/400.html", {"refusal": refusal})

    assert "This is not possible" in shown
    assert "The number of pieces must be at least 1. Choose how many you send back." in shown
