"""Reading parcels."""

import pytest

from aftercare.commerce.shipments.errors import NotConnected
from aftercare.commerce.shipments.queries import (
    ShipmentFilter,
    carrier_account,
    latest_scans,
    parcels_of_orders,
    shipment_by_public_id,
    shipments_for_list,
)
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories
from tests.commerce.shipments.parcels import announce, hours, parcel, place_order, report, scan, shipment, tracking

EVERYTHING = ShipmentFilter()


@pytest.fixture
def three(shop: Store) -> Store:
    """Parcels p0 (oldest) to p2, the last of another order."""
    place_order(shop, "1")
    place_order(shop, "2")
    announce(
        shop,
        shipment("p0", "1", created_at=hours(0), scans=[scan(1, "picked_up"), scan(9, "delivered")]),
        shipment("p1", "1", created_at=hours(2), carrier="Swift", scans=[scan(3, "picked_up")]),
        shipment("p2", "2", created_at=hours(2), tracking_number="ZZ9"),
    )
    return shop


def names(page) -> list[str]:
    return [one.external_id for one in page.rows]


@pytest.mark.usefixtures("three")
class TestList:
    def test_the_newest_first(self):
        assert names(shipments_for_list(narrowed=EVERYTHING)) == ["p2", "p1", "p0"]

    def test_pages_join_without_gap_or_overlap(self):
        first = shipments_for_list(narrowed=EVERYTHING, limit=1)
        second = shipments_for_list(narrowed=EVERYTHING, limit=1, after=first.following)
        third = shipments_for_list(narrowed=EVERYTHING, limit=1, after=second.following)
        assert [names(first), names(second), names(third)] == [["p2"], ["p1"], ["p0"]]
        assert third.following == ""

    @pytest.mark.parametrize(
        ("narrowed", "found"),
        [
            (ShipmentFilter(status="delivered"), ["p0"]),
            (ShipmentFilter(carrier="Swift"), ["p1"]),
            (ShipmentFilter(number="ppp"), ["p1", "p0"]),
            (ShipmentFilter(number=" pp p1 de "), ["p1"]),
            (ShipmentFilter(number="%"), []),
            (ShipmentFilter(source="shop", number="ZZ"), ["p2"]),
            (ShipmentFilter(source="erp"), []),
            (ShipmentFilter(status="picked_up", carrier="swift", number="PP"), ["p1"]),
        ],
    )
    def test_narrowed(self, narrowed: ShipmentFilter, found: list[str]):
        assert names(shipments_for_list(narrowed=narrowed)) == found

    @pytest.mark.parametrize("limit", [1, 3])
    def test_one_query_for_any_number(self, limit: int, django_assert_num_queries):
        with django_assert_num_queries(1):
            page = shipments_for_list(narrowed=EVERYTHING, limit=limit)
            assert {one.order.number for one in page.rows} <= {"#1", "#2"}
            assert len({one.fulfilment.external_id for one in page.rows}) == 1

    def test_only_the_store_s_own(self):
        with store_scope(factories.make_store("mallory").pk):
            assert names(shipments_for_list(narrowed=EVERYTHING)) == []


class TestOfOrders:
    def test_every_parcel_with_its_scans(self, three: Store, django_assert_num_queries):
        orders = [parcel(three, "p0").order_id, parcel(three, "p2").order_id]
        with django_assert_num_queries(1):
            found = parcels_of_orders(order_ids=orders)
            statuses = {
                order: [(one.external_id, [scan.status for scan in one.scans.all()]) for one in parcels]
                for order, parcels in found.items()
            }
        assert statuses == {
            orders[0]: [("p0", ["delivered", "picked_up"]), ("p1", ["picked_up"])],
            orders[1]: [("p2", [])],
        }


class TestOne:
    def test_by_its_public_id(self, three: Store, django_assert_num_queries):
        public_id = parcel(three).public_id
        with django_assert_num_queries(2):
            found = shipment_by_public_id(public_id=public_id)
            assert (found.external_id, found.order.number, len(found.scans.all())) == ("p1", "#1", 1)

    def test_not_another_store_s(self, three: Store):
        public_id = parcel(three).public_id
        with store_scope(factories.make_store("mallory").pk), pytest.raises(NotFound):
            shipment_by_public_id(public_id=public_id)


def test_latest_scans(three: Store, django_assert_num_queries):
    report(three, tracking("p1", scan(2, "pending", text="Late news")))
    ids = [parcel(three, name).pk for name in ("p0", "p1", "p2")]
    with django_assert_num_queries(1):
        newest = latest_scans(shipment_ids=ids)
    assert {shipment_id: scan.status for shipment_id, scan in newest.items()} == {
        ids[0]: "delivered",
        ids[1]: "picked_up",
    }


def test_a_carrier_that_is_not_connected(shop: Store):
    with pytest.raises(NotConnected):
        carrier_account(store_id=shop.pk, carrier_key="generic")
