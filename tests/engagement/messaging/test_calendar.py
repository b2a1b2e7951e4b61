"""When one may write: clocks that change, days of rest, and what countries ask for."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.messaging.policy import BestHour, Calendar, LegalClass, OpenHours, Reason, decide, hours_but
from aftercare.engagement.messaging.policy.best_hour import HOURS, best_of
from aftercare.engagement.messaging.policy.control_group import is_control
from aftercare.engagement.messaging.policy.countries import country_table, law_of, spans_in_words, spans_of
from aftercare.engagement.messaging.policy.zones import zones_of
from tests.engagement.messaging.policy_cast import NOON, USUAL, calendar


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_quiet_hours_end_at_the_right_instant_across_a_change_of_clocks() -> None:
    midnight = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # in Berlin, where clocks go back at 3:00
    assert calendar().opens_at(midnight) == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(("country", "asked", "opens"), [
    ("FR", "2026-11-20T21:00+01:00", "2026-11-21T10:00+01:00"),  # Friday night: Saturday at ten
    ("FR", "2026-11-22T12:00+01:00", "2026-11-23T08:00+01:00"),  # Sunday
    ("FR", "2026-07-14T12:00+02:00", "2026-07-15T08:00+02:00"),  # Bastille Day
    ("DE", "2026-10-03T12:00+02:00", "2026-10-05T08:00+02:00"),  # the Day of Unity, then a Sunday
    ("ES", "2026-11-21T12:00+01:00", "2026-11-23T09:00+01:00"),  # weekends are closed
    ("US", "2026-11-22T09:00-05:00", "2026-11-22T12:00-05:00"),  # Sunday from noon
    ("US", "2026-11-20T20:59-05:00", "2026-11-20T20:59-05:00"),
    ("NL", "2026-11-22T23:00+01:00", "2026-11-22T23:00+01:00"),  # nothing is known of it
])  # fmt: skip
def test_marketing_by_text_keeps_the_hours_of_the_country(country: str, asked: str, opens: str) -> None:
    zone = "America/New_York" if country == "US" else "Europe/Paris"
    shop = Calendar((zone,), country, law_of(country=country, channel="sms"))
    assert shop.opens_at(at(asked)) == at(opens)


def test_e_mail_knows_no_such_hours() -> None:
    assert law_of(country="FR", channel="email") == ()


def test_the_narrowest_of_all_rules_holds() -> None:
    night, own = hours_but(time(21), time(8), source=""), OpenHours("own", weekday=((600, 720),))
    assert night
    both = Calendar(("Europe/Berlin",), "DE", (night, own))
    assert both.opening(at("2026-11-23T13:00+01:00")) == (at("2026-11-24T10:00+01:00"), "own")


def test_who_may_be_in_one_of_several_zones_is_left_alone_while_it_is_night_in_any() -> None:
    zones = zones_of("", "US", "Europe/Berlin", "DE")
    night = hours_but(time(21), time(8), source="")
    assert night
    opens = Calendar(zones, "US", (night,)).opens_at(at("2026-11-23T09:00-05:00"))
    assert opens == at("2026-11-23T08:00-10:00"), "when it is eight in Hawaii"


@pytest.mark.parametrize(("own", "country", "found"), [
    ("Asia/Tokyo", "US", ("Asia/Tokyo",)), ("", "", ("Europe/Berlin",)), ("", "DE", ("Europe/Berlin",)),
    ("", "FR", ("Europe/Paris",)), ("", "XX", ("Europe/Berlin",)),
])  # fmt: skip
def test_where_somebody_may_be(own: str, country: str, found: tuple[str, ...]) -> None:
    assert zones_of(own, country, "Europe/Berlin", "DE") == found


def test_every_row_of_the_table_opens_and_names_its_source() -> None:
    for row in country_table():
        assert len(row.hours.source) > 10, row
        opens = Calendar(("UTC",), row.country, (row.hours,)).opens_at(NOON)
        assert opens - NOON < timedelta(days=4), row


@pytest.mark.parametrize("text", ["9-5", "20:00-08:00", "08:00-24:30", "", "08:00-08:00"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text or "^$"):
        spans_of([text])


@given(st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True))
def test_spans_are_read_as_they_are_written(minutes: list[int]) -> None:
    ends = sorted(minutes)[: len(minutes) // 2 * 2]
    spans = tuple(zip(ends[::2], ends[1::2], strict=True))
    assert spans_of(spans_in_words(spans).split(", ")) == spans


def test_the_best_hour_is_waited_for_once_and_never_at_night() -> None:
    evening = USUAL._replace(best_hour=BestHour(18, "learned", timedelta(hours=24)), asked_at=NOON)
    waits = decide(situation=evening, now=NOON)
    assert (waits.reason, waits.until) == (Reason.BEST_HOUR, datetime(2026, 11, 23, 17, tzinfo=UTC))
    assert decide(situation=evening, now=NOON + timedelta(hours=9)).reason == Reason.QUIET_HOURS
    later = NOON + timedelta(days=1)
    assert decide(situation=evening, now=later).reason == Reason.GOOD_MOMENT, "the wait is bounded"
    night = evening._replace(best_hour=BestHour(23, "learned", timedelta(hours=24)))
    assert decide(situation=night, now=NOON).reason == Reason.GOOD_MOMENT
    owed = evening._replace(legal_class=LegalClass.TRANSACTIONAL)
    assert decide(situation=owed, now=NOON).reason == Reason.GOOD_MOMENT


def test_the_best_hour_is_the_one_at_which_most_is_read() -> None:
    curve = [0.0] * HOURS
    curve[7], curve[19], curve[20] = 3, 2, 2
    assert best_of(curve) == 7
    assert best_of(curve, prior=[0.0] * 19 + [50.0] * 3 + [0.0] * 2) == 20, "the store's habit tips the scales"
    assert best_of([0.0] * 23 + [1.0]) == 23


@given(st.text(max_size=20), st.floats(0, 50), st.floats(0, 50))
def test_a_larger_control_group_keeps_whoever_was_in_the_smaller(customer: str, one: float, other: float) -> None:
    smaller, larger = sorted((one, other))
    if is_control(salt="s", customer=customer, percent=smaller):
        assert is_control(salt="s", customer=customer, percent=larger)


def test_a_control_group_is_as_large_as_it_is_said_to_be() -> None:
    members = sum(is_control(salt="salt", customer=f"cus_{n}", percent=5) for n in range(20_000))
    assert 850 < members < 1150
