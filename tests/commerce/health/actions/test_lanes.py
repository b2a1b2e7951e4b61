import pytest

from aftercare.commerce.health.actions import measure_due
from aftercare.commerce.health.models import Lane
from aftercare.commerce.health.policy import DAY, HOUR
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import announce, hours, place_order, scan, shipment

pytestmark = pytest.mark.django_db


def measured(store: Store) -> dict[tuple[str, str], Lane]:
    with store_scope(store.pk):
        return {(lane.carrier, lane.status): lane for lane in Lane.objects.all()}


def travel(store: Store, carrier: str, *, count: int, gap: float) -> None:
    """Parcels whose only silence on the road lasts `gap` hours, within a week without a day of rest."""
    for index in range(count):
        name = f"{carrier}{index}"
        place_order(store, name)
        scans = (scan(2, "in_transit"), scan(2 + gap, "out_for_delivery"), scan(6 + gap, "delivered"))
        announce(store, shipment(name, order=name, carrier=carrier, scans=scans))


def test_what_is_usual_is_measured_by_carrier_and_over_all(store: Store) -> None:
    travel(store, "swift", count=30, gap=10)
    travel(store, "slow", count=31, gap=90)
    assert measure_due(hours(140)) == 1
    lanes = measured(store)
    assert lanes["swift", "in_transit"].p95 == pytest.approx(10 * HOUR)
    assert lanes["slow", "in_transit"].p95 == pytest.approx(90 * HOUR)
    assert lanes["*", "in_transit"].parcels == 61
    # Half of the default at least: an hour without a scan is nobody's worry.
    assert lanes["swift", "in_transit"].stalled_after == 1.25 * DAY
    assert lanes["slow", "in_transit"].stalled_after == pytest.approx(90 * HOUR)


def test_a_handful_of_parcels_says_nothing(store: Store) -> None:
    travel(store, "rare", count=3, gap=50)
    measure_due(hours(140))
    assert set(measured(store)) == {("*", "")}


def test_a_store_is_measured_once_a_day(store: Store) -> None:
    assert measure_due(hours(140)) == 1
    assert measure_due(hours(150)) == 0
    assert measure_due(hours(165)) == 1


def test_sundays_are_not_counted(store: Store) -> None:
    for index in range(30):
        place_order(store, f"w{index}")
        scans = (scan(5 * 24 + 10, "in_transit"), scan(7 * 24, "out_for_delivery"))  # Saturday evening, Monday morning
        announce(store, shipment(f"w{index}", order=f"w{index}", carrier="weekly", scans=scans), now=hours(8 * 24))
    measure_due(hours(8 * 24))
    assert measured(store)["weekly", "in_transit"].p95 == pytest.approx(14 * HOUR)
