from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.engagement.messaging.models import Hold
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.incidents.cast import TUESDAY, fare, incidents, parcels, told

pytestmark = pytest.mark.django_db


def test_a_silent_parcel_is_an_incident_a_message_and_a_hold(store: Store) -> None:
    found = parcels(store)
    fare(found, "stalled", "silent")
    (incident,) = incidents(store)
    assert (incident.kind, incident.state, incident.blame, incident.told) == ("stalled", "open", "carrier", True)
    assert (incident.place, incident.due_at) == ("Leipzig", TUESDAY + timedelta(hours=48))
    assert told(store) == [("incident.opened", True)]
    with store_scope(store.pk):
        hold = Hold.objects.get()
        assert (hold.key, hold.order_id, hold.released_at) == (incident.public_id, incident.order_id, None)
        assert hold.until == TUESDAY + timedelta(days=14)


def test_the_same_trouble_again_changes_nothing(store: Store) -> None:
    found = parcels(store)
    fare(found, "stalled", "silent")
    fare(found, "stalled", "silent")
    assert told(store) == [("incident.opened", True)]


def test_worse_trouble_escalates_the_same_incident(store: Store) -> None:
    found = parcels(store)
    fare(found, "stalled", "silent")
    fare(found, "lost_suspected", "silent_for_long", now=TUESDAY + timedelta(days=5))
    (incident,) = incidents(store)
    assert (incident.kind, incident.state) == ("lost", "escalated")
    assert incident.escalated_at == TUESDAY + timedelta(days=5)
    assert told(store) == [("incident.opened", True), ("incident.escalated", True)]


def test_trouble_that_eases_stays_open_without_a_word(store: Store) -> None:
    found = parcels(store)
    fare(found, "stalled", "silent")
    fare(found, "late", "past_deadline")
    assert incidents(store)[0].kind == "late"
    fare(found, "at_risk", "delayed")
    assert incidents(store)[0].state == "open"
    assert told(store) == [("incident.opened", True)]


def test_recovery_closes_it_tells_the_customer_and_lets_messages_go(store: Store) -> None:
    found = parcels(store)
    fare(found, "stalled", "silent")
    fare(found, "on_time", "on_schedule", now=TUESDAY + timedelta(days=1))
    (incident,) = incidents(store)
    assert (incident.state, incident.outcome, incident.closed_by) == ("closed", "recovered", "system")
    assert told(store)[-1] == ("incident.recovered", True)
    with store_scope(store.pk):
        assert Hold.objects.get().released_at == TUESDAY + timedelta(days=1)


def test_its_arrival_is_told_by_the_parcel_itself(store: Store) -> None:
    found = parcels(store)
    fare(found, "late", "past_deadline")
    fare(found, "delivered", "arrived")
    assert told(store)[-1] == ("incident.recovered", False)


def test_a_parcel_that_is_called_off_closes_it(store: Store) -> None:
    found = parcels(store)
    fare(found, "stalled", "not_handed_over")
    fare(found, "cancelled", "called_off")
    assert (incidents(store)[0].blame, incidents(store)[0].outcome) == ("merchant", "called_off")
    assert told(store)[-1] == ("incident.closed", False)


def test_what_the_parcels_own_message_says_is_not_said_twice(store: Store) -> None:
    fare(parcels(store), "needs_customer", "attempt_failed")
    assert told(store) == [("incident.opened", False)]


def test_trouble_after_recovery_is_a_new_incident(store: Store) -> None:
    found = parcels(store)
    for health, why in (("stalled", "silent"), ("on_time", "on_schedule"), ("late", "past_deadline")):
        fare(found, health, why)
    assert [(one.kind, one.state) for one in incidents(store)] == [("stalled", "closed"), ("late", "open")]


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_costs_the_same_however_many_it_holds(store: Store, count: int) -> None:
    found = parcels(store, count)
    with CaptureQueriesContext(connection) as captured:
        fare(found, "stalled", "silent")
    assert len(incidents(store)) == count
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 12
