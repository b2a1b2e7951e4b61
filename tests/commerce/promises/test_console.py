"""The console's pages about promises."""

from datetime import datetime

import pytest

from aftercare.commerce.promises.actions import learn
from aftercare.commerce.promises.models import Handling, Promise
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import GRANTS, Permission, Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.promises.deliveries import DAY, delivered_history
from tests.factories import NOW, make_store
from tests.staffing import Staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def judged(store: Store, *, lanes: tuple[str, ...] = ("dhl · DE-04 → DE",)) -> None:
    """Promises of parcels that have come: every fourth too late."""
    with store_scope(store.pk):
        Promise.objects.all().delete()
        arrived = list(Shipment.objects.filter(delivered_at__gt=NOW - 60 * DAY).order_by("pk"))
        Promise.objects.bulk_create(
            _promise(parcel, lanes[row % len(lanes)], came_late=row % 4 == 0) for row, parcel in enumerate(arrived)
        )


def _promise(parcel: Shipment, lane: str, *, came_late: bool) -> Promise:
    assert parcel.delivered_at is not None
    latest = parcel.delivered_at + (-1 if came_late else 1) * DAY / 4
    range_ = {"earliest": latest - 3 * DAY, "likely": latest - DAY, "latest": latest}
    made: datetime = parcel.created_at
    return Promise(
        shipment=parcel, order_id=parcel.order_id, store_id=parcel.store_id, made_at=made, first_made_at=made,
        basis="lane", lane=lane, coverage=0.8, **range_, **{f"first_{name}": at for name, at in range_.items()},
    )  # fmt: skip


@pytest.fixture
def kept(store: Store) -> Store:
    delivered_history(store)
    with store_scope(store.pk):
        learn(store_id=store.pk, now=NOW)
    judged(store)
    return store


def test_a_new_store_is_told_what_will_stand_here(store: Store) -> None:
    assert "Nothing learned yet" in Staff(store).see("promises")


def test_the_page_tells_how_promises_were_kept(kept: Store) -> None:
    page = Staff(kept).see("promises")
    assert "Every order and parcel is told a range of days, learned from" in page
    assert "75%" in page
    assert "dhl · DE-04 → DE" in page
    assert "<svg" in page


def test_it_takes_as_many_queries_for_many_lanes_as_for_one(kept: Store) -> None:
    olga = Staff(kept)
    once = olga.count_queries("promises")
    judged(kept, lanes=("one", "two", "three"))
    assert olga.count_queries("promises") == once


def test_learning_anew_is_put_to_the_workers(kept: Store) -> None:
    olga = Staff(kept)
    for _ in range(2):
        olga.do("promises_learn")
    assert "learned anew in the background" in olga.see("promises")


def test_an_analyst_reads_and_changes_nothing(kept: Store) -> None:
    analyst = Staff(kept, Role.ANALYST, "ada@juniper.example")
    assert "Learn anew" not in analyst.see("promises")
    analyst.do("promises_learn", expect=403)


def test_mallory_of_another_store_sees_nothing(kept: Store) -> None:
    mallory = Staff(make_store("mallory"), email="mallory@example.com")
    assert "Nothing learned yet" in mallory.see("promises")
    assert mallory.client.get(Staff(kept).url("promises")).status_code in {403, 404}


def test_the_page_of_an_order_tells_what_was_promised(kept: Store) -> None:
    with store_scope(kept.pk):
        promise = Promise.objects.select_related("order").order_by("pk").last()
    assert promise is not None
    page = Staff(kept).see("order", promise.order.public_id)
    assert "Delivery promise" in page.partition("<main")[2]
    assert "from this lane" in page


FORM = {
    "cut_off": "13:30",
    "weekdays": ["mon", "sat"],
    "days": "1",
    "closures": "2026-12-24",
    "transit_fewest": "",
    "transit_most": "",
}


def test_staff_say_how_orders_leave(kept: Store) -> None:
    olga = Staff(kept)
    assert olga.do("promises_handling", **FORM)
    page = olga.see("promises")
    assert 'value="13:30"' in page
    assert "2026-12-24" in page
    with store_scope(kept.pk):
        assert Handling.objects.get().weekdays == ["mon", "sat"]


def test_what_cannot_be_is_said_at_its_field(kept: Store) -> None:
    answer = Staff(kept).do("promises_handling", expect=422, **FORM | {"closures": "Christmas"})
    assert "is not a day; write it as 2026-12-24" in answer.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if Permission.SETTINGS_WRITE not in GRANTS[role]])
def test_only_who_may_change_settings_says_it(kept: Store, role: Role) -> None:
    colleague = Staff(kept, role, "ada@juniper.example")
    colleague.do("promises_handling", expect=403, **FORM)
    assert "promises/handling" not in colleague.see("promises")
