"""A template cannot take more than its limits allow, whichever way it is executed."""

from contextlib import suppress

import pytest

from aftercare.foundation.kit.liquid.limits import Limits
from aftercare.foundation.kit.liquid.problems import TemplateLimitExceeded, TemplateProblem
from aftercare.foundation.kit.liquid.template import compile_template

SMALL = Limits(
    source_size=500, nesting=4, loop_iterations=100, output_size=1000, namespace_size=5000, filter_input=20_000
)
# With this in front, python-liquid renders the template itself.
BY_REFERENCE = "{% tablerow q in nothing %}{% endtablerow %}"

TOO_MUCH = {
    "iterations": "{% for x in (1..101) %}{% endfor %}",
    "nested iterations": "{% for x in (1..50) %}{% for y in (1..50) %}{% endfor %}{% endfor %}",
    "iterations one after the other": "{% for x in (1..60) %}{% endfor %}{% for x in (1..60) %}{% endfor %}",
    "output": "{% for x in (1..20) %}{{ text }}{% endfor %}",
    "captured output": "{% capture c %}{% for x in (1..20) %}{{ text }}{% endfor %}{% endcapture %}",
    "namespace": "{% assign a = text %}{% for x in (1..9) %}{% assign a = a | append: a %}{% endfor %}",
    "replacement": "{{ text | replace: '-', text }}",
    "replacement of nothing": "{{ text | replace: '', text }}",
    "joining": "{% assign l = text | split: '' %}{{ l | join: text }}",
    "filter input": "{% for x in (1..99) %}{% assign a = text | upcase | downcase | upcase %}{% endfor %}",
    "range": "{{ (1..1000000000) | join: ',' }}",
    "range for reversal": "{{ (1..1000000000) | reverse | size }}",
    "numbers": "{% assign n = 9 %}{% for x in (1..12) %}{% assign n = n | times: n %}{% endfor %}",
}


@pytest.mark.parametrize("prefix", ["", BY_REFERENCE], ids=["generated", "python-liquid"])
@pytest.mark.parametrize("source", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_rendering_stops_at_the_limit(source: str, prefix: str) -> None:
    template = compile_template(prefix + "\n" + source, autoescape=True, limits=SMALL)
    assert hasattr(template, "python") == (not prefix)
    with pytest.raises(TemplateLimitExceeded) as caught:
        template.render_parts({"text": "-" * 200})
    assert caught.value.line in (2, None)


@pytest.mark.parametrize("name", ["iterations", "namespace", "replacement", "filter input", "range", "numbers"])
def test_the_line_that_asks_for_too_much_is_told(name: str) -> None:
    with pytest.raises(TemplateLimitExceeded) as caught:
        compile_template("\n\n" + TOO_MUCH[name], autoescape=True, limits=SMALL).render({"text": "-" * 200})
    assert caught.value.sentence.startswith("Line 3: ")


@pytest.mark.parametrize("prefix", ["", BY_REFERENCE], ids=["generated", "python-liquid"])
def test_what_is_within_the_limits_renders(prefix: str) -> None:
    source = prefix + "{% for x in (1..100) %}{{ x | minus: x }}{% endfor %}"
    assert compile_template(source, autoescape=True, limits=SMALL).render({}).endswith("0" * 100)


def test_a_long_source_is_refused() -> None:
    with pytest.raises(TemplateLimitExceeded):
        compile_template("x" * 501, autoescape=True, limits=SMALL)


def test_deep_nesting_is_refused() -> None:
    assert compile_template("{% if a %}" * 4 + "{% endif %}" * 4, autoescape=True, limits=SMALL).render({}) == ""
    with pytest.raises(TemplateLimitExceeded) as caught:
        compile_template("{% if a %}" * 5 + "{% endif %}" * 5, autoescape=True, limits=SMALL)
    assert "nest" in caught.value.sentence


def test_more_loops_in_one_another_than_python_takes_are_left_to_python_liquid() -> None:
    limits = Limits(nesting=25)
    source = "".join(f"{{% for x{n} in one %}}" for n in range(22)) + "x" + "{% endfor %}" * 22
    template = compile_template(source, autoescape=True, limits=limits)
    assert not hasattr(template, "python")
    assert template.render({"one": [1]}) == "x"


@pytest.mark.parametrize("length", [10, 300, 3_000])
@pytest.mark.parametrize(
    ("start", "more", "end"),
    [
        ("{% if a", " and a", " %}yes{% endif %}"),
        ("{% if a == b", " or a contains 'x'", " %}yes{% endif %}"),
        ("{{ 'yes'", " | append: 'x' | remove: 'x'", " }}"),
        ("{% if false %}", "{% elsif false %}", "{% else %}yes{% endif %}"),
        ("{% case 1 %}", "{% when 2 %}", "{% else %}yes{% endcase %}"),
        ("yes", "{% assign a = 1 %}", ""),
        ("yes{{ a", "['b']", "}}"),
    ],
)
def test_long_sources_render_or_are_refused_in_time(start: str, more: str, end: str, length: int) -> None:
    with suppress(TemplateLimitExceeded):
        template = compile_template(start + more * length + end, autoescape=True)
        assert template.render({"a": "x", "b": "x"}) == "yes"


@pytest.mark.parametrize(
    "source",
    [
        "{{ '9' | times: '9' | times: 1e400 }}",
        "{{ big | times: big | times: big | times: big }}",
        "{{ 'inf' | ceil }}",
        "{{ 'nan' | round }}",
        "{{ '1e999999' | plus: 1 }}",
        "{% for x in (1..5) limit: 'x' %}{% endfor %}",
        "{{ text | date: '%Q%9999999Y' | slice: 1.5 }}",
        "{{ 'gÃ' | base64_decode }}",
        "{{ nested | sort }}",
    ],
)
def test_nothing_but_our_own_problems_comes_out(source: str) -> None:
    with suppress(TemplateProblem):
        compile_template(source, autoescape=True).render({"big": 10**300, "text": "x", "nested": [1, "a", {}]})
