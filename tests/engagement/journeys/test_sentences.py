"""Journeys as people read them."""

import pytest

from aftercare.engagement.journeys.builtin import builtin_journeys
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.sentences import outcome_label, read

SEND = {"id": "send", "kind": "send", "config": {"message": "delivered"}}


def definition(**told: object) -> Definition:
    return Definition.model_validate({"trigger": "order.placed", "steps": [SEND], **told})


@pytest.mark.parametrize("built", builtin_journeys(), ids=lambda built: built["key"])
def test_every_builtin_journey_reads_in_full(built: dict[str, object]) -> None:
    reading = read(Definition.model_validate(built["definition"]))
    assert all(step.text and "no longer installed" not in step.text for step in reading.steps)
    # It stands after "When": the name of an event, or a sentence about a date.
    assert reading.trigger


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"once_per": "event"}, "every time it happens"),
        ({"once_per": "customer", "again_after_days": 1}, "once for every customer, again after 1 day"),
        ({"once_per": "shipment", "again_after_days": 30}, "once for every parcel, again after 30 days"),
    ],
)
def test_who_may_enter_how_often(entry: dict[str, object], sentence: str) -> None:
    assert read(definition(entry=entry)).entry == sentence


def test_what_a_way_leads_to_stands_under_it() -> None:
    steps = [
        {
            "id": "fork", "kind": "split", "branches": {"yes": "send", "no": "end"},
            "config": {"kind": "order_progress", "config": {"stages": ["delivered"]}},
        },
        SEND,
    ]  # fmt: skip
    fork, send = read(definition(steps=steps)).steps
    yes, no = fork.ways
    assert [(yes.label, yes.steps, yes.onward), (no.label, no.steps, no.onward)] == [
        ("Yes", [send], ""),
        ("No", [], ""),
    ]
    assert (fork.number, send.number) == (1, 2)


def test_a_way_that_leads_elsewhere_says_where() -> None:
    steps = [
        {
            "id": "fork", "kind": "split", "branches": {"yes": "later", "no": "send"},
            "config": {"kind": "order_progress", "config": {"stages": ["delivered"]}},
        },
        {**SEND, "next": "end"},
        {"id": "later", "kind": "wait", "config": {"days": 1}, "next": "fork"},
    ]  # fmt: skip
    yes, no = read(definition(steps=steps)).steps[0].ways
    assert ([step.id for step in yes.steps], yes.onward) == (["later"], "then go to step 1")
    assert ([step.id for step in no.steps], no.onward) == ([], "")


def test_what_is_no_longer_installed_is_said_so() -> None:
    old = definition(
        conditions=[{"kind": "moon_phase"}],
        steps=[{"id": "sing", "kind": "sing", "config": {"song": "any"}}],
    )
    reading = read(old)
    assert reading.conditions == ["“moon_phase”, which is no longer installed"]
    assert reading.steps[0].text == "“sing”, which is no longer installed"


def test_an_outcome_of_somebodys_own_is_shown_readably() -> None:
    assert outcome_label("gave_up_hope") == "Gave up hope"
