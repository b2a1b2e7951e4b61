"""What an order's page says first, for every state of order and parts. It is Sunday 22 November, 11:00 in Berlin."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.orders.policy.arrivals import Arrival, Stage
from aftercare.commerce.orders.policy.outlook import Headline, Outlook, Standing, outlook_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PAID = Standing("paid", is_cancelled=False)


def part(stage: Stage, kind: str = "shipment", **known: Any) -> Arrival:
    return Arrival(**{"kind": kind, "stage": stage, "at": NOW - timedelta(hours=2), **known})


def look(*parts: Arrival, standing: Standing = PAID) -> Outlook:
    return outlook_of(standing=standing, arrivals=parts, now=NOW, zone=BERLIN)


@pytest.mark.parametrize(
    ("stage", "headline"),
    [
        (Stage.ORDERED, Headline.RECEIVED),
        (Stage.PREPARING, Headline.PREPARING),
        (Stage.BACK_ORDERED, Headline.BACK_ORDERED),
        (Stage.PACKED, Headline.PACKED),
        (Stage.ANNOUNCED, Headline.ANNOUNCED),
        (Stage.UNDER_WAY, Headline.ON_ITS_WAY),
        (Stage.ARRIVING, Headline.OUT_FOR_DELIVERY),
        (Stage.WAITING, Headline.WAITS),
        (Stage.MISSED, Headline.NOT_HANDED_OVER),
        (Stage.DELAYED, Headline.DELAYED),
        (Stage.HELD, Headline.HELD),
        (Stage.RETURNING, Headline.RETURNING),
        (Stage.CANCELLED, Headline.CALLED_OFF),
        (Stage.ARRIVED, Headline.DELIVERED_TODAY),
    ],
)
def test_a_parcel_of_which_no_day_is_known(stage, headline):
    assert look(part(stage)).headline is headline


@pytest.mark.parametrize(
    ("kind", "stage", "headline"),
    [
        ("pickup", Stage.PREPARING, Headline.PREPARING),
        ("pickup", Stage.WAITING, Headline.PICKUP_READY),
        ("pickup", Stage.MISSED, Headline.PICKUP_MISSED),
        ("pickup", Stage.ARRIVED, Headline.PICKED_UP),
        ("service_visit", Stage.PREPARING, Headline.VISIT_OPEN),
        ("service_visit", Stage.ARRIVING, Headline.VISIT_UNDER_WAY),
        ("service_visit", Stage.MISSED, Headline.VISIT_MISSED),
        ("service_visit", Stage.ARRIVED, Headline.VISIT_DONE),
        ("digital", Stage.PREPARING, Headline.DOWNLOAD_COMING),
        ("digital", Stage.ARRIVED, Headline.DOWNLOAD_SENT),
    ],
)
def test_what_is_no_parcel(kind, stage, headline):
    assert look(part(stage, kind)).headline is headline


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("kind", ["shipment", "pickup", "digital", "service_visit"])
@pytest.mark.parametrize("dates", [{}, {"latest": TUESDAY}, {"earliest": TUESDAY}, {"latest": NOW - timedelta(days=3)}])
def test_there_is_an_answer_to_every_combination(stage, kind, dates):
    assert look(part(stage, kind, **dates)).headline in Headline


def test_a_window_of_hours_names_the_day_and_the_hours():
    outlook = look(part(Stage.UNDER_WAY, earliest=TUESDAY, latest=TUESDAY + timedelta(hours=4)))

    assert (outlook.headline, outlook.last) == (Headline.ARRIVES_ON, date(2026, 11, 24))
    assert outlook.window == (TUESDAY, TUESDAY + timedelta(hours=4))


@pytest.mark.parametrize("hours", [0, 14])
def test_a_whole_day_is_no_window(hours):
    assert look(part(Stage.UNDER_WAY, earliest=TUESDAY, latest=TUESDAY + timedelta(hours=hours))).window is None


def test_a_range_of_days_begins_today_at_the_earliest():
    outlook = look(part(Stage.UNDER_WAY, earliest=NOW - timedelta(days=2), latest=TUESDAY))

    assert outlook.headline is Headline.ARRIVES_BETWEEN
    assert (outlook.first, outlook.last) == (date(2026, 11, 22), date(2026, 11, 24))


def test_with_a_last_day_only_it_arrives_by_then():
    assert look(part(Stage.UNDER_WAY, latest=TUESDAY)).headline is Headline.ARRIVES_BY


def test_today_and_tomorrow_have_words_of_their_own():
    tomorrow = NOW + timedelta(days=1)

    assert look(part(Stage.UNDER_WAY, latest=NOW)).headline is Headline.ARRIVES_TODAY
    assert look(part(Stage.UNDER_WAY, earliest=tomorrow, latest=tomorrow)).headline is Headline.ARRIVES_TOMORROW


def test_days_are_those_of_the_readers_zone():
    late_evening_in_utc = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert look(part(Stage.UNDER_WAY, latest=late_evening_in_utc)).last == date(2026, 11, 24)


@pytest.mark.parametrize("stage", [Stage.ORDERED, Stage.PACKED, Stage.ANNOUNCED, Stage.UNDER_WAY])
def test_a_day_that_has_passed_is_not_promised_again(stage):
    outlook = look(part(stage, latest=NOW - timedelta(days=1)))

    assert (outlook.headline, outlook.last) == (Headline.OVERDUE, date(2026, 11, 21))


def test_a_delay_with_a_new_day_says_the_day_and_without_one_the_delay():
    assert look(part(Stage.DELAYED, latest=TUESDAY)).headline is Headline.ARRIVES_BY
    assert look(part(Stage.DELAYED, latest=NOW - timedelta(days=1))).headline is Headline.DELAYED


def test_on_the_van_since_yesterday_is_not_arriving_today():
    outlook = look(part(Stage.ARRIVING, at=NOW - timedelta(days=1)))

    assert (outlook.headline, outlook.first) == (Headline.OUT_SINCE, date(2026, 11, 21))


@pytest.mark.parametrize(
    ("at", "headline"),
    [
        (NOW + timedelta(hours=3), Headline.VISIT_TODAY),
        (TUESDAY, Headline.VISIT_ON),
        (NOW - timedelta(days=2), Headline.VISIT_PAST),
    ],
)
def test_a_visit_with_a_date(at, headline):
    assert (
        look(part(Stage.PREPARING, "service_visit", earliest=at, latest=at + timedelta(hours=2))).headline is headline
    )


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.MISSED])
def test_a_visit_whose_hours_are_over_names_none(stage):
    began = NOW - timedelta(days=2)
    assert look(part(stage, "service_visit", earliest=began, latest=began + timedelta(hours=2))).window is None


def test_what_needs_the_customer_comes_before_what_comes_by_itself():
    outlook = look(part(Stage.ARRIVING), part(Stage.MISSED), part(Stage.UNDER_WAY, latest=TUESDAY))

    assert outlook.headline is Headline.NOT_HANDED_OVER


def test_of_two_parcels_the_one_that_comes_first_is_the_answer_and_a_stuck_one_is_not():
    sooner, later = part(Stage.UNDER_WAY, latest=TUESDAY), part(Stage.UNDER_WAY, latest=TUESDAY + timedelta(days=2))

    assert look(later, part(Stage.HELD), sooner).lead is sooner


def test_a_download_never_hides_a_parcel():
    sent = part(Stage.ARRIVED, "digital", at=NOW)

    assert look(sent, part(Stage.PREPARING)).headline is Headline.PREPARING
    assert look(sent, part(Stage.ARRIVED)).headline is Headline.DELIVERED_TODAY


def test_what_has_arrived_is_counted_and_what_was_called_off_is_not():
    outlook = look(part(Stage.ARRIVED), part(Stage.UNDER_WAY), part(Stage.CANCELLED))

    assert (outlook.arrived, outlook.parts) == (1, 2)


def test_an_order_of_which_nothing_is_known():
    assert look().headline is Headline.RECEIVED


@pytest.mark.parametrize(
    ("payment", "headline"),
    [("pending", Headline.UNPAID), ("voided", Headline.VOIDED), ("refunded", Headline.REFUNDED)],
)
def test_money_comes_first_while_nothing_has_left_the_house(payment, headline):
    standing = Standing(payment, is_cancelled=False)

    assert look(part(Stage.PACKED), standing=standing).headline is headline
    assert look(part(Stage.UNDER_WAY), standing=standing).headline is Headline.ON_ITS_WAY
    assert look(part(Stage.ARRIVED), standing=standing).headline is Headline.DELIVERED_TODAY


def test_a_cancelled_order_is_cancelled_whatever_its_parcels_say():
    assert look(part(Stage.UNDER_WAY), standing=Standing("paid", is_cancelled=True)).headline is Headline.CANCELLED


@pytest.mark.parametrize("payment", ["pending", "paid", "refunded", "voided"])
@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_gifts_recipient_reads_nothing_of_money_or_of_an_order_that_is_not_theirs(payment, is_cancelled):
    outlook = look(standing=Standing(payment, is_cancelled=is_cancelled, for_recipient=True))

    assert outlook.headline in {Headline.PREPARING, Headline.NOT_SENT}


@given(
    parts=st.lists(
        st.builds(
            Arrival, kind=st.sampled_from(["shipment", "pickup", "digital", "service_visit"]),
            stage=st.sampled_from(list(Stage)), at=st.integers(-99, 0).map(lambda hours: NOW + timedelta(hours=hours)),
            earliest=st.none() | st.integers(-99, 99).map(lambda hours: NOW + timedelta(hours=hours)),
            latest=st.none() | st.integers(-99, 99).map(lambda hours: NOW + timedelta(hours=hours)),
        ), max_size=4,
    ),
    minutes=st.integers(0, 24 * 60 - 1),
)  # fmt: skip
def test_the_answer_changes_with_the_day_only_so_that_a_page_can_be_kept_until_midnight(parts, minutes):
    morning = datetime(2026, 11, 22, tzinfo=BERLIN)
    at_first = outlook_of(standing=PAID, arrivals=parts, now=morning, zone=BERLIN)

    later = morning + timedelta(minutes=minutes)
    assert outlook_of(standing=PAID, arrivals=parts, now=later, zone=BERLIN) == at_first
