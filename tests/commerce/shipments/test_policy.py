"""What follows from scans, whatever order they come in."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.shipments.policy import (
    UNSEEN,
    Seen,
    carrier_key,
    fold,
    fulfilment_done_at,
    milestones,
    normal_number,
    scan_digest,
    seen,
)
from aftercare.commerce.shipments.vocabulary import Status

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def at(hours: float, status: str, **words: str) -> Seen:
    return seen(at=MONDAY + timedelta(hours=hours), status=status, **words)


# Few times and few statuses, so that equal times and contradictions are common.
scans = st.builds(
    at,
    st.integers(0, 40).map(lambda step: step * 1.5),
    st.sampled_from(Status.values),
    text=st.sampled_from(["", "Hub", "Door"]),
)


def kinds_told(before, after):
    return [milestone.kind for milestone in milestones(before, after)]


def attempt_days(state):
    return [milestone.day for milestone in milestones(UNSEEN, state) if milestone.kind == "attempt_failed"]


class TestFold:
    def test_nothing_is_known_of_a_parcel_without_scans(self):
        assert fold([]) == UNSEEN

    def test_the_latest_scan_decides_with_its_words_and_reason(self):
        state = fold(
            [
                at(0, "picked_up", text="Collected", place="Berlin"),
                at(9, "on_hold", reason="customs_inspection", text="Held by customs", place="Basel"),
            ]
        )
        assert (state.status, state.text, state.place, state.reason) == (
            "on_hold",
            "Held by customs",
            "Basel",
            "customs_inspection",
        )
        assert state.status_at == MONDAY + timedelta(hours=9)
        assert state.handed_over_at == MONDAY

    def test_at_the_same_time_the_further_status_is_the_truth(self):
        assert fold([at(1, "out_for_delivery"), at(1, "in_transit")]).status == "out_for_delivery"

    def test_unknown_changes_nothing_but_shows_that_the_carrier_still_knows_the_parcel(self):
        state = fold([at(0, "in_transit"), at(5, "unknown", text="Recipient informed")])
        assert (state.status, state.status_at) == ("in_transit", MONDAY)
        assert state.last_scan_at == MONDAY + timedelta(hours=5)

    def test_only_unknown_scans_leave_the_parcel_announced(self):
        assert fold([at(0, "unknown")]).status == "pending"

    @pytest.mark.parametrize("status", sorted({*Status.values} - {"return_to_sender"}))
    def test_delivered_stays_delivered(self, status):
        state = fold([at(0, "out_for_delivery"), at(2, "delivered", text="Left with a neighbour"), at(4, status)])
        assert (state.status, state.text, state.delivered_at) == (
            "delivered",
            "Left with a neighbour",
            MONDAY + timedelta(hours=2),
        )

    def test_a_delivery_dated_too_early_for_want_of_a_zone_still_ends_as_delivered(self):
        assert fold([at(3, "in_transit"), at(5, "delivered"), at(7, "out_for_delivery")]).status == "delivered"

    def test_only_a_later_return_undoes_a_delivery_and_the_time_of_delivery_stays_known(self):
        state = fold([at(0, "delivered"), at(30, "return_to_sender")])
        assert (state.status, state.delivered_at) == ("return_to_sender", MONDAY)

    def test_what_the_sender_gets_back_was_not_delivered(self):
        state = fold([at(0, "return_to_sender"), at(30, "delivered")])
        assert (state.status, state.delivered_at) == ("return_to_sender", None)

    def test_a_parcel_cancelled_on_paper_and_delivered_in_fact_is_delivered(self):
        assert fold([at(0, "cancelled"), at(2, "in_transit"), at(9, "delivered")]).status == "delivered"
        assert fold([at(0, "cancelled"), at(2, "in_transit")]).status == "cancelled"

    @pytest.mark.parametrize("status", ["pending", "picked_up"])
    def test_a_beginning_announced_again_takes_nothing_back(self, status):
        assert fold([at(0, "in_transit"), at(1, status)]).status == "in_transit"

    def test_a_parcel_back_in_the_depot_is_on_its_way_again(self):
        assert fold([at(0, "out_for_delivery"), at(9, "in_transit")]).status == "in_transit"

    def test_the_time_of_hand_over_is_never_made_up_from_a_delivery(self):
        assert fold([at(0, "delivered")]).handed_over_at is None
        assert fold([at(0, "out_for_delivery"), at(2, "delivered")]).handed_over_at == MONDAY


class TestMilestones:
    def test_each_is_told_once_in_the_order_of_truth(self):
        story = [at(9, "delivered"), at(0, "picked_up"), at(1, "in_transit"), at(7, "out_for_delivery")]
        assert kinds_told(UNSEEN, fold(story)) == ["handed_over", "out_for_delivery", "delivered"]

    def test_only_the_newest_is_current(self):
        after = fold([at(0, "picked_up"), at(7, "out_for_delivery"), at(9, "delivered")])
        assert [milestone.current for milestone in milestones(UNSEEN, after)] == [False, False, True]

    def test_what_is_learned_late_is_told_but_not_as_news(self):
        before = fold([at(0, "picked_up"), at(9, "delivered")])
        after = fold([at(0, "picked_up"), at(7, "out_for_delivery"), at(9, "delivered")])
        assert [(milestone.kind, milestone.current) for milestone in milestones(before, after)] == [
            ("out_for_delivery", False),
        ]

    def test_delivered_is_news_even_when_its_missing_zone_dates_it_before_the_tour(self):
        after = fold([at(5, "delivered"), at(7, "out_for_delivery")])
        assert [milestone.kind for milestone in milestones(UNSEEN, after) if milestone.current] == ["delivered"]

    def test_a_failed_attempt_stays_news_when_the_parcel_is_scanned_back_into_the_depot(self):
        after = fold([at(0, "out_for_delivery"), at(5, "delivery_failed"), at(6, "in_transit")])
        assert [milestone.kind for milestone in milestones(UNSEEN, after) if milestone.current] == ["attempt_failed"]

    def test_a_hold_that_is_over_is_no_news(self):
        after = fold([at(0, "in_transit"), at(5, "on_hold"), at(6, "out_for_delivery")])
        told = milestones(fold([at(0, "in_transit")]), after)
        assert [(milestone.kind, milestone.current) for milestone in told] == [
            ("held", False),
            ("out_for_delivery", True),
        ]

    def test_one_failed_attempt_a_day_where_the_store_is(self):
        failed = [at(9, "delivery_failed"), at(9.2, "delivery_failed", text="Again"), at(33, "delivery_failed")]
        assert attempt_days(fold(failed)) == [date(2026, 11, 23), date(2026, 11, 24)]
        # 17:00 UTC on Monday is the morning of Tuesday in Auckland.
        there = fold(failed, zone=ZoneInfo("Pacific/Auckland"))
        assert attempt_days(there) == [date(2026, 11, 24), date(2026, 11, 25)]

    def test_a_refused_parcel_goes_back_as_news(self):
        after = fold([at(0, "delivery_failed", reason="consignee_refused"), at(5, "return_to_sender")])
        assert [(m.kind, m.current) for m in milestones(UNSEEN, after)] == [
            ("handed_over", False),
            ("attempt_failed", False),
            ("returning", True),
        ]


class TestAnyOrder:
    @given(st.lists(scans, max_size=14), st.randoms())
    def test_neither_order_nor_repetition_changes_the_state(self, story, random):
        told_twice = [*story, *story]
        random.shuffle(told_twice)
        assert fold(set(told_twice)) == fold(told_twice[::-1]) == fold(story + story)

    @given(st.lists(scans, max_size=12), st.randoms(), st.integers(1, 5))
    def test_any_batching_tells_the_same_milestones_each_once(self, story, random, size):
        arriving = [*story, *story[: len(story) // 2]]
        random.shuffle(arriving)
        known: set[Seen] = set()
        told = []
        before = UNSEEN
        for start in range(0, len(arriving), size):
            known.update(arriving[start : start + size])
            after = fold(known)
            told += milestones(before, after)
            before = after
        assert before == fold(story)
        assert sorted(milestone[:2] for milestone in told) == sorted(
            milestone[:2] for milestone in milestones(UNSEEN, fold(story))
        )

    @given(st.lists(scans, max_size=12), st.lists(scans, max_size=4))
    def test_at_most_one_milestone_is_news_and_it_agrees_with_the_state(self, first, then):
        told = milestones(fold(first), fold(first + then))
        current = [milestone for milestone in told if milestone.current]
        assert len(current) <= 1
        if fold(first + then).status == "delivered":
            assert {milestone.kind for milestone in current} <= {"delivered"}

    @given(st.lists(scans, min_size=1, max_size=12), scans)
    def test_nobody_is_told_out_for_delivery_after_delivered(self, first, late):
        before = fold([*first, at(99, "delivered")])
        told = milestones(before, fold([*first, at(99, "delivered"), late]))
        assert all(milestone.kind == "returning" for milestone in told if milestone.current)

    @given(st.lists(scans, max_size=12))
    def test_milestones_come_in_the_order_of_truth(self, story):
        times = [milestone.scan.at for milestone in milestones(UNSEEN, fold(story))]
        assert times == sorted(times)


class TestDigest:
    def test_the_same_content_is_the_same_scan(self):
        assert scan_digest(at(1, "delivered", text="Door")) == scan_digest(at(1, "delivered", text="Door"))

    @given(scans, scans)
    def test_different_content_is_another_scan(self, one, other):
        assert (scan_digest(one) == scan_digest(other)) == (one == other)

    def test_words_cannot_move_from_field_to_field(self):
        assert scan_digest(at(1, "delivered", text="a", place="b")) != scan_digest(at(1, "delivered", text="ab"))


class TestNormalForms:
    def test_numbers_are_compared_without_spaces_and_case(self):
        assert normal_number(" 1z 999 aa1\u00a00123 ") == "1Z999AA10123"

    @pytest.mark.parametrize("written", ["DHL Express", "dhl_express", " dhl-express "])
    def test_carriers_are_compared_as_keys(self, written):
        assert carrier_key(written) == "dhl_express"


class TestFulfilmentDone:
    def test_when_the_last_parcel_came(self):
        parcels = [("delivered", MONDAY), ("return_to_sender", MONDAY + timedelta(days=1)), ("cancelled", None)]
        assert fulfilment_done_at(parcels) == MONDAY + timedelta(days=1)

    @pytest.mark.parametrize("missing", ["in_transit", "return_to_sender", "pending"])
    def test_not_while_one_is_missing(self, missing):
        assert fulfilment_done_at([("delivered", MONDAY), (missing, None)]) is None

    def test_not_when_nothing_ever_came(self):
        assert fulfilment_done_at([("cancelled", None)]) is None
