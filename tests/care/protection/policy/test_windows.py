from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.care.protection.policy.windows import (
    ArrivedTerms,
    Facts,
    LostTerms,
    Plan,
    Why,
    plan_for,
    window_of,
    windows_of,
)
from aftercare.care.protection.terms import builtin_plans
from aftercare.care.protection.vocabulary import ClaimKind

BERLIN = ZoneInfo("Europe/Berlin")
SCANNED = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
(USUAL,) = builtin_plans()
UNDER_WAY = Facts(
    status="in_transit", status_at=SCANNED, reason="", is_domestic=True, handed_over_at=SCANNED, last_scan_at=SCANNED,
    delivered_at=None, promised_by=None,
)  # fmt: skip
DELIVERED = replace(UNDER_WAY, status="delivered", delivered_at=SCANNED)

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- the strategy adds it
MAYBE = st.none() | MOMENTS
FACTS = st.builds(
    Facts,
    status=st.sampled_from(["pending", "in_transit", "delivered", "return_to_sender", "cancelled"]), status_at=MOMENTS,
    reason=st.sampled_from(["", "carrier_parcel_lost", "carrier_damaged_parcel", "consignee_incorrect_address"]),
    is_domestic=st.sampled_from([True, False, None]), handed_over_at=MAYBE, last_scan_at=MAYBE, delivered_at=MAYBE,
    promised_by=MAYBE, called_off=st.booleans(),
)  # fmt: skip


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    domestic, abroad, more = (draw(st.integers(1, 60)) for _ in range(3))
    lost = LostTerms(domestic, abroad, draw(st.integers(1, 10)), max(domestic, abroad) + more)
    after = draw(st.integers(0, 20))
    arrived = ArrivedTerms(after, after + draw(st.integers(0, 30)), draw(st.integers(0, 2)))
    return Plan("p", "P", "", lost, arrived, arrived, draw(st.sampled_from([USUAL.not_covered, frozenset()])))


