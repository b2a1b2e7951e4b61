"""Several workers hear the same carrier at once."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from aftercare.foundation.stores.models import Store
from tests import factories
from tests.commerce.shipments.parcels import announce, parcel, place_order, report, scan, shipment, told, tracking

STORY = [scan(5, "picked_up"), scan(9, "in_transit"), scan(50, "out_for_delivery"), scan(56, "delivered")]


def at_once(*jobs: Callable[[], object]) -> None:
    """Run the jobs in threads that start together; fail with the first that failed."""
    start = threading.Barrier(len(jobs))
    failures: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait()
            job()
        except BaseException as failure:  # noqa: BLE001 -- raised again below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_same_news_from_many_sides_is_told_once():
    store: Store = factories.make_store()
    place_order(store)
    announce(store, shipment())
    at_once(
        *(lambda: report(store, tracking("p1", *STORY)) for _ in range(4)),
        lambda: report(store, tracking("p1", STORY[3])),
    )
    assert parcel(store).status == "delivered"
    assert len(parcel(store).scans.all()) == len(STORY)
    assert sorted(told(store)) == [
        "shipment.created",
        "shipment.delivered",
        "shipment.handed_over",
        "shipment.out_for_delivery",
    ]
    assert told(store, "order.") == ["order.placed", "order.delivered"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_same_parcel_announced_from_many_sides_is_one_parcel():
    store = factories.make_store()
    place_order(store)
    at_once(*(lambda: announce(store, shipment(scans=STORY[:1])) for _ in range(4)))
    assert told(store) == ["shipment.created", "shipment.handed_over"]
    assert parcel(store).status == "picked_up"
