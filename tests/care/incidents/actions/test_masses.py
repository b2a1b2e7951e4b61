from collections.abc import Sequence
from datetime import timedelta

import pytest

from aftercare.care.incidents.actions import close_mass, end_old_masses
from aftercare.care.incidents.errors import AlreadyClosed
from aftercare.care.incidents.models import MassIncident
from aftercare.care.incidents.queries import IncidentFilter, incidents_for_list
from aftercare.commerce.health.actions import judge_parcels
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope
from tests.care.incidents.cast import TUESDAY, fare, incidents, parcels, told

pytestmark = pytest.mark.django_db
GERMANY, FRANCE, SPAIN = ({"country": country} for country in ("DE", "FR", "ES"))


def masses(store: Store) -> list[MassIncident]:
    with store_scope(store.pk):
        return list(MassIncident.objects.order_by("id"))


def well(store: Store, found: Sequence[Shipment]) -> None:
    """They are judged, so that it is known how many are under way."""
    with across_stores("a subscriber serves every store"):
        judge_parcels(ids=[one.pk for one in found], now=TUESDAY - timedelta(hours=20))


def test_a_carrier_that_falls_silent_is_one_incident_and_one_message_for_each_customer(store: Store) -> None:
    found = parcels(store, 12, customers=6)
    fare(found, "stalled", "silent")
    (mass,) = masses(store)
    assert (mass.carrier, mass.carrier_name, mass.place) == ("parcel_post", "Parcel Post", "Leipzig")
    assert {one.mass_id for one in incidents(store)} == {mass.pk}
    assert told(store) == [("incident.opened", False)] * 12
    assert [kind for kind, _ in told(store, "mass_incident.")] == ["mass_incident.opened"] + ["mass_incident.told"] * 6


def test_fewer_stay_alone(store: Store) -> None:
    fare(parcels(store, 9), "stalled", "silent")
    assert masses(store) == []
    assert told(store) == [("incident.opened", True)] * 9


def test_who_was_told_already_is_not_told_again(store: Store) -> None:
    found = parcels(store, 12)
    fare(found[:9], "stalled", "silent")
    fare(found[9:], "stalled", "silent", now=TUESDAY + timedelta(hours=1))
    (mass,) = masses(store)
    assert {one.mass_id for one in incidents(store)} == {mass.pk}
    assert [kind for kind, _ in told(store, "mass_incident.")].count("mass_incident.told") == 3


def test_a_customer_is_told_once_of_all_their_parcels_and_of_their_recovery(store: Store) -> None:
    found = parcels(store, 12, customers=9)  # of three people, two parcels each
    fare(found[:9], "stalled", "silent")
    fare(found[9:], "stalled", "silent", now=TUESDAY + timedelta(hours=1))
    assert told(store, "mass_incident.") == [("mass_incident.opened", False)]
    fare(found, "on_time", "on_schedule", now=TUESDAY + timedelta(days=1))
    assert told(store)[-12:] == [("incident.recovered", True)] * 9 + [("incident.recovered", False)] * 3


def test_later_ones_join_it(store: Store) -> None:
    found = parcels(store, 13)
    fare(found[:12], "stalled", "silent")
    fare(found[12:], "late", "past_deadline", now=TUESDAY + timedelta(days=2))
    assert len(masses(store)) == 1
    assert incidents(store)[-1].mass_id == masses(store)[0].pk


def test_another_hub_of_the_carrier_is_not_part_of_it(store: Store) -> None:
    found = parcels(store, 13)
    fare(found[:12], "stalled", "silent")
    fare(found[12:], "stalled", "silent", place="Graz")
    assert incidents(store)[-1].mass_id is None


def test_trouble_everywhere_has_no_hub(store: Store) -> None:
    found = parcels(store, 12)
    for index, parcel in enumerate(found):
        parcel.status_place = f"Hub {index % 4}"
    fare(found, "stalled", "silent")
    assert masses(store)[0].place == ""


