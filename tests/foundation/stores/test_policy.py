"""When people work."""

from datetime import UTC, date, datetime

from aftercare.foundation.stores.policy import BusinessHours

BERLIN = BusinessHours(time_zone="Europe/Berlin", country="DE", closures=frozenset({"2026-12-31"}))


def test_open_in_office_hours_of_the_stores_own_zone() -> None:
    assert BERLIN.is_open(datetime(2026, 11, 23, 8, 30, tzinfo=UTC))  # Monday 9:30 there
    assert not BERLIN.is_open(datetime(2026, 11, 23, 7, 30, tzinfo=UTC))
    assert not BERLIN.is_open(datetime(2026, 11, 22, 11, 0, tzinfo=UTC))  # Sunday


def test_holidays_and_closures_are_skipped() -> None:
    christmas_eve_evening = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)  # Thursday; 25 and 26 are holidays, 27 a Sunday
    assert BERLIN.next_open(christmas_eve_evening) == datetime(2026, 12, 28, 8, 0, tzinfo=UTC)
    assert BERLIN.add_working_days(date(2026, 12, 30), 1) == date(2027, 1, 4)  # closed on the 31st, New Year, weekend


def test_regional_holidays_count_where_they_hold() -> None:
    corpus_christi = date(2026, 6, 4)
    assert BERLIN.is_working_day(corpus_christi)
    assert not BusinessHours(time_zone="Europe/Berlin", country="DE", region="BY").is_working_day(corpus_christi)


def test_a_shop_that_never_opens_has_no_next_opening() -> None:
    never = BusinessHours(time_zone="UTC", weekly={"mon": []})
    assert never.next_open(datetime(2026, 11, 23, tzinfo=UTC)) is None


def test_open_around_the_clock() -> None:
    always = BusinessHours(time_zone="UTC", weekly={day: [["00:00", "24:00"]] for day in ("mon", "tue")})
    assert always.is_open(datetime(2026, 11, 23, 23, 59, tzinfo=UTC))
    assert always.next_open(datetime(2026, 11, 25, 12, 0, tzinfo=UTC)) == datetime(2026, 11, 30, tzinfo=UTC)
