"""Announcing parcels."""

from datetime import timedelta

import pytest

from aftercare.commerce.orders.models import Fulfilment, Order
from aftercare.commerce.shipments.errors import OtherOrder, ScanAhead, UnknownOrder
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.kit.intake import Outcome
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories
from tests.commerce.shipments.parcels import (
    MONDAY,
    NOW,
    announce,
    events,
    hours,
    parcel,
    place_order,
    report,
    scan,
    shipment,
    told,
    tracking,
)

DELIVERED = [
    scan(5, "picked_up", place="Berlin"),
    scan(50, "out_for_delivery"),
    scan(56, "delivered", text="Front door"),
]


@pytest.fixture
def order(store: Store) -> Order:
    return place_order(store)


@pytest.mark.usefixtures("order")
class TestNew:
    def test_a_parcel_is_kept_as_the_shop_says_in_normal_form(self, store: Store, order: Order):
        result = announce(store, shipment(
            tracking_number="pp 12 de", service="express", weight_g=1200, expected_by=hours(60),
            tracking_url="https://track.example/PP12DE", origin={"city": "Berlin", "country": "de"},
        ))  # fmt: skip
        kept = parcel(store)
        assert (result.outcomes, result.ids) == ([Outcome.CREATED], [kept.pk])
        assert (kept.order_id, kept.source, kept.external_id) == (order.pk, "shop", "p1")
        assert (kept.carrier, kept.carrier_name, kept.tracking_number) == ("parcel_post", "Parcel Post", "PP12DE")
        assert (kept.service, kept.weight_g, kept.expected_by) == ("express", 1200, hours(60))
        assert kept.tracking_url == "https://track.example/PP12DE"
        assert kept.origin == {"city": "Berlin", "country": "DE"}
        assert (kept.status, kept.status_at, kept.last_scan_at) == ("pending", MONDAY, None)
        assert kept.public_id.startswith("shp_")

    def test_its_announcement_is_told_with_where_it_belongs(self, store: Store, order: Order):
        announce(store, shipment())
        (event,) = events(store)
        assert (event.type, event.order_id, event.customer_id) == ("shipment.created", order.pk, order.customer_id)
        assert (event.shipment_id, event.occurred_at, event.actor) == (parcel(store).pk, MONDAY, "shop")
        assert event.data == {
            "number": "#1042", "shipment": parcel(store).public_id, "carrier": "parcel_post",
            "tracking_number": "PPP1DE", "text": "", "place": "", "reason": "", "current": True,
        }  # fmt: skip

    def test_one_with_its_whole_past_ends_where_the_past_does(self, store: Store):
        result = announce(store, shipment(scans=DELIVERED))
        kept = parcel(store)
        assert result.scans == 3
        assert (kept.status, kept.status_at, kept.status_text) == ("delivered", hours(56), "Front door")
        assert (kept.handed_over_at, kept.delivered_at, kept.last_scan_at) == (hours(5), hours(56), hours(56))
        assert [(event.type, event.occurred_at, event.data["current"]) for event in events(store)] == [
            ("shipment.created", MONDAY, False),
            ("shipment.handed_over", hours(5), False),
            ("shipment.out_for_delivery", hours(50), False),
            ("shipment.delivered", hours(56), True),
        ]
        assert {event.actor for event in events(store)[1:]} == {"parcel_post"}

    def test_the_announcement_comes_first_even_when_the_shop_was_slow(self, store: Store):
        announce(store, shipment(created_at=hours(20), scans=[scan(5, "picked_up")]))
        assert [(event.type, event.occurred_at) for event in events(store)] == [
            ("shipment.created", hours(5)), ("shipment.handed_over", hours(5)),
        ]  # fmt: skip

    def test_facts_of_many_parcels_are_recorded_in_the_order_of_truth(self, store: Store):
        announce(
            store,
            shipment("p1", scans=[scan(30, "picked_up")], created_at=hours(2)),
            shipment("p2", scans=[scan(10, "picked_up")], created_at=hours(1)),
        )
        times = [event.occurred_at for event in events(store)]
        assert times == sorted(times)


