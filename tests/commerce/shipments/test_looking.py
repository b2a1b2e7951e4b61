"""When a carrier is asked again, and when no more."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.shipments.looking import (
    GIVEN_UP_AFTER,
    Plan,
    Stopped,
    Told,
    after_look,
    instead_of_look,
)
from aftercare.commerce.shipments.vocabulary import Status

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ANNOUNCED = NOW - timedelta(days=2)
UNDER_WAY = [status for status in Status.values if status not in {"delivered", "return_to_sender", "cancelled"}]


def told(status: str, *, silent: timedelta = timedelta(0), **said: datetime | None) -> Told:
    return Told(status, ANNOUNCED, NOW - silent, **said)


def interval(status: str, *, silent: timedelta = timedelta(0), parcel: int = 1) -> timedelta:
    due_at = after_look(told(status, silent=silent), parcel=parcel, now=NOW).due_at
    assert due_at is not None
    return due_at - NOW


class TestNextLook:
    def test_the_nearer_the_door_the_oftener(self):
        assert interval("out_for_delivery") < timedelta(hours=1) < interval("in_transit") < interval("pending")

    def test_the_longer_nothing_changes_the_more_seldom(self):
        waits = [interval("in_transit", silent=timedelta(days=days)) for days in (0, 2, 6, 25)]
        assert waits == sorted(waits)
        assert waits[-1] <= timedelta(hours=24 * 1.1)

    def test_parcels_of_one_moment_spread(self):
        waits = {interval("in_transit", parcel=number) for number in range(50)}
        assert len(waits) == 50
        assert max(waits) - min(waits) > timedelta(minutes=20)

    @pytest.mark.parametrize(
        ("status", "why"),
        [("delivered", "delivered"), ("return_to_sender", "returned"), ("cancelled", "cancelled")],
    )
    def test_nothing_more_is_to_be_told_of_a_parcel_whose_journey_has_ended(self, status, why):
        assert after_look(told(status), parcel=1, now=NOW) == Plan(None, why)
        assert instead_of_look(told(status), now=NOW) == Plan(None, why)

    def test_after_a_month_of_silence_nobody_asks_any_more(self):
        silent = told("in_transit", silent=GIVEN_UP_AFTER + timedelta(seconds=1))
        assert after_look(silent, parcel=1, now=NOW).stopped == Stopped.SILENT
        never_scanned = Told("pending", NOW - GIVEN_UP_AFTER - timedelta(seconds=1))
        assert after_look(never_scanned, parcel=1, now=NOW).stopped == Stopped.SILENT


class TestFed:
    def test_who_tells_by_themselves_are_waited_for(self):
        fed = told("in_transit", pushed_at=NOW - timedelta(hours=5))
        assert instead_of_look(fed, now=NOW) == Plan(NOW + timedelta(hours=19))

    def test_less_patiently_at_the_door(self):
        assert instead_of_look(told("out_for_delivery", pushed_at=NOW - timedelta(hours=5)), now=NOW) is None

    def test_until_they_have_been_silent_for_long(self):
        assert instead_of_look(told("in_transit", pushed_at=NOW - timedelta(hours=25)), now=NOW) is None
        assert instead_of_look(told("in_transit"), now=NOW) is None


@given(
    status=st.sampled_from(UNDER_WAY),
    silent=st.timedeltas(min_value=timedelta(days=-2), max_value=GIVEN_UP_AFTER),
    parcel=st.integers(min_value=1, max_value=2**62),
)
def test_under_way_the_next_look_is_minutes_to_a_day_ahead(status: str, silent: timedelta, parcel: int) -> None:
    assert timedelta(minutes=25) < interval(status, silent=silent, parcel=parcel) < timedelta(hours=27)
