"""What compile_template tells the person who wrote the template, and what a template cannot see."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from aftercare.foundation.kit.liquid.plain_data import plain
from aftercare.foundation.kit.liquid.problems import NotPlainData, TemplateRenderProblem, TemplateSyntaxProblem
from aftercare.foundation.kit.liquid.template import compile_template


def render(source: str, **context: object) -> str:
    return compile_template(source, autoescape=True).render(context)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("one\n{% if a %}\ntwo", 3),
        ("one\n\n{% nosuchtag %}", 3),
        ("{{ a | nosuchfilter }}", 1),
        ("a\nb\n{{ a | upcas }}", 3),
        ("{{ a", 1),
        ("x\n{{ a b }}", 2),
        ("x\n{% for in x %}{% endfor %}", 2),
        ("x\n{% include 'etc/passwd' %}", 2),
        ("x\n\n{% render 'other' %}", 3),
    ],
)
def test_bad_syntax_is_reported_with_its_line(source: str, line: int) -> None:
    with pytest.raises(TemplateSyntaxProblem) as caught:
        compile_template(source, autoescape=True)
    assert caught.value.line == line
    assert caught.value.sentence.startswith(f"Line {line}: ")


def test_an_unknown_filter_is_reported_with_the_nearest_known_one() -> None:
    with pytest.raises(TemplateSyntaxProblem) as caught:
        compile_template("{{ a | upcas }}", autoescape=True)
    assert caught.value.remedy == "Did you mean 'upcase'?"


@pytest.mark.parametrize("prefix", ["", "{% tablerow q in nothing %}{% endtablerow %}"])
def test_a_failure_while_rendering_is_reported_with_its_line(prefix: str) -> None:
    template = compile_template(prefix + "a\nb\n{% if a %}\n{{ a | divided_by: 0 }}{% endif %}", autoescape=True)
    with pytest.raises(TemplateRenderProblem) as caught:
        template.render({"a": 1})
    assert caught.value.line == 4


def test_a_comparison_that_makes_no_sense_is_reported_with_its_line() -> None:
    with pytest.raises(TemplateRenderProblem) as caught:
        render("a\n{% if a < 3 %}{% endif %}", a="x")
    assert caught.value.line == 2


def test_values_are_escaped_unless_marked_safe() -> None:
    assert render("{{ a }}{{ b }}{{ c }}", a="<&>'\"", b=Markup("<b>"), c=["<", 1]) == "&lt;&amp;&gt;&#39;&#34;<b>&lt;1"


def test_without_autoescape_values_are_written_as_they_are() -> None:
    assert compile_template("{{ a }}", autoescape=False).render({"a": "<&>"}) == "<&>"


def test_the_clock_is_not_to_be_read() -> None:
    assert render("{{ now }}{{ today }}{{ 'now' | date: '%Y' }}") == "now"
    at = datetime(2026, 11, 22, tzinfo=UTC)
    assert render("{{ 'now' | date: '%Y' }} {{ now | date: '%d.%m.' }}", now=at) == "2026 22.11."


def test_a_date_without_all_its_parts_does_not_depend_on_the_day() -> None:
    assert render("{{ '10:30' | date: '%Y-%m-%d %H:%M' }}|{{ 86400 | date: '%F' }}") == "2000-01-01 10:30|1970-01-02"


def test_python_attributes_are_out_of_reach() -> None:
    attributes = "{{ a.__class__ }}{{ a.upper }}{{ b.keys }}{{ b.__class__.__mro__ }}{{ a['__class__'] }}{{ c.format }}"
    assert render(attributes, a="x", b={}, c=1) == ""


def test_a_name_from_the_template_never_becomes_code() -> None:
    source = "{% assign x = \"'); raise SystemExit #\" %}{{ ['\"); raise SystemExit #'] }}{{ x }}{{ a['\\'] }}"
    assert compile_template(source, autoescape=False).render({}) == "'); raise SystemExit #"


@dataclass
class Order:
    number: str = "#1"

    def __getitem__(self, key: str) -> str:
        return "leaked"


@pytest.mark.parametrize("value", [Order(), (1, 2), {1}, object(), b"x", {"a": [{"b": Order()}]}, Order])
def test_only_plain_data_gets_in(value: object) -> None:
    with pytest.raises(NotPlainData):
        render("{{ order.number }}", order=value)


def test_what_is_not_plain_is_named_by_its_path() -> None:
    with pytest.raises(NotPlainData, match=r"^order\.lines\[1\]\.product is a Order; "):
        render("x", order={"lines": [{}, {"product": Order()}]})


def test_the_context_itself_is_a_plain_dict() -> None:
    with pytest.raises(NotPlainData):
        compile_template("x", autoescape=True).render(Order())  # type: ignore[arg-type]


def test_a_checked_context_is_not_checked_again() -> None:
    checked = plain({"a": 1})
    checked["b"] = object()
    assert plain(checked) is checked


def test_rendering_leaves_the_context_alone() -> None:
    context = {"a": [1, 2], "n": 1}
    render("{% assign a = a | reverse %}{% assign b = 1 %}{% increment n %}{% capture n %}x{% endcapture %}", **context)
    template = compile_template("{% assign a = 2 %}{% increment z %}{{ a }}", autoescape=True)
    assert [template.render(context), template.render(context)] == ["02", "02"]
    assert context == {"a": [1, 2], "n": 1}


def test_the_fixed_text_of_a_template_is_the_same_string_each_time() -> None:
    template = compile_template("<p>{{ a }}</p>{% for x in b %}<i>{{ x }}</i>{% endfor %}", autoescape=True)
    first, second = template.render_parts({"a": "1", "b": [1]}), template.render_parts({"a": "2", "b": [1, 2]})
    assert template.fixed_parts == {"<p>", "</p>", "<i>", "</i>"}
    assert [part for part in second if part in template.fixed_parts] == ["<p>", "</p>", "<i>", "</i>", "<i>", "</i>"]
    assert first[0] is second[0]
    assert "".join(second) == template.render({"a": "2", "b": [1, 2]})
