"""The rules: each finds what it is there for, and nothing in what is sound."""

from typing import Any

import pytest
from hypothesis import given, settings

from aftercare.engagement.journeys.builtin import builtin_journeys
from aftercare.engagement.journeys.checking import problems_of
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.messaging.types import message_types
from tests.engagement.journeys.definitions import (
    IS_DELIVERED,
    NOT_CANCELLED,
    defined,
    definitions,
    step,
)

WRITTEN = frozenset(kind.template for kind in message_types())
WAIT, SEND = step("wait", "wait"), step("send", "send")


def found(definition: Definition, *, written: frozenset[str] = WRITTEN) -> list[tuple[str, str, str]]:
    """Place, weight and field of every problem."""
    return [(one.place, one.weight.value, one.field) for one in problems_of(definition, written=written)]


@pytest.mark.parametrize("built", builtin_journeys(), ids=lambda built: built["key"])
def test_builtin_journeys_are_beyond_reproach(built: dict[str, Any]) -> None:
    assert found(Definition.model_validate(built["definition"])) == []


@settings(deadline=None)
@given(definitions())
def test_any_definition_can_be_judged(definition: Definition) -> None:
    for problem in problems_of(definition, written=WRITTEN):
        assert problem.sentence.endswith(".")
        assert problem.place in {"steps", *(use.id for use in definition.steps)}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (defined(), [("steps", "error", "")]),
        (defined(SEND, trigger="no.such"), [("trigger", "error", "trigger")]),
        (defined(SEND, entry={"once_per": "shipment"}), [("entry", "error", "once_per")]),
        (defined(SEND, entry={"again_after_days": 3}), [("entry", "error", "again_after_days")]),
        (defined(SEND, conditions=[{"kind": "moon"}]), [("conditions[0]", "error", "kind")]),
        (defined(step("sing", "wait") | {"kind": "sing"}), [("sing", "error", "kind")]),
        (defined(step("wait", "wait", {"days": -1})), [("wait", "error", "days")]),
        (defined(step("send", "send", {"message": "no such"})), [("send", "error", "message")]),
        (defined(WAIT | {"branches": {"yes": "end"}}), [("wait", "error", "branches")]),
        (defined(step("bye", "exit"), WAIT), [("wait", "error", "")]),
    ],
)
def test_what_cannot_be_is_an_error(definition: Definition, expected: list[tuple[str, str, str]]) -> None:
    assert found(definition) == expected


def test_a_condition_within_a_step_is_looked_at_too() -> None:
    asked = step("fork", "split", {"kind": "order_progress", "config": {"stages": ["moon"]}})
    assert found(defined(WAIT, asked)) == [("fork", "error", "stages")]


def test_a_message_without_a_live_template() -> None:
    assert found(defined(SEND), written=frozenset()) == [("send", "error", "message")]


def test_a_circle_without_a_wait() -> None:
    fork = step("fork", "split", branches={"yes": "fork", "no": "end"})
    assert ("fork", "error", "") in found(defined(WAIT, fork))
    with_a_wait = defined(WAIT, step("fork", "split", branches={"yes": "wait", "no": "end"}))
    assert found(with_a_wait) == []


def test_a_circle_nobody_leaves() -> None:
    assert found(defined(WAIT | {"next": "wait"})) == [("wait", "error", "")]


def test_a_question_that_comes_too_early() -> None:
    fork = step("fork", "split", IS_DELIVERED)
    assert found(defined(fork)) == [("fork", "advice", "")]
    assert found(defined(WAIT, fork)) == []
    settled = step("fork", "split", {"kind": "event_data", "config": {"field": "currency", "values": ["EUR"]}})
    assert found(defined(settled)) == []


def test_a_message_after_a_wait_that_looks_at_nothing() -> None:
    assert found(defined(WAIT, SEND)) == [("send", "advice", "")]
    assert found(defined(WAIT, SEND, conditions=[NOT_CANCELLED])) == []
    assert found(defined(WAIT, step("only", "split", NOT_CANCELLED), SEND)) == []


def test_a_message_that_has_grown_stale() -> None:
    late = step("late", "send", {"message": "out_for_delivery"})
    week = step("week", "wait", {"days": 7})
    assert found(defined(week, late, conditions=[NOT_CANCELLED])) == [("late", "advice", "")]
    arrival = step("arrival", "wait_for", branches={"timeout": "end"})
    assert found(defined(week, arrival, late, conditions=[NOT_CANCELLED])) == []


def test_an_event_that_never_comes() -> None:
    endless = step("arrival", "wait_for")
    assert found(defined(endless, SEND, conditions=[NOT_CANCELLED])) == [("arrival", "advice", "")]
    parcel = {"events": ["shipment.delivered"], "by": "shipment", "timeout_hours": 5}
    of_a_parcel = step("arrival", "wait_for", parcel, branches={"timeout": "end"})
    assert found(defined(of_a_parcel, WAIT)) == [("arrival", "error", "by")]
    unknown = {"events": ["no.such"], "timeout_hours": 5}
    assert ("arrival", "error", "events") in found(defined(step("arrival", "wait_for", unknown)))
