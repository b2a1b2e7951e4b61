"""Token buckets in PostgreSQL."""

from datetime import datetime, timedelta

import pytest

from aftercare.foundation.kit.errors import TooMany
from aftercare.foundation.web.ratelimit import Limit, give_back, take, take_ahead

THREE = Limit("three", burst=3, seconds=30)

pytestmark = pytest.mark.django_db


def taken(now: datetime, most: int = 10) -> int:
    """How many are to be had at once."""
    for number in range(most):
        try:
            take(limit=THREE, who="olga", now=now)
        except TooMany:
            return number
    return most


def test_a_burst_then_one_every_ten_seconds(now: datetime) -> None:
    assert taken(now) == 3
    # Knocking at a closed door costs one, too.
    assert taken(now + timedelta(seconds=20), most=1) == 1
    assert taken(now + timedelta(minutes=5)) == 3


def test_what_is_given_back_can_be_taken_again_and_is_never_more_than_the_burst(now: datetime) -> None:
    take(limit=THREE, who="olga", now=now)
    for _times in range(5):
        give_back(limit=THREE, who="olga")
    assert taken(now) == 3


def test_a_clock_that_is_set_back_locks_nobody_out(now: datetime) -> None:
    take(limit=THREE, who="olga", now=now + timedelta(days=7))
    assert taken(now) == 2


def test_others_have_their_own(now: datetime) -> None:
    assert taken(now) == 3
    take(limit=THREE, who="arne", now=now)


def test_what_a_process_takes_ahead_is_never_more_than_there_is(now: datetime) -> None:
    limit = Limit("ahead", burst=100, seconds=100)
    assert sum(take_ahead(limit=limit, who="till", now=now) for _ in range(105)) == 100
    assert sum(take_ahead(limit=limit, who="till", now=now + timedelta(seconds=10)) for _ in range(20)) == 10
    with pytest.raises(TooMany):
        take(limit=limit, who="till", now=now + timedelta(seconds=10))


def test_those_taken_ahead_are_missing_elsewhere(now: datetime) -> None:
    limit = Limit("elsewhere", burst=100, seconds=100)
    assert take_ahead(limit=limit, who="till", now=now)
    for _ in range(98):
        take(limit=limit, who="till", now=now)
    with pytest.raises(TooMany):
        take(limit=limit, who="till", now=now)
