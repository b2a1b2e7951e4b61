"""Contrast is WCAG's, and what is moved to be readable is readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.foundation.kit.colour import INK, WHITE, Colour, contrast, readable_on, text_on

DARK_CARD = Colour.parse("#211f1d")

colours = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda number: Colour.parse(f"#{number:06x}"))


def test_contrast_of_black_on_white_is_21():
    assert contrast(Colour.parse("#000000"), WHITE) == pytest.approx(21)


def test_contrast_agrees_with_a_published_figure():
    # #767676 is known as the lightest grey that passes AA on white, with 4.54.
    assert contrast(Colour.parse("#767676"), WHITE) == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345g", "#1234567", "2f5d50", "#2f5d50;}body{display:none"])
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(ValueError, match="is not a colour"):
        Colour.parse(text)


@given(colours)
def test_a_colour_survives_being_written_and_read(colour):
    assert Colour.parse(str(colour)) == colour


@given(colours)
def test_text_on_any_colour_can_be_read(colour):
    assert contrast(text_on(colour), colour) >= 3.9


def test_white_is_preferred_where_it_can_be_read():
    assert text_on(Colour.parse("#2f5d50")) == WHITE
    assert text_on(Colour.parse("#f5c518")) == INK


@given(colours, st.sampled_from([WHITE, DARK_CARD]), st.sampled_from([3, 4.5, 5.5]))
def test_a_moved_colour_stands_out_from_its_surface(colour, surface, ratio):
    assert contrast(readable_on(colour, surface, ratio=ratio), surface) >= ratio


def test_a_colour_that_is_readable_already_stays_as_it_is():
    green = Colour.parse("#2f5d50")

    assert readable_on(green, WHITE, ratio=4.5) is green


def test_a_moved_colour_keeps_its_hue():
    moved = readable_on(Colour.parse("#2f5d50"), DARK_CARD, ratio=4.5)

    assert moved.green > moved.blue > moved.red