@given(
    parcel=FACTS, plan=plans(), zone=st.sampled_from([BERLIN, ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Dubai")])
)
def test_a_window_is_never_negative_and_always_explained(parcel: Facts, plan: Plan, zone: ZoneInfo) -> None:
    found = windows_of(parcel=parcel, plan=plan, zone=zone)
    assert found == windows_of(parcel=parcel, plan=plan, zone=zone)
    for window in found:
        assert window.trace
        assert (window.opens is None) == (window.closes is None)
        if window.opens is not None and window.closes is not None:
            assert window.opens < window.closes
            assert window.is_open(window.opens)
            assert not window.is_open(window.closes)
            assert window.is_ahead(window.opens - timedelta(seconds=1))
    # A parcel either arrived or it did not.
    lost, stolen, _ = found
    assert not (lost.exists and stolen.exists)


@given(parcel=FACTS, plan=plans(), later=st.timedeltas(timedelta(0), timedelta(days=9)))
def test_news_of_a_parcel_never_brings_its_loss_nearer(parcel: Facts, plan: Plan, later: timedelta) -> None:
    parcel = replace(parcel, delivered_at=None, last_scan_at=SCANNED, handed_over_at=SCANNED, reason="")
    before, after = (
        window_of(ClaimKind.LOST, parcel=replace(parcel, last_scan_at=at), plan=plan, zone=BERLIN).opens
        for at in (SCANNED, SCANNED + later)
    )
    assert before is None or after is None or before <= after


@pytest.mark.parametrize(
    ("parcel", "opens", "why"),
    [
        (UNDER_WAY, "2026-11-09", Why.SILENT_SINCE),
        (replace(UNDER_WAY, is_domestic=False), "2026-11-22", Why.SILENT_SINCE),
        (replace(UNDER_WAY, is_domestic=None), "2026-11-22", Why.SILENT_SINCE),
        (replace(UNDER_WAY, promised_by=SCANNED + timedelta(days=2)), "2026-11-06", Why.PAST_PROMISE),
        (replace(UNDER_WAY, promised_by=SCANNED - timedelta(days=2)), "2026-11-04", Why.PAST_PROMISE),
        (replace(UNDER_WAY, promised_by=SCANNED + timedelta(days=20)), "2026-11-09", Why.SILENT_SINCE),
    ],
)
def test_a_parcel_can_be_claimed_as_lost_from_a_day_on(parcel: Facts, opens: str, why: Why) -> None:
    window = window_of(ClaimKind.LOST, parcel=parcel, plan=USUAL, zone=BERLIN)
    assert window.opens == datetime.fromisoformat(opens).replace(tzinfo=BERLIN)
    assert window.closes == datetime(2026, 12, 3, tzinfo=BERLIN), "thirty days after the last scan, to their end"
    assert window.trace[0].why is why


def test_what_the_carrier_admits_need_not_wait() -> None:
    lost = replace(UNDER_WAY, reason="carrier_parcel_lost", status_at=SCANNED + timedelta(days=1))
    assert window_of(ClaimKind.LOST, parcel=lost, plan=USUAL, zone=BERLIN).opens == lost.status_at
    damaged = replace(UNDER_WAY, reason="carrier_damaged_parcel")
    assert window_of(ClaimKind.DAMAGED, parcel=damaged, plan=USUAL, zone=BERLIN).opens == SCANNED


def test_what_was_delivered_is_stolen_or_damaged_and_not_lost() -> None:
    lost, stolen, damaged = windows_of(parcel=DELIVERED, plan=USUAL, zone=BERLIN)
    assert lost.trace[0].why is Why.ALREADY_DELIVERED
    assert (stolen.opens, stolen.closes) == (
        datetime(2026, 11, 7, tzinfo=BERLIN), datetime(2026, 11, 18, tzinfo=BERLIN),
    )  # fmt: skip
    assert (damaged.opens, damaged.closes) == (SCANNED, datetime(2026, 11, 18, tzinfo=BERLIN))
    assert damaged.photos == 1


@pytest.mark.parametrize(
    ("parcel", "why", "word"),
    [
        (replace(UNDER_WAY, handed_over_at=None), Why.NOT_HANDED_OVER, ""),
        (replace(UNDER_WAY, status="cancelled"), Why.CALLED_OFF, ""),
        (replace(UNDER_WAY, called_off=True), Why.CALLED_OFF, ""),
        (replace(UNDER_WAY, status="return_to_sender"), Why.EXCLUDED, "return_to_sender"),
        (replace(UNDER_WAY, reason="consignee_incorrect_address"), Why.EXCLUDED, "bad_address"),
        (replace(UNDER_WAY, reason="consignee_refused"), Why.EXCLUDED, "refused"),
    ],
)
def test_what_is_not_covered_says_why(parcel: Facts, why: Why, word: str) -> None:
    window = window_of(ClaimKind.LOST, parcel=parcel, plan=USUAL, zone=BERLIN)
    assert not window.exists
    assert (window.trace[0].why, window.trace[0].word) == (why, word)


def test_a_carriers_own_plan_counts_before_the_usual_one() -> None:
    own = replace(USUAL, key="dhl", carrier="dhl", lost=None)
    assert plan_for([USUAL, own], "dhl") is own
    assert plan_for([own, USUAL], "ups") is USUAL
    assert plan_for([own], "ups") is None
    assert window_of(ClaimKind.LOST, parcel=UNDER_WAY, plan=own, zone=BERLIN).trace[0].why is Why.NOT_COVERED
    assert window_of(ClaimKind.LOST, parcel=UNDER_WAY, plan=None, zone=BERLIN).trace[0].why is Why.NOT_COVERED


def test_days_are_those_of_the_zone_when_clocks_change() -> None:
    before = replace(UNDER_WAY, last_scan_at=datetime(2026, 10, 23, 23, 30, tzinfo=UTC))
    window = window_of(ClaimKind.LOST, parcel=before, plan=USUAL, zone=BERLIN)
    assert window.opens == datetime(2026, 10, 31, tzinfo=BERLIN), "the 24th in Berlin, and seven days"
