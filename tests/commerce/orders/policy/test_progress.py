"""How far an order is: line by line, by what has arrived."""

from typing import Any

import pytest

from aftercare.commerce.orders.policy.progress import settle
from tests.commerce.orders.policy.versions_of import first, then
from tests.factories import line_in


def fulfilment(key: str, status: str, day: int, **lines: int) -> dict[str, Any]:
    named = [{"line": line[1:], "quantity": quantity} for line, quantity in lines.items()]
    return {"id": key, "status": status, "status_at": f"2026-11-{day:02}T12:00:00Z", "lines": named}


@pytest.mark.parametrize(
    ("statuses", "progress"),
    [
        ([], "placed"),
        (["open"], "placed"),
        (["back_ordered"], "placed"),
        (["packed"], "packed"),
        (["ready"], "ready"),
        (["under_way", "packed"], "on_its_way"),
        (["completed", "packed"], "partly_delivered"),
        (["completed", "completed"], "delivered"),
        (["completed", "cancelled"], "partly_delivered"),
        (["missed"], "placed"),
    ],
)
def test_progress_sums_up_the_fulfilments(statuses: list[str], progress: str) -> None:
    lines = [line_in(id=str(place)) for place in range(2)]
    fulfilments = [fulfilment(f"f{place}", status, 4, **{f"l{place}": 1}) for place, status in enumerate(statuses)]
    assert first(lines=lines, fulfilments=fulfilments).header.progress == progress


def test_a_line_has_arrived_when_all_of_it_has() -> None:
    told = {"lines": [line_in(quantity=2)]}
    half = first(**told, fulfilments=[fulfilment("f", "completed", 4, l1=1), fulfilment("g", "open", 4, l1=1)])
    assert (half.lines["1"].fulfilled_quantity, half.lines["1"].delivered_at) == (1, None)
    whole = then(half, **told, fulfilments=[fulfilment("g", "completed", 6, l1=1)]).after
    assert whole.lines["1"].fulfilled_quantity == 2
    assert whole.lines["1"].delivered_at == whole.header.delivered_at
    assert whole.header.delivered_at
    assert whole.header.delivered_at.day == 6


def test_what_is_cancelled_is_not_waited_for() -> None:
    state = first(
        lines=[line_in(quantity=2, cancelled_quantity=1)], fulfilments=[fulfilment("f", "completed", 4, l1=1)]
    )
    assert state.header.progress == "delivered"


@pytest.mark.parametrize("kind", ["digital", "service"])
def test_what_nobody_reports_does_not_hold_up_the_rest(kind: str) -> None:
    lines = [line_in(), line_in(id="2", kind=kind)]
    assert first(lines=lines, fulfilments=[fulfilment("f", "completed", 4, l1=1)]).header.progress == "delivered"


@pytest.mark.parametrize("kind", ["digital", "service"])
def test_what_somebody_reports_is_waited_for(kind: str) -> None:
    lines = [line_in(), line_in(id="2", kind=kind)]
    fulfilments = [fulfilment("f", "completed", 4, l1=1), fulfilment("g", "open", 4, l2=1)]
    state = first(lines=lines, fulfilments=fulfilments)
    assert state.header.progress == "partly_delivered"
    after = then(state, lines=lines, fulfilments=[fulfilment("g", "completed", 9, l2=1)]).after
    assert after.header.progress == "delivered"


def test_the_first_complete_delivery_stays_the_anchor() -> None:
    delivered = first(fulfilments=[fulfilment("f", "completed", 4, l1=1)])
    grown = then(delivered, lines=[line_in(), line_in(id="2")], total="74.70")
    assert grown.after.header.progress == "partly_delivered"
    assert grown.after.header.delivered_at == delivered.header.delivered_at
    again = then(
        grown.after,
        lines=[line_in(), line_in(id="2")],
        total="74.70",
        fulfilments=[fulfilment("g", "completed", 9, l2=1)],
    )
    assert [happening.event.type for happening in again.happenings] == ["fulfilment.completed"]


def test_an_order_without_lines_follows_its_fulfilments() -> None:
    assert first(lines=[], fulfilments=[{"id": "f", "status": "completed"}]).header.progress == "delivered"


def test_settling_twice_is_settling_once() -> None:
    state = first(
        lines=[line_in(quantity=3)],
        fulfilments=[fulfilment("f", "completed", 4, l1=1)],
        cancelled_at="2026-11-05T12:00:00Z",
    )
    before = (state.header, dict(state.lines))
    settle(state)
    assert (state.header, state.lines) == before
