"""Which parcels are alike, and whose word is told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.promises.policy import ENOUGH, Basis, Window, basis_of, place_of, weighed, zone_of

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
OFFSETS = st.integers(-10, 20)


def window(since: int | None, until: int) -> Window:
    return Window(None if since is None else NOW + timedelta(days=since), NOW + timedelta(days=until))


OURS = window(2, 6)


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ({"country": "de", "postcode": "04103"}, "DE-04"),
        ({"country": "GB", "postcode": "sw1a 1aa"}, "GB-SW"),
        ({"country": "BR", "region": "SP"}, "BR-SP"),
        ({"country": "AE"}, "AE"),
        ({}, ""),
    ],
)
def test_zones_are_as_wide_as_postcodes_begin(address: dict[str, str], zone: str) -> None:
    assert zone_of(address) == zone


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ({"country": "de", "postcode": "04103"}, "DE-041"),
        ({"country": "GB", "postcode": "sw1a 1aa"}, "GB-SW1"),
        ({"country": "AE", "city": "Dubai"}, "AE-dubai"),
        ({"country": "AE"}, "AE"),
    ],
)
def test_places_are_finer_than_zones(address: dict[str, str], place: str) -> None:
    assert place_of(address) == place


@pytest.mark.parametrize(
    ("seen", "basis"),
    [
        ((ENOUGH, 99, 99), Basis.LANE),
        ((ENOUGH - 1, ENOUGH, 99), Basis.WIDE_LANE),
        ((0, ENOUGH - 1, ENOUGH), Basis.CARRIER),
        ((0, 0, 0), Basis.STORE),
    ],
)
def test_thin_lanes_fall_back_on_wider_ones(seen: tuple[int, int, int], basis: Basis) -> None:
    lane, destination, carrier = seen
    assert basis_of(lane=lane, destination=destination, carrier=carrier) is basis


@pytest.mark.parametrize(
    ("theirs", "handed_over", "told"),
    [
        (None, True, OURS),
        (window(1, 3), False, OURS),  # a table's word, before anybody has the parcel
        (window(1, 3), True, window(2, 3)),
        (window(None, 4), True, window(2, 4)),
        (window(8, 9), True, window(8, 9)),  # it knows this parcel better
        (window(-3, -1), True, OURS),  # it was wrong
    ],
)
def test_whose_word_is_told(theirs: Window | None, *, handed_over: bool, told: Window) -> None:
    assert weighed(ours=OURS, theirs=theirs, handed_over=handed_over, now=NOW) == told


@given(since=OFFSETS, more=st.integers(0, 9), handed_over=st.booleans())
def test_what_is_told_is_never_over_before_it_begins(since: int, more: int, *, handed_over: bool) -> None:
    told = weighed(ours=OURS, theirs=window(since, since + more), handed_over=handed_over, now=NOW)
    assert told.earliest is None or told.earliest <= told.latest
    assert told.latest >= NOW
