"""The store's colour arrives as custom properties, and nothing else can be smuggled in with it."""

import base64
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from aftercare.foundation.kit.colour import Colour, contrast
from aftercare.foundation.web.templatetags.brand import DARK_SURFACE, LIGHT_SURFACE, brand_css
from tests.foundation.web.templatetags.rendering import render

THEMES = (Path(__file__).parents[4] / "frontend/styles/themes.css").read_text()
SHOP = SimpleNamespace(name="Juniper & Oak", brand_color="#2f5d50", logo="")


def theme_colours(theme: str) -> dict[str, Colour]:
    block = THEMES.partition(f'name: "{theme}"')[2].partition("\n}")[0]
    return {name: Colour.parse(value) for name, value in re.findall(r"--(?:color-)?([\w-]+): (#[0-9a-f]{6});", block)}


def test_the_style_carries_the_nonce_of_the_request():
    request = RequestFactory().get("/")
    request.csp_nonce = "abc123"

    style = render("{% brand_style store %}", store=SHOP, request=request)

    assert style.startswith('<style nonce="abc123">:root{--brand:#2f5d50;--brand-content:#ffffff;--brand-ink:#2f5d50}')


def test_a_page_without_a_store_has_no_style_of_its_own():
    assert render("{% brand_style store %}", store=None) == ""


def test_what_is_no_colour_leaves_the_default():
    assert brand_css("#fff}</style><script>") == ""


@pytest.mark.parametrize("brand", ["#2f5d50", "#ffe600", "#ffffff", "#000000", "#e4002b"])
def test_every_brand_can_be_read_in_both_themes(brand):
    css = brand_css(brand)
    light, dark = css.split("@media")

    for properties, surface in ((light, LIGHT_SURFACE), (dark, DARK_SURFACE)):
        named = {name: Colour.parse(value) for name, value in re.findall(r"--([\w-]+):(#[0-9a-f]{6})", properties)}
        assert contrast(named["brand"], surface) >= 3
        assert contrast(named["brand-content"], named["brand"]) >= 4.5
        assert contrast(named["brand-ink"], surface) >= 4.5


@pytest.mark.parametrize(("theme", "surface"), [("light", LIGHT_SURFACE), ("dark", DARK_SURFACE)])
def test_brands_are_measured_against_the_cards_of_the_themes(theme, surface):
    assert theme_colours(theme)["base-100"] == surface


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["base-content", "muted", "success", "warning", "error", "info"])
@pytest.mark.parametrize("paper", ["base-100", "base-200"])
def test_every_ink_of_a_theme_can_be_read_on_its_papers(theme, ink, paper):
    colours = theme_colours(theme)

    assert contrast(colours[ink], colours[paper]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_outlines_of_controls_can_be_seen(theme):
    colours = theme_colours(theme)

    assert contrast(colours["edge"], colours["base-100"]) >= 3


def test_a_logo_is_an_image_that_cannot_run_scripts():
    shop = SimpleNamespace(name="Juniper & Oak", brand_color="", logo="<svg><script>alert(1)</script></svg>")

    shown = render("{% logo store %}", store=shop)

    assert shown.startswith('<img class="portal-logo" src="data:image/svg+xml;base64,')
    assert shown.endswith('alt="Juniper &amp; Oak">')
    assert "script" not in shown


def test_a_store_without_a_logo_shows_its_name():
    assert render("{% logo store %}", store=SHOP) == "<span>Juniper &amp; Oak</span>"


def test_the_sign_in_the_tab_is_the_first_letter_on_the_brand():
    shown = render("{% favicon store %}", store=SHOP)
    drawing = base64.b64decode(re.search(r"base64,([^\"]+)", shown)[1]).decode()

    assert 'fill="#2f5d50"' in drawing
    assert ">J</text>" in drawing


def test_a_name_cannot_break_out_of_the_sign():
    shown = render("{% favicon store %}", store=SimpleNamespace(name="<", brand_color="no colour", logo=""))
    drawing = base64.b64decode(re.search(r"base64,([^\"]+)", shown)[1]).decode()

    assert ">&lt;</text>" in drawing


def test_a_page_without_a_store_carries_the_mark_of_aftercare():
    assert render("{% favicon store %}", store=None).startswith('<link rel="icon" href="/static/web/favicon.svg"')
