import pytest

from aftercare.commerce.health.actions import judge_due
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.commerce.health.faring import handle_news
from tests.commerce.shipments.parcels import announce, hours, parcel, place_order, scan, shipment
from tests.factories import make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent(store: Store) -> Store:
    """A parcel that has been silent for too long, and one that has not."""
    for name, heard in (("p1", 4), ("p2", 50)):
        place_order(store, name)
        announce(store, shipment(name, order=name, scans=(scan(heard, "in_transit"),)), now=hours(51))
    handle_news(now=hours(51))
    judge_due(hours(65))
    return store


def test_the_list_holds_what_is_in_trouble(silent: Store) -> None:
    program = caller_for(silent)
    (told,) = program.get("/shipment-health").body["items"]
    assert (told["shipment"], told["state"], told["why"]) == (parcel(silent).public_id, "stalled", "silent")
    assert len(program.get("/shipment-health", state="on_time").body["items"]) == 1
    assert program.get("/shipment-health", carrier="nobody").body["items"] == []


def test_one_parcel_can_be_asked_for(silent: Store) -> None:
    told = caller_for(silent).get(f"/shipments/{parcel(silent, 'p2').public_id}/health").body
    assert (told["state"], told["usual_hours"]) == ("on_time", 60)


def test_nobody_else_is_told(silent: Store) -> None:
    path = f"/shipments/{parcel(silent).public_id}/health"
    assert caller_for(make_store("mallory")).get(path).status == 404
    assert caller_for(silent, Permission.ORDERS_READ).get(path).status == 403
    assert Caller("").get(path).status == 401
