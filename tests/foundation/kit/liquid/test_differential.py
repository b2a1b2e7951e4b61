"""Our execution against python-liquid's own: the same text, or a refusal where it raises too."""

from typing import Any

import pytest
from hypothesis import given, settings
from liquid import Environment

from aftercare.foundation.kit.liquid.locale_filters import LOCALE_FILTERS
from aftercare.foundation.kit.liquid.problems import TemplateProblem
from aftercare.foundation.kit.liquid.template import compile_template
from tests.foundation.kit.liquid.golden import CONTEXT, OUTPUTS, TAGS
from tests.foundation.kit.liquid.grammar import contexts, templates

# Constructs the generator leaves to python-liquid, on purpose.
LEFT_TO_THE_REFERENCE = ("offset: continue", "tablerow", "{{ forloop }}", "when 1, 1")


def reference(*, autoescape: bool) -> Environment:
    """python-liquid as it comes, with our localised filters added."""
    environment = Environment(autoescape=autoescape)
    for name, function in LOCALE_FILTERS.items():
        environment.add_filter(name, function)
    return environment


REFERENCES = {autoescape: reference(autoescape=autoescape) for autoescape in (False, True)}


def outcome_of_reference(source: str, context: dict[str, Any], *, autoescape: bool) -> str | None:
    """What python-liquid renders, None where it raises (whatever: not all it raises is its own)."""
    try:
        return REFERENCES[autoescape].from_string(source).render(**context)
    except Exception:  # noqa: BLE001
        return None


def outcome(source: str, context: dict[str, Any], *, autoescape: bool) -> str | None:
    try:
        return compile_template(source, autoescape=autoescape).render(context)
    except TemplateProblem:
        return None


@pytest.mark.parametrize("autoescape", [False, True])
@pytest.mark.parametrize("source", OUTPUTS + TAGS)
def test_golden_templates_render_as_by_python_liquid(source: str, *, autoescape: bool) -> None:
    expected = REFERENCES[autoescape].from_string(source).render(**CONTEXT)
    assert compile_template(source, autoescape=autoescape).render(CONTEXT) == expected


@pytest.mark.parametrize("source", OUTPUTS + TAGS)
def test_golden_templates_are_generated_unless_listed(source: str) -> None:
    generated = hasattr(compile_template(source, autoescape=True), "python")
    assert generated != any(construct in source for construct in LEFT_TO_THE_REFERENCE)


@settings(max_examples=300, deadline=None)
@given(source=templates, context=contexts)
def test_any_template_renders_as_by_python_liquid(source: str, context: dict[str, Any]) -> None:
    for autoescape in (False, True):
        expected = outcome_of_reference(source, context, autoescape=autoescape)
        if expected is None or " object at 0x" not in expected.lower():  # python-liquid shows its `empty` by address
            assert outcome(source, context, autoescape=autoescape) == expected