@pytest.mark.usefixtures("order")
class TestAgain:
    def test_the_same_changes_nothing(self, store: Store):
        announce(store, shipment(scans=DELIVERED))
        before = told(store, "")
        again = announce(store, shipment(scans=DELIVERED), now=NOW + timedelta(days=1))
        assert (again.outcomes, again.scans) == ([Outcome.UNCHANGED], 0)
        assert told(store, "") == before

    def test_fewer_scans_than_before_are_no_change(self, store: Store):
        announce(store, shipment(scans=DELIVERED))
        again = announce(store, shipment(scans=DELIVERED[1:]))
        assert (again.outcomes, again.scans) == ([Outcome.UNCHANGED], 0)
        assert parcel(store).handed_over_at == hours(5)

    def test_the_same_costs_next_to_nothing(self, store: Store, django_assert_max_num_queries):
        announce(store, shipment(scans=DELIVERED))
        with django_assert_max_num_queries(10):
            announce(store, shipment(scans=DELIVERED))

    def test_twice_in_one_batch_is_one_parcel(self, store: Store):
        result = announce(store, shipment(), shipment(), shipment(service="express"))
        assert result.outcomes == [Outcome.CREATED, Outcome.UNCHANGED, Outcome.CHANGED]
        assert len(set(result.ids)) == 1
        assert parcel(store).service == "express"
        assert told(store) == ["shipment.created"]

    def test_what_is_corrected_is_kept_and_what_is_left_out_of_its_arrival_stays(self, store: Store):
        announce(store, shipment(expected_by=hours(60)))
        report(store, tracking("p1", scan(5, "in_transit"), expected_by=hours(80)))
        result = announce(store, shipment(tracking_number="PP77DE", carrier="DHL"))
        kept = parcel(store)
        assert result.outcomes == [Outcome.CHANGED]
        assert (kept.tracking_number, kept.carrier, kept.expected_by) == ("PP77DE", "dhl", hours(80))
        assert (kept.status, kept.handed_over_at) == ("in_transit", hours(5))

    def test_new_scans_of_a_known_parcel_move_it_on(self, store: Store):
        announce(store, shipment(scans=DELIVERED[:1]))
        result = announce(store, shipment(scans=DELIVERED))
        assert (result.outcomes, result.scans) == ([Outcome.CHANGED], 2)
        assert parcel(store).status == "delivered"
        assert told(store)[-2:] == ["shipment.out_for_delivery", "shipment.delivered"]


@pytest.mark.usefixtures("order")
class TestRefused:
    def test_an_unknown_order_is_named_and_the_rest_recorded(self, store: Store, order: Order):
        result = announce(store, shipment("p1", order="77"), shipment("p2"))
        assert list(result.refused) == [0]
        refusal = result.refused[0]
        assert isinstance(refusal, UnknownOrder)
        assert (refusal.field, refusal.sentence) == ("order", "There is no order '77' from this source.")
        assert refusal.remedy
        assert result.outcomes == [Outcome.REFUSED, Outcome.CREATED]
        assert parcel(store, "p2").order_id == order.pk

    def test_a_forecast_is_no_scan(self, store: Store):
        tomorrow = {"at": NOW + timedelta(days=2), "status": "delivered"}
        result = announce(store, shipment(scans=[*DELIVERED, tomorrow]))
        assert isinstance(result.refused[0], ScanAhead)
        assert result.refused[0].field == "scans[3].at"

    def test_a_zone_may_be_mistaken_by_hours(self, store: Store):
        result = announce(store, shipment(scans=[{"at": NOW + timedelta(hours=14), "status": "in_transit"}]))
        assert not result.refused

    def test_a_parcel_does_not_move_to_another_order(self, store: Store, order: Order):
        place_order(store, "1043")
        announce(store, shipment())
        result = announce(store, shipment(order="1043"))
        assert isinstance(result.refused[0], OtherOrder)
        assert parcel(store).order_id == order.pk

    def test_other_stores_orders_and_parcels_are_unknown(self, store: Store):
        announce(store, shipment())
        mallory = factories.make_store("mallory")
        assert isinstance(announce(mallory, shipment()).refused[0], UnknownOrder)
        place_order(mallory)
        assert announce(mallory, shipment(service="express")).outcomes == [Outcome.CREATED]
        assert parcel(store).service == ""
        assert parcel(store).pk != parcel(mallory).pk

    def test_another_source_speaks_of_other_parcels(self, store: Store, order: Order):
        announce(store, shipment())
        with store_scope(store.pk):
            Order.objects.filter(pk=order.pk).update(source="erp")
        assert isinstance(announce(store, shipment("p2")).refused[0], UnknownOrder)