def test_a_lane_that_stands_still_is_one_though_the_carrier_goes_on(store: Store) -> None:
    """Twelve of a hundred parcels of the carrier, at as many hubs, but all of them to France."""
    found = parcels(store, 12, origin=GERMANY, to=FRANCE) + parcels(store, 88, origin=GERMANY, to=GERMANY, first=12)
    well(store, found)
    for index, parcel in enumerate(found):
        parcel.status_place = f"Hub {index % 4}"
    fare(found[:12], "stalled", "silent")
    (mass,) = masses(store)
    assert (mass.place, mass.lane, str(mass)) == ("", "DE-FR", "Parcel Post DE → FR")
    assert {one.mass_id for one in incidents(store)} == {mass.pk}
    fare(found[12:13], "stalled", "silent")
    assert incidents(store)[-1].mass_id is None, "it goes another way"


def test_two_lanes_of_a_carrier_are_two(store: Store) -> None:
    found = parcels(store, 12, origin=GERMANY, to=FRANCE) + parcels(store, 12, origin=GERMANY, to=SPAIN, first=12)
    well(store, found)
    for index, parcel in enumerate(found):
        parcel.status_place = f"Hub {index % 4}"
    fare(found[:12], "stalled", "silent")
    fare(found[12:], "stalled", "silent", now=TUESDAY + timedelta(hours=2))
    assert [mass.lane for mass in masses(store)] == ["DE-FR", "DE-ES"]


def test_what_asks_something_of_each_customer_is_no_mass(store: Store) -> None:
    fare(parcels(store, 12), "needs_customer", "address")
    assert masses(store) == []


def test_it_is_over_when_its_last_incident_is(store: Store) -> None:
    found = parcels(store, 12)
    fare(found, "stalled", "silent")
    fare(found[:11], "on_time", "on_schedule")
    assert masses(store)[0].closed_at is None
    fare(found[11:], "on_time", "on_schedule")
    assert masses(store)[0].closed_at == TUESDAY
    assert told(store, "mass_incident.")[-1][0] == "mass_incident.closed"


def test_staff_close_all_of_it_at_once(store: Store) -> None:
    fare(parcels(store, 12), "stalled", "silent")
    with store_scope(store.pk):
        assert close_mass(mass=masses(store)[0], by="staff:usr_1", now=TUESDAY) == 12
        with pytest.raises(AlreadyClosed):
            close_mass(mass=masses(store)[0], by="staff:usr_1", now=TUESDAY)
    assert {(one.state, one.outcome) for one in incidents(store)} == {("closed", "resolved")}
    assert masses(store)[0].closed_by == "staff:usr_1"


def test_a_carrier_that_is_always_so_is_no_mass(store: Store) -> None:
    found = parcels(store, 12)
    fare(found, "stalled", "silent")
    with store_scope(store.pk):
        MassIncident.objects.all().delete()
    fare(found, "on_time", "on_schedule", now=TUESDAY + timedelta(hours=1))
    for day in range(27):
        at = TUESDAY + timedelta(days=day + 1)
        fare(found[:5], "late", "past_deadline", now=at)
        fare(found[:5], "on_time", "on_schedule", now=at)
    fare(found, "stalled", "silent", now=TUESDAY + timedelta(days=29))
    assert masses(store) == []


def test_after_a_week_it_makes_room_for_the_next(store: Store) -> None:
    found = parcels(store, 14)
    fare(found[:12], "stalled", "silent")
    fare(found[12:], "stalled", "silent", now=TUESDAY + timedelta(days=8))
    assert masses(store)[0].closed_at == TUESDAY + timedelta(days=8)
    assert incidents(store)[-1].mass_id is None
    with store_scope(store.pk):
        assert len(incidents_for_list(narrowed=IncidentFilter(alone=True)).rows) == 14


def test_it_falls_apart_though_nothing_happens(store: Store) -> None:
    fare(parcels(store, 12), "stalled", "silent")
    assert end_old_masses(TUESDAY + timedelta(days=6)) == 0
    assert end_old_masses(TUESDAY + timedelta(days=8)) == 1
    assert masses(store)[0].closed_by == "system"
    assert told(store, "mass_incident.")[-1][0] == "mass_incident.closed"
    assert end_old_masses(TUESDAY + timedelta(days=9)) == 0


def test_what_needs_an_answer_of_its_own_leaves_it(store: Store) -> None:
    found = parcels(store, 12)
    fare(found, "stalled", "silent")
    fare(found[:1], "needs_customer", "returning")
    assert (incidents(store)[0].kind, incidents(store)[0].mass_id) == ("returned", None)
    assert told(store)[-1] == ("incident.escalated", True)
