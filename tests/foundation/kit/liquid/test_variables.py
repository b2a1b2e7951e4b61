"""Misspelt variables are found before a single mail is sent."""

import pytest

from aftercare.foundation.kit.liquid.variables import Shape, UnknownVariable, unknown_variables

KNOWN: dict[str, Shape] = {
    "order": {"number": None, "lines": [{"title": None, "options": [{"name": None}]}], "extra": None},
    "shop": {"name": None},
}


def paths(source: str) -> list[str]:
    return [unknown.path for unknown in unknown_variables(source, known=KNOWN)]


@pytest.mark.parametrize(
    "source",
    [
        "{{ order.number }}{{ order.extra.anything.below }}{{ order.lines.size }}{{ order.lines[0].title }}",
        "{% for line in order.lines %}{{ line.title }}{% for o in line.options %}{{ o.name }}{% endfor %}{% endfor %}",
        "{% for line in order.lines %}{{ forloop.index }}{% endfor %}",
        "{% assign x = order.number %}{{ x }}{{ x.y }}{% capture z %}{% endcapture %}{{ z }}{% increment n %}{{ n }}",
        "{% for i in (1..3) %}{{ i }}{% endfor %}{{ order[shop.name] }}{{ order.lines.first.title }}{{ 'text' }}",
    ],
)
def test_what_exists_is_not_reported(source: str) -> None:
    assert paths(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ ordr.number }}", ["ordr"]),
        ("{{ order.numbr | upcase }}", ["order.numbr"]),
        ("{% if order.paid and shop.nam %}{% elsif x %}{% endif %}", ["order.paid", "shop.nam", "x"]),
        ("{% for line in order.lines %}{{ line.titel }}{% endfor %}{{ line.title }}", ["line.titel", "line"]),
        ("{% for x in order.items %}{{ x.any }}{% endfor %}", ["order.items"]),
        ("{% case order.state %}{% when shop.x %}{% endcase %}", ["order.state", "shop.x"]),
        ("{{ order.lines.title }}{{ order.lines[0].price }}", ["order.lines.title", "order.lines.0.price"]),
        ("{{ 'a' | append: missing, order[gone] }}{{ missing }}{{ forloop.index }}", ["missing", "gone", "forloop"]),
    ],
)
def test_what_does_not_exist_is_reported_once(source: str, expected: list[str]) -> None:
    assert paths(source) == expected


def test_the_line_and_the_name_probably_meant_are_told() -> None:
    found = unknown_variables("a\n\n{{ order.numbr }}", known=KNOWN)
    assert found == [UnknownVariable(path="order.numbr", line=3, suggestion="number")]
