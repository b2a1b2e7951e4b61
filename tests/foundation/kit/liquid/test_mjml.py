"""MJML sources become HTML with their Liquid in place, or are refused with a line."""

import pytest

from aftercare.foundation.kit.liquid.mjml import compile_mjml
from aftercare.foundation.kit.liquid.problems import TemplateSyntaxProblem
from aftercare.foundation.kit.liquid.tags import liquid_tags
from aftercare.foundation.kit.liquid.template import compile_template

ORDER_MAIL = """<mjml lang="{{ locale }}">
<mj-head>
  <mj-title>Order {{ order.number }}</mj-title>
  <mj-preview>{% if late %}Sorry{% endif %}</mj-preview>
  <mj-style>.note { color: {{ brand.color | default: "red" }}; margin: 3px }
    @media (max-width: 400px) { .note { color: black } }</mj-style>
</mj-head>
<mj-body>
  {% for parcel in parcels %}
  <mj-section><mj-column>
    {% if parcel.weight < 3 and "a" > 'b' %}
    <mj-text css-class="note">Hello {{ name | default: "friend" }} &amp; <b>{{ parcel.number }}</b>&nbsp;Größe</mj-text>
    {% endif %}
    <mj-button href="{{ parcel.url | append: '?a=1&b=2' }}" background-color="{{ brand.color }}">Track</mj-button>
    <mj-table>{% for line in parcel.lines %}<tr><td>{{ line }}</td></tr>{% endfor %}</mj-table>
    {% comment %} <mj-old> {{ unfinished {% endcomment %}
  </mj-column></mj-section>
  {% endfor %}
</mj-body>
</mjml>"""


def test_every_liquid_tag_comes_through_in_order() -> None:
    html = compile_mjml(ORDER_MAIL)
    tags = [tag.text for tag in liquid_tags(ORDER_MAIL)]
    assert [tag for tag in tags if tag not in html] == []
    flow = [tag.text for tag in liquid_tags(html[html.index("<body") :]) if tag.text.startswith("{%")]
    assert flow == [tag for tag in tags if tag.startswith("{%")]


def test_the_result_renders_as_a_template() -> None:
    parcels = [{"number": n, "weight": 1, "url": "https://x", "lines": ["a", "b"]} for n in ("P1", "P2", "P3")]
    html = compile_template(compile_mjml(ORDER_MAIL.replace('"a" >', '"c" >')), autoescape=True).render(
        {"parcels": parcels, "brand": {"color": "#123"}, "order": {"number": "#1"}, "locale": "de", "late": True}
    )
    assert [html.count(text) for text in ("<b>P1</b>", "<b>P3</b>", "<td>a</td>", "Track", "Größe")] == [1, 1, 3, 3, 3]
    assert 'href="https://x?a=1&b=2"' in html
    assert '<html lang="de"' in html
    assert "<title>Order #1</title>" in html


def test_rules_of_the_merchant_are_inlined_and_kept_for_narrow_screens() -> None:
    html = compile_mjml(ORDER_MAIL)
    head, body = html.split("<body")
    assert 'color: {{ brand.color | default: "red" }};margin: 3px' in body
    assert "@media (max-width: 400px) { .note { color: black } }" in head
    assert "mso-table-lspace" not in body  # mrml's own resets stay in the head
    assert "data-css-inline" not in html


def test_rows_of_a_loop_share_one_table_body() -> None:
    assert "<tbody>{% for line in parcel.lines %}<tr>" in compile_mjml(ORDER_MAIL)


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert "fonts.googleapis.com" not in compile_mjml(ORDER_MAIL)


def test_equal_sources_make_equal_html() -> None:
    assert compile_mjml(ORDER_MAIL) == compile_mjml(ORDER_MAIL)


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("<mjml><mj-body>\n<mj-sektion></mj-sektion></mj-body></mjml>", 2, "no element <mj-sektion>"),
        ("<mjml>{% if\n\na %}\n<mj-body><mj-foo/></mj-body></mjml>", 4, "no element <mj-foo>"),
        (
            "<mjml><mj-body>\n\n<mj-section><p>x</p></mj-section></mj-body></mjml>",
            3,
            "<p> cannot stand in <mj-section>",
        ),
        ("<mjml><mj-body>\n<mj-include path='/etc/passwd' /></mj-body></mjml>", 2, "<mj-include> is not supported"),
        ("<p>Hello</p>", 1, "outside of <mjml>"),
        ("Hello", 1, "not MJML"),
        ("", 1, "not MJML"),
        ("<mjml><mj-body><mj-section></mj-body></mjml>", None, "not well formed"),
    ],
)
def test_what_mrml_would_drop_or_refuse_is_reported(source: str, line: int | None, sentence: str) -> None:
    with pytest.raises(TemplateSyntaxProblem) as caught:
        compile_mjml(source)
    assert caught.value.line == line
    assert sentence in caught.value.sentence


def test_html_of_any_kind_may_stand_in_content() -> None:
    inside = "<mj-section><mj-column><mj-text><p>a<mj-x></mj-x></p></mj-text></mj-column></mj-section>"
    source = f"<mjml><mj-body>{inside}</mj-body></mjml>"
    assert "<p>a" in compile_mjml(source)
