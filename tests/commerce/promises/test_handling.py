"""How orders reach the carrier: what staff say of it, and what follows."""

from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.promises.actions import learn, promise_orders, set_handling
from aftercare.commerce.promises.estimating.handling import ready_at
from aftercare.commerce.promises.forms import HandlingForm
from aftercare.commerce.promises.loops import promise_what_is_due
from aftercare.commerce.promises.models import OrderPromise
from aftercare.commerce.promises.policy import Rules, Transit
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.policy import BusinessHours
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.promises.deliveries import DAY, delivered_history, order_in
from tests.factories import NOW

FRIDAY = datetime(2026, 11, 27, tzinfo=UTC)
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
SAID = {
    "cut_off": time(14), "weekdays": WORKDAYS, "days": 0, "closures": [], "transit_fewest": 2, "transit_most": 4,
}  # fmt: skip


def rules(*, closures: frozenset[str] = frozenset(), zone: str = "Europe/Berlin") -> Rules:
    weekly = {day: [["00:00", "24:00"]] for day in WORKDAYS}
    hours = BusinessHours(time_zone=zone, country="DE", weekly=weekly, closures=closures)
    return Rules(hours, time(14), 0, Transit(2, 4))


def test_cut_offs_are_those_of_open_days_by_the_stores_clock() -> None:
    found = rules(closures=frozenset({"2026-12-01"})).cut_offs(since=FRIDAY, until=FRIDAY + 5 * DAY)
    assert [at.isoformat() for at in found] == [
        f"2026-{day}T13:00:00+00:00" for day in ("11-27", "11-30", "12-02")
    ]  # fmt: skip


def test_public_holidays_are_closed() -> None:
    christmas = datetime(2026, 12, 24, tzinfo=UTC)
    found = rules().cut_offs(since=christmas, until=christmas + 5 * DAY)
    assert [at.day for at in found] == [24, 28, 29]


@pytest.mark.parametrize(
    ("placed", "days", "ready"), [(-3, 0, 0), (0.5, 0, 1), (1.0, 0, 1), (1.1, 0, 2), (1.1, 1, 5), (9, 0, 9)]
)
def test_orders_leave_at_the_next_cut_off_and_so_many_more(placed: float, days: int, ready: float) -> None:
    cut_offs = np.array([0.0, 1.0, 2.0, 5.0])
    assert ready_at(placed=np.array([placed]), cut_offs=cut_offs, days=days)[0] == ready


@given(placed=st.lists(st.floats(0, 40), min_size=1, max_size=20), days=st.integers(0, 3))
def test_nothing_leaves_before_it_was_ordered_nor_out_of_turn(placed: list[float], days: int) -> None:
    moments = np.sort(np.array(placed))
    found = ready_at(placed=moments, cut_offs=np.arange(0, 60.0), days=days)
    assert (found >= moments).all()
    assert (np.diff(found) >= 0).all()


def test_without_open_days_an_order_is_ready_when_it_is_placed() -> None:
    assert ready_at(placed=np.array([3.0]), cut_offs=np.array([]), days=2)[0] == 3.0


def test_days_on_the_way_are_open_days() -> None:
    found = rules().arrival(FRIDAY + timedelta(hours=13))
    assert found
    assert [at.date().isoformat() for at in found] == ["2026-12-01", "2026-12-02", "2026-12-03"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"closures": "24.12."}, "closures"), ({"transit_most": ""}, "transit_most"), ({"transit_most": "1"}, "transit_most"),
     ({"weekdays": []}, "weekdays"), ({"cut_off": "25:00"}, "cut_off")],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(change: dict[str, object], field: str) -> None:
    good = {"cut_off": "14:00", "weekdays": WORKDAYS, "days": "1", "closures": "2026-12-24\n2026-12-24\n",
            "transit_fewest": "2", "transit_most": "4"}  # fmt: skip
    assert HandlingForm(good).is_valid()
    assert list(HandlingForm(good | change).errors) == [field]


@pytest.mark.django_db
class TestPromises:
    """What is promised once the store has said it."""

    def test_a_store_without_history_promises_what_it_says(self, store: Store) -> None:
        recorded = record_orders(store_id=store.pk, source="shop", orders=[order_in("n", NOW)], now=NOW)
        with store_scope(store.pk):
            assert promise_orders(store_id=store.pk, ids=recorded.ids, now=NOW) == 0
            set_handling(store_id=store.pk, said=SAID, now=NOW)
        promise_what_is_due(NOW)
        with store_scope(store.pk):
            promise = OrderPromise.objects.get()
        assert promise.basis == "stated"
        assert 1 < (promise.earliest - NOW) / DAY < promise.latest.timestamp()
        assert (promise.latest - NOW) / DAY < 9

    def test_a_closed_week_moves_what_history_foretells(self, store: Store) -> None:
        delivered_history(store)
        ids = record_orders(store_id=store.pk, source="shop", orders=[order_in("n", NOW)], now=NOW).ids
        likely = []
        closed = [(NOW + day * DAY).date().isoformat() for day in range(10)]
        for closures in ([], closed):
            with store_scope(store.pk):
                set_handling(store_id=store.pk, said=SAID | {"closures": closures}, now=NOW)
                learn(store_id=store.pk, now=NOW)
                promise_orders(store_id=store.pk, ids=ids, now=NOW)
                likely.append(OrderPromise.objects.get(order_id=ids[0]).likely)
        assert likely[1] - likely[0] > 5 * DAY
