"""Outlines: what people read leads exactly where the definition does."""

from typing import Any

import pytest
from hypothesis import given, settings

from aftercare.engagement.journeys.builtin import builtin_journeys
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.outline import Branch, laid_out, outline_of, targets
from tests.engagement.journeys.definitions import defined, definitions, step


def shape(branch: Branch) -> list[Any]:
    """A branch as nested lists of ids; where its end leads elsewhere, that comes last, with an arrow."""
    told: list[Any] = []
    for item in branch.items:
        told.append(item.use.id)
        told += [{side.way: shape(side)} for side in item.branches]
    return [*told, f"→ {branch.onward}"] if branch.onward else told


@settings(deadline=None)
@given(definitions())
def test_reading_a_definition_and_back_changes_no_way(definition: Definition) -> None:
    again = laid_out(definition, outline_of(definition))
    assert targets(again) == targets(definition)
    assert [use.id for use in again.steps[:1]] == [use.id for use in definition.steps[:1]]


@settings(deadline=None)
@given(definitions())
def test_every_step_is_told_once(definition: Definition) -> None:
    told = [item.use.id for _branch, item in outline_of(definition).walk()]
    assert sorted(told) == sorted(use.id for use in definition.steps)


@settings(deadline=None)
@given(definitions())
def test_a_definition_in_reading_order_stays_as_it_is(definition: Definition) -> None:
    once = laid_out(definition, outline_of(definition))
    assert laid_out(once, outline_of(once)) == once


@pytest.mark.parametrize("built", builtin_journeys(), ids=lambda built: built["key"])
def test_builtin_journeys_have_no_step_out_of_reach(built: dict[str, Any]) -> None:
    assert outline_of(Definition.model_validate(built["definition"])).strays == []


def test_where_ways_meet_again_the_text_goes_on_below() -> None:
    definition = defined(
        step("fork", "split", branches={"yes": "a", "no": "b"}), step("a", "send", next="c"), step("b", "wait"),
        step("c", "send"),
    )  # fmt: skip
    assert shape(outline_of(definition).main) == ["fork", {"yes": ["a"]}, {"no": ["b"]}, "c"]


def test_a_way_that_leaves_does_not_push_the_rest_aside() -> None:
    definition = defined(
        step("fork", "split", branches={"yes": "bye", "no": "c"}), step("bye", "exit"), step("c", "send")
    )
    assert shape(outline_of(definition).main) == ["fork", {"yes": ["bye", "→ end"]}, {"no": []}, "c"]


def test_a_way_back_says_where_it_leads() -> None:
    definition = defined(
        step("wait", "wait"), step("fork", "split", branches={"yes": "send", "no": "wait"}), step("send", "send")
    )
    assert shape(outline_of(definition).main) == ["wait", "fork", {"yes": []}, {"no": ["→ wait"]}, "send"]


def test_what_takes_too_long_is_told_beside_the_main_way() -> None:
    definition = defined(
        step("arrival", "wait_for", branches={"timeout": "late"}), step("send", "send", next="end"),
        step("late", "wait"), step("bye", "exit"),
    )  # fmt: skip
    assert shape(outline_of(definition).main) == ["arrival", {"timeout": ["late", "bye", "→ end"]}, "send"]


def test_what_nobody_gets_to_is_told_apart() -> None:
    outline = outline_of(defined(step("bye", "exit"), step("a", "wait"), step("b", "send")))
    assert (shape(outline.main), [shape(stray) for stray in outline.strays]) == (["bye"], [["a", "b"]])
