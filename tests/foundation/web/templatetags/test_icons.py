"""Icons and badges: named for those who do not see them, escaped, and refused when unknown."""

import pytest
from django.template import TemplateSyntaxError

from tests.foundation.web.templatetags.rendering import render


def test_an_icon_beside_words_is_hidden_from_screen_readers():
    assert render('{% icon "package" %}') == (
        '<svg class="icon" aria-hidden="true"><use href="/static/web/built/icons.svg#package"/></svg>'
    )


def test_an_icon_that_stands_alone_has_a_name():
    assert 'role="img" aria-label="Close"' in render('{% icon "x" "Close" %}')


def test_an_icon_with_a_direction_turns_round_with_the_text():
    assert 'class="icon icon-directed"' in render('{% icon "arrow-right" %}')
    assert 'class="icon"' in render('{% icon "arrow-up" %}')


@pytest.mark.parametrize(
    "position",
    ["{% icon text %}", '{% icon "x" text %}', '{% icon "x" "" text %}', '{% badge "good" text %}'],
)
def test_nothing_breaks_out_of_the_markup(position):
    shown = render(position, text='"><script>alert(1)</script>')

    assert "<script>" not in shown
    assert '"><' not in shown.replace('"><use', "").replace('good"><', "")


def test_a_badge_is_a_word_with_a_tone():
    assert render('{% badge "good" "Delivered" %}') == '<span class="badge tone-good">Delivered</span>'


def test_a_badge_of_an_unknown_tone_is_a_mistake_of_the_page():
    with pytest.raises(TemplateSyntaxError, match="'green' is not a tone"):
        render('{% badge "green" "Delivered" %}')
