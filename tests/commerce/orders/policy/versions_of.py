"""Versions of one order for the tests of policies, and strategies that draw them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from aftercare.commerce.catalog.policy import Articles
from aftercare.commerce.orders.policy.changes import Change, changed, check_against, is_stale, placed
from aftercare.commerce.orders.policy.states import OrderState
from aftercare.commerce.orders.policy.versions import read_version
from tests.factories import line_in, order_in

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
PLACED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def version(**told: Any) -> OrderState:
    """What a version of Sam's order says."""
    return read_version(order_in(**told), articles=Articles(), home="DE", now=NOW)


def first(**told: Any) -> OrderState:
    """Sam's order as it stands after its first version."""
    return placed(version(**told)).after


def then(known: OrderState, **told: Any) -> Change:
    """What the next version of it changes."""
    return changed(known, version(**told), now=NOW)


def types(change: Change) -> list[str]:
    """What happened, by type, in order."""
    return [happening.event.type for happening in change.happenings]


def replayed(versions: list[dict[str, Any]]) -> tuple[OrderState, list[tuple[str, Any]]]:
    """Where these versions lead, and everything they made happen, each with what tells it from others of its type."""
    state: OrderState | None = None
    happened: list[tuple[str, Any]] = []
    for told in versions:
        said = version(**told)
        if state and is_stale(state, said):
            continue
        if state:
            check_against(state, said)
        change = changed(state, said, now=NOW) if state else placed(said)
        state = change.after
        happened += [(happening.event.type, _subject(happening.event.data())) for happening in change.happenings]
    assert state
    return state, happened


def _subject(data: dict[str, Any]) -> Any:
    if "whole" in data:
        return "whole" if data["whole"] else tuple(data["lines"])
    return data.get("refund") or data.get("fulfilment")


QUANTITY = 3
STATUSES = ("open", "back_ordered", "packed", "ready", "under_way", "completed", "cancelled")


@st.composite
def order_versions(draw: st.DrawFn) -> dict[str, Any]:
    """A version of an order of up to three lines of three each, with anything that can happen to it."""
    keys = draw(st.lists(st.sampled_from("123"), min_size=1, unique=True))
    lines = []
    for key in keys:
        title, cancelled = draw(st.sampled_from("AB")), draw(st.integers(0, QUANTITY))
        lines.append(line_in(id=key, title=title, quantity=QUANTITY, cancelled_quantity=cancelled))
    told: dict[str, Any] = {"total": "1000", "lines": lines, "payment": draw(st.sampled_from(["pending", "paid"]))}
    if draw(st.booleans()):
        told["fulfilments"] = [{"id": "f", "status": draw(st.sampled_from(STATUSES)), "status_at": _moment(draw)}]
    told["refunds"] = [
        {"id": key, "amount": "5", "at": PLACED.isoformat()} for key in draw(st.sets(st.sampled_from("xy")))
    ]
    if draw(st.integers(0, 4)) == 0:
        told["cancelled_at"] = PLACED.isoformat()
    told["note"] = draw(st.sampled_from(["", "ring twice"]))
    return told


def _moment(draw: st.DrawFn) -> str:
    return (PLACED + timedelta(hours=draw(st.integers(1, 100)))).isoformat()
