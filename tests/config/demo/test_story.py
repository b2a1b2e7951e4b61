"""The demo's story: the same for everybody, and acceptable at the door."""

from datetime import UTC, datetime, timedelta

import pytest

from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.shipments.schemas import ShipmentIn
from aftercare.config.demo.story import entries_between, when_people_work

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
DOORS = {"order": OrderIn, "shipment": ShipmentIn}


def test_everything_told_is_of_the_doors_shape() -> None:
    entries = entries_between(since=MONDAY, until=MONDAY + timedelta(days=3), per_day=60)
    assert len(entries) > 200
    for entry in entries:
        DOORS[entry.door].model_validate(entry.payload)


def test_it_does_not_matter_in_how_many_pieces_it_is_told() -> None:
    whole = entries_between(since=MONDAY, until=MONDAY + timedelta(days=1), per_day=60)
    pieces = [
        entry
        for hour in range(24)
        for entry in entries_between(
            since=MONDAY + timedelta(hours=hour), until=MONDAY + timedelta(hours=hour + 1), per_day=60
        )
    ]
    assert pieces == whole


def test_orders_have_numbers_of_their_own() -> None:
    told = entries_between(since=MONDAY, until=MONDAY + timedelta(days=7), per_day=80)
    placed = {entry.payload["id"]: entry.payload["number"] for entry in told if entry.door == "order"}
    assert len(set(placed.values())) == len(placed)


@pytest.mark.parametrize(
    ("at", "works"),
    [
        ("2026-11-20T09:30", "2026-11-20T09:30"),
        ("2026-11-20T18:30", "2026-11-21T07:30"),
        ("2026-11-21T20:00", "2026-11-23T07:00"),
        ("2026-11-22T12:15", "2026-11-23T12:15"),
        ("2026-11-23T03:00", "2026-11-23T07:00"),
    ],
)
def test_people_work_by_day_and_not_on_sundays(at: str, works: str) -> None:
    moved = when_people_work(datetime.fromisoformat(at))
    assert moved.replace(minute=0) == datetime.fromisoformat(works).replace(minute=0)
