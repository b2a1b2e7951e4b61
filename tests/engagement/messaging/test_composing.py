"""Words set into the layout: what they mean, and that no markup gets through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.builtin.composing import Kind, compose, inline, paragraphs
from aftercare.engagement.messaging.contents import Words
from aftercare.foundation.kit.liquid.mjml import compile_mjml
from aftercare.foundation.kit.liquid.problems import TemplateProblem


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** & <b>", "<strong>bold</strong> &amp; &lt;b&gt;"),
        ("[here](https://x.example/?a=1&b=2)", '<a href="https://x.example/?a=1&amp;b=2">here</a>'),
        ("[there]({{ order.url }})", '<a href="{{ order.url }}">there</a>'),
        ("{% if a < b %}**{{ a }}**{% endif %}", "{% if a < b %}<strong>{{ a }}</strong>{% endif %}"),
        ("one\ntwo", "one<br />two"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
        ('[x](https://a"onclick=")', '<a href="https://a&quot;onclick=&quot;">x</a>'),
    ],
)
def test_marks_mean_what_they_look_like(text: str, html: str) -> None:
    assert inline(text) == html


def test_paragraphs_of_each_kind_with_their_places() -> None:
    body = "Hello\nyou\n\n{lines}\n\n~ small {{ a }}\n\n{% if a %}\n\n{{ a }}"
    found = [(one.kind, one.text, body[one.offset : one.offset + 3]) for one in paragraphs(body)]
    assert found == [
        (Kind.TEXT, "Hello\nyou", "Hel"), (Kind.BLOCK, "lines", "{li"), (Kind.QUIET, "small {{ a }}", "sma"),
        (Kind.TAGS, "{% if a %}", "{% "), (Kind.TEXT, "{{ a }}", "{{ "),
    ]  # fmt: skip


def test_words_that_look_like_slots_are_words() -> None:
    source = compose(words=Words(heading="{button} {label} {end}", body="{nonsense}"), locale="en")
    assert "{button} {label} {end}" in source
    assert "<mj-text>{nonsense}</mj-text>" in source


def test_a_language_without_a_layout_gets_the_english_one() -> None:
    assert '<mjml lang="nl" dir="ltr">' in compose(words=Words(body="Hallo"), locale="nl")
    assert '<mjml lang="ar" dir="rtl">' in compose(words=Words(body="x"), locale="ar")


@given(st.text(max_size=200), st.text(alphabet="<>&\"'[]()*~{}%mj-textscript/ \n", max_size=200))
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_is_text_or_refused(heading: str, body: str) -> None:
    source = compose(words=Words(heading=heading, body=body, button=body[:50]), locale="en")
    assert "<script" not in source
    try:
        html = compile_mjml(source)
    except TemplateProblem:
        return
    assert "<script" not in html
