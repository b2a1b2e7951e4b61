"""The demonstration: parcels travel as the clock passes, through the carrier's own door."""

from datetime import datetime, timedelta

import pytest

from aftercare.commerce.shipments.actions import connect_carrier
from aftercare.commerce.shipments.actions.simulated import push_simulated_scans
from aftercare.commerce.shipments.carriers.simulated import consignment_of, history, new_number
from aftercare.commerce.shipments.carriers.simulated.life import Habits
from aftercare.commerce.shipments.loops import let_parcels_travel
from aftercare.commerce.shipments.models import CarrierAccount, Shipment
from aftercare.commerce.shipments.queries import stores_with_carrier
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories
from tests.commerce.shipments.parcels import MONDAY, announce, parcel, place_order, shipment, told

CONFIG = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "seed": 4, **dict.fromkeys(Habits.names(), 0.0)}
BERLIN = {"city": "Berlin", "country": "DE"}
GRAZ = {"city": "Graz", "country": "AT"}


def with_parcels(store: Store, count: int, **habits: float) -> None:
    """Announce parcels with the simulated carrier on Monday morning."""
    with store_scope(store.pk):
        connect_carrier(store_id=store.pk, carrier_key="simulated", settings=CONFIG | habits, now=MONDAY)
    place_order(store, shipping_address=GRAZ)
    announce(store, *(
        shipment(f"p{serial}", carrier="", tracking_number=new_number(serial), origin=BERLIN) for serial in range(count)
    ), now=MONDAY)  # fmt: skip


def travel(until: datetime, *, step: timedelta, start: datetime = MONDAY) -> int:
    scans = 0
    while start < until:
        start += step
        scans += let_parcels_travel(start)
    return scans


def states(store: Store) -> list[tuple[str, datetime | None, int]]:
    with store_scope(store.pk):
        parcels = Shipment.objects.with_scans().order_by("external_id")
        return [(one.status, one.delivered_at, len(one.scans.all())) for one in parcels]


def test_parcels_move_with_the_clock(store: Store):
    with_parcels(store, 3)
    assert parcel(store, "p0").carrier == "simulated"
    travel(MONDAY + timedelta(hours=12), step=timedelta(hours=3))
    assert {status for status, *_ in states(store)} <= {"picked_up", "in_transit"}
    travel(MONDAY + timedelta(days=9), step=timedelta(hours=6), start=MONDAY + timedelta(hours=12))
    assert {status for status, *_ in states(store)} == {"delivered"}
    assert told(store, "order.")[-1] == "order.delivered"
    assert parcel(store, "p0").expected_by is not None
    assert "Dem Empfänger übergeben" in {parcel(store, f"p{serial}").status_text for serial in range(3)}


def test_it_ends_the_same_however_often_one_looks(store: Store):
    bad_habits = {"shuffled": 1.0, "duplicated": 1.0, "zone_missing": 1.0, "backwards": 1.0}
    with_parcels(store, 4, **bad_habits)
    often = factories.make_store("often")
    with_parcels(often, 4, **bad_habits)
    with store_scope(store.pk):
        push_simulated_scans(store=store, now=MONDAY + timedelta(days=12))
    for hours in range(0, 12 * 24, 5):
        with store_scope(often.pk):
            push_simulated_scans(store=often, now=MONDAY + timedelta(hours=hours))
    with store_scope(often.pk):
        push_simulated_scans(store=often, now=MONDAY + timedelta(days=12))
    assert states(store) == states(often)
    assert sorted(told(store)) == sorted(told(often))


def test_nothing_comes_twice(store: Store):
    with_parcels(store, 2)
    later = MONDAY + timedelta(days=12)
    assert let_parcels_travel(later) > 0
    assert let_parcels_travel(later) == 0
    with store_scope(store.pk):
        assert CarrierAccount.objects.get().asked_until == later


def test_a_parcel_announced_late_catches_up_with_its_past(store: Store):
    with_parcels(store, 1)
    later = MONDAY + timedelta(days=12)
    let_parcels_travel(later)
    announce(store, shipment("late", carrier="", tracking_number=new_number(77), origin=BERLIN), now=later)
    let_parcels_travel(later + timedelta(minutes=1))
    assert parcel(store, "late").status == "delivered"


def test_a_past_recorded_at_once_joins_what_comes_live(store: Store):
    with_parcels(store, 1)
    now = MONDAY + timedelta(hours=30)
    consignment = consignment_of(number=new_number(8), origin=BERLIN, destination=GRAZ, announced_at=MONDAY, service="")
    past = history(consignment, until=now, config=CONFIG, zone=MONDAY.tzinfo)
    announce(
        store,
        shipment("old", carrier="simulated", tracking_number=new_number(8), origin=BERLIN, scans=past.scans),
        now=now,
    )
    assert parcel(store, "old").status == "in_transit"
    let_parcels_travel(now + timedelta(days=9))
    assert parcel(store, "old").status == "delivered"
    scans = [(scan.occurred_at, scan.code) for scan in parcel(store, "old").scans.all()]
    assert len(scans) == len(set(scans))


def test_only_stores_that_connected_it_are_served(store: Store):
    other = factories.make_store("other")
    with_parcels(store, 1)
    assert stores_with_carrier(carrier_key="simulated") == [store]
    with store_scope(other.pk):
        assert push_simulated_scans(store=other, now=MONDAY + timedelta(days=9)) == 0


@pytest.mark.parametrize("count", [1, 40])
def test_a_round_costs_the_same_queries_for_any_number_of_parcels(store: Store, count, django_assert_max_num_queries):
    with_parcels(store, count)
    with django_assert_max_num_queries(55):
        let_parcels_travel(MONDAY + timedelta(days=9))
