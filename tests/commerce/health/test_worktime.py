from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.health.worktime import DAY, Calendar, calendar

TODAY = date(2026, 11, 22)
BERLIN = ZoneInfo("Europe/Berlin")
moments = st.integers(0, 115 * 24 * 60).map(
    lambda minutes: datetime(2026, 8, 22, tzinfo=UTC) + timedelta(minutes=minutes)
)


def around_berlin() -> Calendar:
    return calendar(country="DE", region="BE", zone="Europe/Berlin", today=TODAY)


@given(moments, moments)
def test_it_never_runs_backwards_nor_faster_than_the_clock(one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])
    worked = around_berlin().until(later) - around_berlin().until(earlier)
    # An hour of slack: the night on which clocks are set back has twenty-five.
    assert 0 <= worked <= (later - earlier).total_seconds() + 3600


def test_a_sunday_does_not_count() -> None:
    saturday = datetime(2026, 11, 14, 18, tzinfo=BERLIN)
    monday = datetime(2026, 11, 16, 6, tzinfo=BERLIN)
    assert around_berlin().until(monday) - around_berlin().until(saturday) == DAY / 2


def test_a_public_holiday_does_not_count() -> None:
    first = datetime(2026, 10, 2, 12, tzinfo=BERLIN)  # a Friday; Saturday the 3rd is Germany's national day
    assert around_berlin().until(first + timedelta(days=3)) - around_berlin().until(first) == DAY


def test_work_is_resumed_when_the_day_of_rest_is_over() -> None:
    sunday = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert around_berlin().resumes_at(sunday) == datetime(2026, 11, 23, tzinfo=BERLIN)
    assert around_berlin().resumes_at(sunday - timedelta(days=1)) == sunday - timedelta(days=1)


def test_what_lies_before_it_counts_as_its_beginning() -> None:
    assert around_berlin().until(datetime(2020, 1, 1, tzinfo=UTC)) == 0
