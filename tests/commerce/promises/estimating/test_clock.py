"""Working time and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.promises.estimating.clock import EVEN_WEEK, make_clock, shares_of_week
from aftercare.commerce.promises.estimating.columns import weekday
from tests.commerce.promises.histories import FIRST

HERE = np.array([0])
WEEKDAYS_ONLY = shares_of_week(
    delivered=np.array([float(day) for day in range(FIRST, FIRST + 700) if weekday(day) < 5] * 20)
)


def test_a_day_of_an_even_week_is_a_day() -> None:
    clock = make_clock(shares=EVEN_WEEK, holidays=[{}], first=FIRST, last=FIRST + 50)
    assert clock.working(np.array([FIRST + 10.5]), HERE)[0] == 10.5


def test_what_nobody_delivers_on_hardly_counts() -> None:
    clock = make_clock(shares=WEEKDAYS_ONLY, holidays=[{}], first=FIRST, last=FIRST + 50)
    saturday = next(day for day in range(FIRST, FIRST + 7) if weekday(day) == 5)
    passed = clock.working(np.array([float(saturday), saturday + 2.0]), np.array([0, 0]))
    assert passed[1] - passed[0] < 0.2


def test_a_holiday_is_as_short_as_a_sunday_and_only_where_it_is_one() -> None:
    monday = next(day for day in range(FIRST, FIRST + 7) if weekday(day) == 0)
    clock = make_clock(shares=WEEKDAYS_ONLY, holidays=[{monday: "Fool's day"}, {}], first=FIRST, last=FIRST + 50)
    begins, ends = (clock.working(np.full(2, monday + more), np.array([0, 1])) for more in (0.0, 1.0))
    assert (ends - begins)[0] < 0.1
    assert (ends - begins)[1] > 1


@given(moment=st.floats(FIRST, FIRST + 49), closed=st.sets(st.integers(FIRST, FIRST + 49), max_size=5))
def test_there_and_back_again(moment: float, closed: set[int]) -> None:
    clock = make_clock(shares=WEEKDAYS_ONLY, holidays=[dict.fromkeys(closed)], first=FIRST, last=FIRST + 50)
    there = clock.working(np.array([moment]), HERE)
    assert abs(clock.calendar(there, HERE)[0] - moment) < 1e-6


def test_what_has_not_happened_stays_so() -> None:
    clock = make_clock(shares=EVEN_WEEK, holidays=[{}], first=FIRST, last=FIRST + 50)
    assert clock.working(np.array([np.inf]), HERE)[0] == np.inf
