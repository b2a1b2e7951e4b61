"""A fulfilment moves on, never back; a missed visit may be made good."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.orders.policy.changes import Move, moved
from aftercare.commerce.orders.policy.fulfilling import advanced, first_seen, joined, the_rest, with_contents
from aftercare.commerce.orders.policy.states import FulfilmentState
from tests.commerce.orders.policy.versions_of import NOW, STATUSES, first, types
from tests.factories import line_in

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def fulfilment(status: str, hour: int = 0) -> FulfilmentState:
    at = AT + timedelta(hours=hour)
    return first_seen(FulfilmentState("f", "shipment", status, at, None, None, {}))


@pytest.mark.parametrize(
    ("known", "told", "becomes"),
    [
        ("open", "packed", "packed"),
        ("packed", "open", "packed"),
        ("under_way", "ready", "under_way"),
        ("under_way", "cancelled", "cancelled"),
        ("cancelled", "under_way", "cancelled"),
        ("cancelled", "completed", "completed"),
        ("completed", "cancelled", "completed"),
        ("completed", "missed", "completed"),
        ("under_way", "missed", "missed"),
        ("missed", "completed", "completed"),
    ],
)
def test_status_only_goes_onwards(known: str, told: str, becomes: str) -> None:
    assert advanced(fulfilment(known), told, AT + timedelta(hours=1)).status == becomes


def test_each_status_is_reached_once_with_its_first_time() -> None:
    under_way = advanced(advanced(fulfilment("packed"), "under_way", AT + timedelta(hours=2)), "packed", AT)
    assert under_way.reached == {"packed": AT.isoformat(), "under_way": (AT + timedelta(hours=2)).isoformat()}


def test_a_missed_visit_can_be_made_again_and_missed_again() -> None:
    again = advanced(fulfilment("missed"), "open", AT + timedelta(days=1))
    assert (again.status, dict(again.reached)) == ("open", {})
    assert advanced(again, "missed", AT).status == "open"
    missed_again = advanced(again, "missed", AT + timedelta(days=2))
    assert dict(missed_again.reached) == {"missed": (AT + timedelta(days=2)).isoformat()}


def test_old_news_of_a_missed_visit_changes_nothing() -> None:
    missed = fulfilment("missed", hour=5)
    assert advanced(missed, "under_way", AT) == missed


def test_completion_keeps_the_time_it_was_first_told_with() -> None:
    completed = advanced(fulfilment("under_way"), "completed", AT + timedelta(days=1))
    later = joined(completed, FulfilmentState("f", "shipment", "completed", AT + timedelta(days=2), None, None, {}))
    assert later.completed_at == AT + timedelta(days=1)


@given(st.lists(st.tuples(st.sampled_from(STATUSES), st.integers(0, 50)), min_size=1, max_size=6), st.data())
def test_where_it_ends_does_not_depend_on_the_order_of_news(news: list[tuple[str, int]], data: st.DataObject) -> None:
    def end(steps: list[tuple[str, int]]) -> str:
        state = fulfilment("open")
        for status, hour in steps:
            state = advanced(state, status, AT + timedelta(hours=hour))
        return state.status

    assert end(data.draw(st.permutations(news))) == end(news)


def test_the_rest_is_what_no_standing_fulfilment_carries() -> None:
    state = first(
        lines=[line_in(quantity=3, cancelled_quantity=1), line_in(id="2")],
        total="144.50",
        fulfilments=[
            {"id": "f", "lines": [{"line": "1", "quantity": 1}]},
            {"id": "g", "status": "cancelled", "lines": [{"line": "2", "quantity": 1}]},
        ],
    )
    assert the_rest(state) == {"1": 1, "2": 1}


def test_a_parcel_without_word_of_its_contents_carries_the_rest_once() -> None:
    known = first(lines=[line_in(quantity=2)])
    once = with_contents(known, "p", None, now=NOW)
    assert once.carried["p"] == {"1": 2}
    assert with_contents(once, "p", None, now=NOW).carried == once.carried


def test_contents_told_again_do_not_add_up_and_strangers_are_left_out() -> None:
    known = first(lines=[line_in(quantity=2), line_in(id="2")])
    once = with_contents(known, "p", {"1": 1, "a gift in the box": 1}, now=NOW)
    assert with_contents(once, "p", {"1": 1, "2": 1}, now=NOW).carried["p"] == {"1": 1, "2": 1}


def test_moves_lead_to_the_delivery_of_the_order() -> None:
    known = first(fulfilments=[{"id": "f"}])
    started = moved(known, [Move("f", "under_way", AT)])
    assert (types(started), started.after.header.progress) == (["fulfilment.under_way"], "on_its_way")
    done = moved(started.after, [Move("f", "completed", AT + timedelta(days=1))])
    assert types(done) == ["fulfilment.completed", "order.delivered"]
    assert done.after.lines["1"].delivered_at == done.after.header.delivered_at == AT + timedelta(days=1)
    assert moved(done.after, [Move("f", "completed", AT + timedelta(days=3))]).happenings == []
