"""The four steps."""

from datetime import UTC, datetime

import pytest

from aftercare.commerce.orders.policy.arrivals import Arrival, Stage
from aftercare.commerce.orders.policy.steps import steps_of

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def states(kind: str, stage: Stage, earliest: datetime | None = None) -> list[str]:
    return [step.state for step in steps_of(lead=Arrival(kind, stage, NOW, earliest=earliest))]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.ORDERED, ["current", "todo", "todo", "todo"]),
        (Stage.ANNOUNCED, ["done", "current", "todo", "todo"]),
        (Stage.DELAYED, ["done", "done", "current", "todo"]),
        (Stage.ARRIVED, ["done", "done", "done", "done"]),
    ],
)
def test_a_parcel_climbs_the_ladder(stage, expected):
    assert states("shipment", stage) == expected


def test_nothing_known_means_ordered():
    assert [step.state for step in steps_of(lead=None)] == ["current", "todo", "todo", "todo"]


def test_a_visit_has_its_date_agreed_once_there_is_one():
    assert states("service_visit", Stage.PREPARING)[0] == "current"
    assert states("service_visit", Stage.PREPARING, earliest=NOW)[:2] == ["done", "current"]


@pytest.mark.parametrize(("kind", "stage"), [("digital", Stage.ARRIVED), ("shipment", Stage.RETURNING)])
def test_no_steps_where_they_would_mislead(kind, stage):
    assert states(kind, stage) == []
