"""The rules about goals, early exits, dates and waiting: each finds what it is there for, and says so."""

from typing import Any

import pytest

from aftercare.engagement.journeys.checking import problems_of
from aftercare.engagement.messaging.types import message_types
from tests.engagement.journeys.definitions import IS_DELIVERED, NOT_CANCELLED, defined, step

WRITTEN = frozenset(kind.template for kind in message_types())
WAIT, ARRIVAL = step("wait", "wait"), step("arrival", "wait_for", branches={"timeout": "end"})
SORT = {"ways": [{"name": "A", "when": IS_DELIVERED}, {"name": "B", "when": IS_DELIVERED}]}


def found(*steps: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    """Place, weight and the beginning of the sentence."""
    problems = problems_of(defined(*steps, **more), written=WRITTEN)
    return [(one.place, one.weight.value, " ".join(one.sentence.split()[:4])) for one in problems]


@pytest.mark.parametrize(
    ("steps", "more", "expected"),
    [
        ([WAIT, step("again", "wait")], {}, [("again", "advice", "Two waits in a")]),
        ([WAIT, step("ten", "wait_until", {"time": "10:00"})], {}, []),
        ([step("it", "wait_for", {"events": ["order.placed"], "timeout_hours": 5}, branches={"timeout": "end"}), WAIT], {},
         [("it", "advice", "“Order placed” is what")]),
        ([ARRIVAL, WAIT], {"leaving": {"exits": ["order.delivered"]}}, [("arrival", "advice", "“Order complete at the")]),
        ([WAIT], {"leaving": {"goal": ["order.placed"], "goal_by": "order"}}, [("leaving", "error", "“Order placed” is what")]),
        ([WAIT], {"leaving": {"goal": ["order.placed"]}}, []),
        ([WAIT], {"leaving": {"goal": ["shipment.delivered"], "goal_by": "shipment"}},
         [("leaving", "error", "What starts this journey")]),
        ([WAIT], {"leaving": {"exits": ["segment.left"]}}, [("leaving", "error", "“Left a segment” is")]),
        ([WAIT], {"leaving": {"exits": ["no.such"]}}, [("leaving", "error", "There is no event")]),
        ([WAIT], {"leaving": {"when": [NOT_CANCELLED]}, "conditions": [NOT_CANCELLED]},
         [("leaving.when[0]", "error", "Nothing is said unless")]),
        ([WAIT], {"leaving": {"when": [{"kind": "moon"}]}}, [("leaving.when[0]", "error", "“moon” is not installed.")]),
        ([WAIT, step("sort", "multi_split", SORT)], {}, [("sort", "error", "Nobody goes the way")]),
        ([step("sort", "multi_split", {"ways": SORT["ways"][:1]})], {}, [("sort", "advice", "This asks whether the")]),
        ([step("lots", "random_split", {"shares": [{"name": "A"}, {"name": "B"}]})], {},
         [("lots", "advice", "All ways lead to")]),
        ([step("lots", "random_split", {"shares": [{"name": "A"}]})], {}, [("lots", "error", "Tuple should have at")]),
        ([WAIT], {"trigger": "date.trait", "settings": {"days": 400}}, [("trigger", "error", "Input should be less")]),
        ([WAIT], {"trigger": "date.trait", "entry": {"once_per": "order"}}, [("entry", "error", "“it is the customer's")]),
        ([WAIT], {"trigger": "called"}, []),
    ],
)  # fmt: skip
def test_what_the_rules_say(steps: list[dict[str, Any]], more: dict[str, Any], expected: list[Any]) -> None:
    assert found(*steps, **more) == expected