class Fulfilments:
    """What fulfilments and lines look like afterwards."""

    def fulfilment(self, store: Store, parcel_id: str = "p1") -> Fulfilment:
        with store_scope(store.pk):
            return Fulfilment.objects.get(pk=parcel(store, parcel_id).fulfilment_id)

    def lines(self, store: Store) -> dict[str, object]:
        with store_scope(store.pk):
            order = Order.objects.get()
            return {line.external_id: line.delivered_at for line in order.lines.all()}


@pytest.mark.usefixtures("order")
class TestFulfilmentsOfParcels(Fulfilments):
    def test_parcels_of_which_nobody_says_what_is_in_them_carry_the_order_together(self, store: Store):
        announce(store, shipment("p1", scans=DELIVERED), shipment("p2"))
        assert self.fulfilment(store, "p1") == self.fulfilment(store, "p2")
        assert self.fulfilment(store).status == "under_way"
        report(store, tracking("p2", scan(70, "delivered")))
        assert (self.fulfilment(store).status, self.fulfilment(store).completed_at) == ("completed", hours(70))
        assert self.lines(store) == {"mug": hours(70), "pot": hours(70)}
        assert told(store, "order.") == ["order.placed", "order.delivered"]

    def test_a_parcel_that_says_what_is_in_it_delivers_just_that(self, store: Store):
        announce(store, shipment("p1", lines=[{"line": "pot", "quantity": 1}], scans=DELIVERED))
        assert self.lines(store) == {"mug": None, "pot": hours(56)}
        announce(store, shipment("p2", lines=[{"line": "mug", "quantity": 2}], scans=[scan(90, "delivered")]))
        assert self.lines(store) == {"mug": hours(90), "pot": hours(56)}
        assert told(store, "order.")[-1] == "order.delivered"

    def test_hand_over_starts_it(self, store: Store):
        announce(store, shipment(scans=DELIVERED[:1]))
        assert (self.fulfilment(store).status, self.fulfilment(store).status_at) == ("under_way", hours(5))
        assert told(store, "fulfilment.") == ["fulfilment.under_way"]

    def test_a_cancelled_parcel_is_not_waited_for(self, store: Store):
        announce(store, shipment("p1", scans=DELIVERED), shipment("p2"))
        report(store, tracking("p2", scan(60, "cancelled")))
        assert (self.fulfilment(store).status, self.fulfilment(store).completed_at) == ("completed", hours(56))

    def test_a_parcel_on_its_way_back_completes_nothing(self, store: Store):
        announce(store, shipment(scans=[scan(5, "picked_up"), scan(50, "return_to_sender"), scan(99, "delivered")]))
        assert self.fulfilment(store).status == "under_way"
        assert self.lines(store) == {"mug": None, "pot": None}


class TestFulfilmentsOfTheShop(Fulfilments):
    def test_the_fulfilment_the_shop_named_is_the_one(self, store: Store):
        fulfilments = [{"id": "f1", "lines": [{"line": "pot", "quantity": 1}]}, {"id": "f2"}]
        place_order(store, fulfilments=fulfilments)
        announce(store, shipment("p1", fulfilment="f2", scans=DELIVERED))
        assert self.fulfilment(store).external_id == "f2"
        assert self.lines(store) == {"mug": hours(56), "pot": None}

    def test_a_parcel_that_has_arrived_completes_the_fulfilment_it_is_counted_to_afterwards(self, store: Store):
        place_order(store, fulfilments=[{"id": "f1", "lines": [{"line": "pot", "quantity": 1}]}, {"id": "f2"}])
        announce(store, shipment("p1", fulfilment="f1", scans=DELIVERED))
        announce(store, shipment("p1", fulfilment="f2", scans=DELIVERED))
        assert (self.fulfilment(store).external_id, self.fulfilment(store).status) == ("f2", "completed")

    def test_the_only_fulfilment_of_an_order_is_meant_where_none_is_named(self, store: Store):
        place_order(store, fulfilments=[{"id": "f1"}])
        announce(store, shipment("p1"), shipment("p2"))
        assert (self.fulfilment(store, "p1").external_id, self.fulfilment(store, "p2").external_id) == ("f1", "f1")


@pytest.mark.usefixtures("order")
def test_hundreds_of_parcels_cost_no_more_queries_than_one(store: Store, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as few:
        announce(store, shipment("one", scans=DELIVERED))
    with django_assert_max_num_queries(len(few)):
        announce(store, *(shipment(f"p{index}", scans=DELIVERED) for index in range(300)))
    with store_scope(store.pk):
        assert Shipment.objects.filter(status="delivered").count() == 301
