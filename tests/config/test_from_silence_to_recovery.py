"""What people see when a parcel falls silent, and when a whole carrier does: exactly so much, and nothing twice."""

from collections import Counter
from datetime import datetime

import pytest
import time_machine

from aftercare.care.incidents.models import Incident, MassIncident
from aftercare.engagement.messaging.models import Hold, Message
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import hours
from tests.config.silence import (
    FOUND,
    LOST,
    SILENT,
    at,
    log_of,
    mails_of,
    open_shop,
    order_of,
    scanned,
    send_parcels,
    thank,
)
from tests.staffing import Staff
from tests.visiting import path_of, visitor, words_of

pytestmark = pytest.mark.django_db(transaction=True)

HOME = hours(246)
OUR_WORDS = "We have heard nothing of your parcel for longer than usual We are asking the carrier"
A_STEP = ["journey.entered", "journey.ended", "message.sent"]


@pytest.fixture
def store() -> Store:
    return open_shop()


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def page_of(store: Store, now: datetime) -> str:
    with time_machine.travel(now, tick=False):
        return words_of(visitor().get(path_of(order_of(store), store)).content.decode())


def today_of(olga: Staff, now: datetime) -> str:
    with time_machine.travel(now, tick=False):
        return words_of(olga.see("today"))


def thanks_of(store: Store) -> tuple[str, str, str]:
    """How it stands with that, and why."""
    with store_scope(store.pk):
        message = Message.objects.get(message_type="thank_you")
        return message.state, message.reason, message.detail


def test_a_parcel_that_falls_silent_is_noticed_told_escalated_and_found_again(store: Store, olga: Staff) -> None:
    with at(hours(0)):
        (number,) = send_parcels(store)
    with at(hours(5)):
        assert scanned(store, [number], status="in_transit", place="Leipzig", when=hours(4)) == 1
    assert OUR_WORDS not in page_of(store, hours(5))
    assert "Nothing needs you" in today_of(olga, hours(5))
    told = len(log_of(store))

    with at(SILENT):
        pass
    assert log_of(store)[told:] == ["shipment.health_changed", "hold.placed", "incident.opened", *A_STEP]
    assert OUR_WORDS in page_of(store, SILENT)
    assert "No news of the parcel #1042 · Parcel Post · Leipzig · just now Look into it" in today_of(olga, SILENT)
    assert mails_of(store)[2:] == ["incident_opened"]
    told = len(log_of(store))

    with at(LOST):
        pass
    assert log_of(store)[told:] == ["shipment.health_changed", "incident.escalated", *A_STEP]
    assert "Your parcel may be lost" in page_of(store, LOST)
    assert "Lost, probably #1042 · Parcel Post" in today_of(olga, LOST)
    assert mails_of(store)[2:] == ["incident_opened"] * 2
    told = len(log_of(store))

    with at(FOUND):
        assert scanned(store, [number], status="in_transit", place="Berlin", when=FOUND) == 1
    assert log_of(store)[told:] == ["shipment.health_changed", "hold.released", "incident.recovered", *A_STEP]
    assert "may be lost" not in page_of(store, FOUND)
    assert "Nothing needs you" in today_of(olga, FOUND)
    assert mails_of(store)[2:] == ["incident_opened"] * 2 + ["incident_recovered"]
    told = len(log_of(store))

    with at(HOME):
        scanned(store, [number], status="delivered", place="Berlin", when=HOME)
    assert not [one for one in log_of(store)[told:] if "incident" in one or "health" in one]


def test_what_can_wait_waits_for_it_and_says_why(store: Store, olga: Staff) -> None:
    with at(hours(0)):
        (number,) = send_parcels(store)
    with at(hours(5)):
        scanned(store, [number], status="in_transit", place="Leipzig", when=hours(4))
    with at(SILENT):
        pass
    with at(hours(74)):
        thank(store)
    assert thanks_of(store) == ("waiting", "held", "No news of the parcel")
    with store_scope(store.pk):
        assert [hold.released_at for hold in Hold.objects.all()] == [None]
    with at(FOUND):
        scanned(store, [number], status="in_transit", place="Berlin", when=FOUND)
    assert thanks_of(store)[:2] == ("sent", "good_moment")
    with store_scope(store.pk):
        assert [hold.released_at for hold in Hold.objects.all()] == [FOUND]
    assert log_of(store, "hold.") == ["hold.placed", "hold.released"]


def test_a_carrier_that_falls_silent_is_one_task_and_one_message_for_each_customer(store: Store, olga: Staff) -> None:
    """Two hundred parcels of a hundred and fifty people."""
    with at(hours(0)):
        numbers = send_parcels(store, 200, customers=150)
    with at(hours(5)):
        assert scanned(store, numbers, status="in_transit", place="Leipzig", when=hours(4)) == 200
    told, sent = len(log_of(store)), Counter(mails_of(store))

    with at(SILENT):
        pass
    happened = Counter(log_of(store)[told:])
    assert {one: happened[one] for one in happened if not one.startswith("journey.")} == {
        "shipment.health_changed": 200, "incident.opened": 200, "hold.placed": 200, "mass_incident.opened": 1,
        "mass_incident.told": 150, "message.sent": 150,
    }  # fmt: skip
    assert Counter(mails_of(store)) - sent == {"mass_incident": 150}
    with store_scope(store.pk):
        people = Message.objects.filter(message_type="mass_incident").values_list("recipient", flat=True)
        assert len(set(people)) == 150
        assert MassIncident.objects.count() == 1
        assert Incident.objects.filter(mass=None).count() == 0
        assert Hold.objects.filter(released_at=None).count() == 200
    today = today_of(olga, SILENT)
    assert "Parcel Post Leipzig 200 parcels are held up" in today
    assert today.count("Look into it") == 1
    assert "Parcel Post is holding up many parcels Yours is one of them." in page_of(store, SILENT)
    told = len(log_of(store))

    with at(LOST):
        pass
    assert not Counter(log_of(store)[told:])["message.sent"], "nobody is told twice"
    with at(FOUND):
        scanned(store, numbers, status="in_transit", place="Berlin", when=FOUND)
    happened = Counter(log_of(store)[told:])
    assert (happened["incident.recovered"], happened["mass_incident.closed"]) == (200, 1)
    with store_scope(store.pk):
        assert not Hold.objects.filter(released_at=None).exists()
    assert mails_of(store, "sam@example.com")[4:] == ["mass_incident", "incident_recovered"]
    assert Counter(mails_of(store)) - sent == {"mass_incident": 150, "incident_recovered": 150}
    assert "Nothing needs you" in today_of(olga, FOUND)
