"""What versions of an order change: each fact once, whatever comes late, twice or out of order."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.commerce.orders.errors import CurrencyChanged, RefundsExceedTotal
from aftercare.commerce.orders.policy.changes import Appointment, Move, check_against, is_stale, moved, rearranged
from aftercare.commerce.orders.policy.states import OrderState
from tests.commerce.orders.policy.versions_of import (
    NOW,
    PLACED,
    QUANTITY,
    first,
    order_versions,
    placed,
    replayed,
    then,
    types,
    version,
)
from tests.factories import line_in


def test_a_new_order_is_placed_when_the_shop_says() -> None:
    change = placed(version())
    assert types(change) == ["order.placed"]
    assert change.happenings[0].at == PLACED
    assert change.happenings[0].event.data() == {"number": "#1042", "total": 3980, "currency": "EUR", "lines": 1}
    assert change.after.header.paid_at == PLACED


def test_the_past_of_a_new_order_is_told_with_its_times_and_in_their_order() -> None:
    change = placed(
        version(
            fulfilments=[{"id": "f", "status": "completed", "status_at": "2026-11-04T12:00:00Z"}],
            refunds=[{"id": "r", "amount": "5", "at": "2026-11-09T08:00:00Z"}],
        )
    )
    assert [(happening.event.type, happening.at.day) for happening in change.happenings] == [
        ("order.placed", 1),
        ("fulfilment.completed", 4),
        ("order.delivered", 4),
        ("order.refunded", 9),
    ]


def test_the_same_version_again_changes_nothing() -> None:
    known = first(fulfilments=[{"id": "f", "status": "packed", "status_at": "2026-11-02T12:00:00Z"}])
    change = then(known, fulfilments=[{"id": "f", "status": "packed", "status_at": "2026-11-02T12:00:00Z"}])
    assert (change.after, change.happenings) == (known, [])


def test_payment_later_than_the_order_is_told_once() -> None:
    known = first(payment="pending")
    assert known.header.paid_at is None
    paid = then(known, payment="paid", updated_at="2026-11-02T08:00:00Z")
    assert types(paid) == ["order.paid"]
    assert paid.after.header.paid_at == datetime(2026, 11, 2, 8, tzinfo=UTC)
    pending_again = then(paid.after, payment="pending", updated_at="2026-11-03T08:00:00Z").after
    assert types(then(pending_again, payment="paid", updated_at="2026-11-04T08:00:00Z")) == ["order.edited"]


@pytest.mark.parametrize(
    ("told", "edited"),
    [
        ({"note": "Please ring twice."}, ["note"]),
        ({"shipping_address": {"city": "Bremen"}}, ["shipping_address"]),
        ({"lines": [line_in(quantity=2)], "total": "74.70"}, ["subtotal", "total", "lines"]),
        ({"lines": [line_in(image_url="/jug.jpg")]}, []),
        ({"payment": "voided"}, ["payment"]),
        ({"fulfilments": [{"id": "f"}]}, ["fulfilments"]),
        ({"tags": ["vip"], "po_number": "PO-7"}, ["po_number", "tags"]),
    ],
)
def test_an_edit_names_what_people_would_notice(told: dict[str, Any], edited: list[str]) -> None:
    happenings = then(first(), **told).happenings
    assert [happening.event.data()["changed"] for happening in happenings] == ([edited] if edited else [])


def at(hour: int) -> datetime:
    return datetime(2026, 11, 5, hour, tzinfo=UTC)


VISIT = {"id": "f", "kind": "service_visit", "scheduled_from": "2026-11-05T08:00:00Z"}


def test_a_date_is_agreed_and_moved() -> None:
    agreed = then(first(), fulfilments=[VISIT])
    shifted = then(agreed.after, fulfilments=[{**VISIT, "scheduled_from": "2026-11-06T08:00:00Z"}])
    again = then(shifted.after, fulfilments=[{**VISIT, "scheduled_from": "2026-11-06T08:00:00Z"}])
    assert [told.event.type for told in agreed.happenings] == ["fulfilment.scheduled"]
    assert [(told.event.type, told.event.data()["before"]) for told in shifted.happenings] == [
        ("fulfilment.moved", "2026-11-05T08:00:00+00:00")
    ]
    assert not again.happenings


@pytest.mark.parametrize("status", ["completed", "missed", "cancelled"])
def test_what_is_over_says_nothing_of_its_date(status: str) -> None:
    happened = then(first(), fulfilments=[{**VISIT, "status": status}]).happenings
    assert "fulfilment.scheduled" not in [told.event.type for told in happened]


def test_another_date_of_a_parcel_that_is_fetched_is_an_edit() -> None:
    pickup = {**VISIT, "kind": "pickup"}
    change = then(first(fulfilments=[pickup]), fulfilments=[{**pickup, "scheduled_from": "2026-11-06T08:00:00Z"}])
    assert [happening.event.data()["changed"] for happening in change.happenings] == [["fulfilments"]]


def test_whoever_set_out_in_vain_or_met_nobody_comes_another_day() -> None:
    known = first(fulfilments=[VISIT])
    out = moved(known, [Move("f", "under_way", at(5)), Move("f", "missed", at(6))]).after
    change = rearranged(out, Appointment("f", at(20), None), at=at(7))
    assert [told.event.type for told in change.happenings] == ["fulfilment.moved"]
    assert change.after.fulfilments["f"].status == "open"
    assert [told.event.type for told in moved(change.after, [Move("f", "under_way", at(20))]).happenings] == [
        "fulfilment.under_way"
    ]


def test_a_line_the_shop_no_longer_sends_is_cancelled_and_kept() -> None:
    known = first(lines=[line_in(), line_in(id="2")])
    change = then(known, lines=[line_in()], total="39.80")
    assert change.after.lines["2"].cancelled_quantity == 1
    (cancelled,) = [happening.event for happening in change.happenings if happening.event.type == "order.cancelled"]
    assert cancelled.data() == {"number": "#1042", "whole": False, "reason": "", "lines": ["2"]}


def test_the_last_line_cancelled_cancels_the_order() -> None:
    change = then(first(), lines=[line_in(cancelled_quantity=1)])
    (cancelled,) = change.happenings
    assert (cancelled.event.type, cancelled.event.data()["whole"], cancelled.at) == ("order.cancelled", True, NOW)
    assert change.after.header.cancelled_at == NOW
    assert change.after.header.progress == "cancelled"


def test_an_order_first_seen_without_anything_left_was_cancelled_long_ago() -> None:
    change = placed(version(lines=[line_in(cancelled_quantity=1)]))
    assert types(change) == ["order.placed", "order.cancelled"]
    assert change.after.header.cancelled_at == PLACED


def test_a_cancelled_order_cancels_what_has_not_arrived() -> None:
    known = first(
        lines=[line_in(quantity=3)],
        fulfilments=[{"id": "f", "status": "completed", "lines": [{"line": "1", "quantity": 1}]}],
    )
    change = then(known, lines=[line_in(quantity=3)], cancelled_at="2026-11-05T08:00:00Z", cancel_reason="changed mind")
    assert change.after.lines["1"].cancelled_quantity == 2
    assert change.after.lines["1"].delivered_at is not None
    assert [happening.event.data() for happening in change.happenings] == [
        {"number": "#1042", "whole": True, "reason": "changed mind", "lines": ["1"]}
    ]


def test_an_undated_version_without_the_cancellation_is_a_late_one() -> None:
    cancelled = then(first(), cancelled_at="2026-11-05T08:00:00Z").after
    change = then(cancelled)
    assert change.after.header.cancelled_at == datetime(2026, 11, 5, 8, tzinfo=UTC)
    assert change.happenings == []


def test_a_dated_version_can_take_a_cancellation_back() -> None:
    cancelled = then(first(), cancelled_at="2026-11-05T08:00:00Z", updated_at="2026-11-05T08:00:00Z").after
    change = then(cancelled, updated_at="2026-11-06T08:00:00Z")
    assert change.after.header.cancelled_at is None
    assert change.after.lines["1"].cancelled_quantity == 0
    assert [happening.event.data()["changed"] for happening in change.happenings] == [["cancelled_at"]]


def test_an_older_version_is_stale_an_undated_one_is_not() -> None:
    known = first(updated_at="2026-11-05T08:00:00Z")
    assert is_stale(known, version(updated_at="2026-11-05T07:59:59Z"))
    assert not is_stale(known, version(updated_at="2026-11-05T08:00:00Z"))
    assert not is_stale(known, version())


def test_each_refund_is_told_once_and_may_be_corrected() -> None:
    refund = {"id": "r", "amount": "5", "at": "2026-11-09T08:00:00Z"}
    refunded = then(first(), refunds=[refund], payment="partially_refunded")
    assert types(refunded) == ["order.refunded"]
    assert refunded.after.header.refunded == 500
    without = then(refunded.after, payment="partially_refunded")
    assert (without.after.header.refunded, without.happenings) == (500, [])
    corrected = then(without.after, refunds=[{**refund, "amount": "6"}], payment="partially_refunded")
    assert (types(corrected), corrected.after.header.refunded) == (["order.edited"], 600)


def test_refunds_reported_before_count_too() -> None:
    known = first(refunds=[{"id": "r", "amount": "30", "at": "2026-11-09T08:00:00Z"}])
    with pytest.raises(RefundsExceedTotal):
        check_against(known, version(refunds=[{"id": "s", "amount": "30", "at": "2026-11-09T08:00:00Z"}]))


def test_the_currency_is_settled() -> None:
    with pytest.raises(CurrencyChanged):
        check_against(first(), version(currency="USD"))


@settings(max_examples=60)
@given(st.lists(order_versions(), min_size=1, max_size=4), st.data())
def test_nothing_happens_twice_however_versions_are_shuffled_and_repeated(
    versions: list[dict[str, Any]], data: st.DataObject
) -> None:
    repeated = data.draw(st.permutations(versions * 2))
    _, happened = replayed(repeated)
    facts = [fact for fact in happened if fact[0] != "order.edited" and not _is_partial(fact)]
    assert sorted(facts, key=str) == sorted(set(facts), key=str)
    pieces = Counter(line for fact in happened if _is_partial(fact) for line in fact[1])
    assert all(times <= QUANTITY for times in pieces.values())


@settings(max_examples=60)
@given(st.lists(order_versions(), min_size=1, max_size=4), order_versions())
def test_the_rows_follow_the_version_that_came_last(versions: list[dict[str, Any]], last: dict[str, Any]) -> None:
    state, _ = replayed([*versions, last])
    said = version(**last)
    assert state.header.note == said.header.note
    assert state.header.total == said.header.total
    assert {key: state.lines[key].title for key in said.lines} == {key: line.title for key, line in said.lines.items()}
    for key, line in state.lines.items():
        assert line.cancelled_quantity >= (said.lines[key].cancelled_quantity if key in said.lines else line.quantity)
    assert replayed([*versions, last, last])[0] == state


@settings(max_examples=60)
@given(st.lists(order_versions(), min_size=1, max_size=4), st.data())
def test_dated_versions_end_in_the_newest_whatever_order_they_come_in(
    versions: list[dict[str, Any]], data: st.DataObject
) -> None:
    dated = [
        {**told, "updated_at": (PLACED + timedelta(days=day)).isoformat()} for day, told in enumerate(versions, start=1)
    ]
    state, happened = replayed(data.draw(st.permutations(dated * 2)))
    assert _mirrored(state, dated[-1]) == _mirrored(first(**dated[-1]), dated[-1])
    steps = [fact for fact in happened if fact[0].startswith(("fulfilment.", "order.placed", "order.refunded"))]
    assert sorted(steps, key=str) == sorted(set(steps), key=str)


def _is_partial(fact: tuple[str, Any]) -> bool:
    """Some pieces of some lines are cancelled; more of the same line may be later."""
    return fact[0] == "order.cancelled" and fact[1] != "whole"


def _mirrored(state: OrderState, told: dict[str, Any]) -> tuple[Any, ...]:
    """What of an order is the shop's last word alone, not joined with what was known before."""
    header = state.header
    lines = {line["id"]: state.lines[line["id"]] for line in told["lines"]}
    described = {key: (line.title, line.quantity, line.unit_price, line.total) for key, line in lines.items()}
    cancelled = {key: line.cancelled_quantity for key, line in lines.items() if not header.cancelled_at}
    return (header.note, header.payment, header.total, header.version_at, described, cancelled)
