"""Guides from Markdown: what merchants write is never obeyed as HTML."""

import pytest

from aftercare.engagement.content.markdown import guide_body
from tests.engagement.content.guides import STEPS


def test_the_one_list_of_steps_stands_apart():
    body = guide_body(STEPS)

    assert body.before == "<p>Take <strong>care</strong>.</p>\n"
    assert [step.strip() for step in body.steps] == ["<p>Soak it.</p>", "<p>Rinse it <em>twice</em>.</p>"]
    assert body.after == "<p>Then enjoy it.</p>\n"


def test_a_table_is_one():
    body = guide_body("| Foot | Size |\n|---|---:|\n| 24 cm | <b>38</b> |")

    assert "<th>Foot</th>" in body.before
    assert "<td>&lt;b&gt;38&lt;/b&gt;</td>" in body.before


@pytest.mark.parametrize("text", ["Only words.", "- one\n- two", "1. one\n\nwords\n\n1. other list"])
def test_what_is_not_one_list_of_steps_stays_whole(text):
    body = guide_body(text)

    assert body.steps == ()
    assert body.after == ""
    assert body.before


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)", "![x](javascript:alert(1))", '1. <b onclick="x()">step</b>',
    ],
)  # fmt: skip
def test_nothing_that_runs_gets_through(text):
    body = guide_body(text)
    html = body.before + "".join(body.steps) + body.after

    assert "<script" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html
    assert "data:text" not in html
    assert "<b " not in html
