import pytest

from aftercare.care.incidents.actions import assign_incidents, close_incidents, note_incident, open_incident
from aftercare.care.incidents.errors import AlreadyClosed, AlreadyOpen
from aftercare.care.incidents.vocabulary import IncidentKind
from aftercare.engagement.messaging.models import Hold
from aftercare.foundation.stores.models import Store
from tests.care.incidents.cast import TUESDAY, fare, incidents, parcels, told

pytestmark = pytest.mark.django_db
OLGA = "staff:usr_olga"


def test_what_staff_are_told_is_an_incident_like_any_other(shop: Store) -> None:
    (parcel,) = parcels(shop)
    opened = open_incident(order=parcel.order, kind=IncidentKind.DAMAGED, shipment=parcel, by=OLGA, now=TUESDAY)
    assert (opened.family, opened.blame, opened.opened_by) == ("goods", "carrier", OLGA)
    assert told(shop) == [("incident.opened", True)]
    assert Hold.objects.get().key == opened.public_id


def test_one_of_a_family_is_open_at_a_time(shop: Store) -> None:
    (parcel,) = parcels(shop)
    said = {"order": parcel.order, "shipment": parcel, "by": OLGA, "now": TUESDAY}
    opened = open_incident(kind=IncidentKind.DAMAGED, **said)
    with pytest.raises(AlreadyOpen):
        open_incident(kind=IncidentKind.WRONG_ITEM, **said)
    open_incident(order=parcel.order, kind=IncidentKind.MISSING_ITEM, by=OLGA, now=TUESDAY)
    with pytest.raises(AlreadyOpen):
        open_incident(order=parcel.order, kind=IncidentKind.DAMAGED, by=OLGA, now=TUESDAY)
    fare([parcel], "late", "past_deadline")
    close_incidents(ids=[opened.pk], by=OLGA, now=TUESDAY)
    open_incident(kind=IncidentKind.WRONG_ITEM, **said)
    assert sorted((one.kind, one.state) for one in incidents(shop)) == [
        ("damaged", "closed"), ("late", "open"), ("missing_item", "open"), ("wrong_item", "open"),
    ]  # fmt: skip


def test_a_late_parcel_that_staff_knew_of_is_not_opened_twice(shop: Store) -> None:
    (parcel,) = parcels(shop)
    open_incident(order=parcel.order, kind=IncidentKind.LATE, shipment=parcel, by=OLGA, now=TUESDAY)
    fare([parcel], "late", "past_deadline")
    assert len(incidents(shop)) == 1


def test_somebody_takes_them_over_and_closes_them(shop: Store) -> None:
    fare(parcels(shop, 3), "late", "past_deadline")
    ids = [one.pk for one in incidents(shop)]
    assert assign_incidents(ids=ids, assignee=OLGA, by=OLGA, now=TUESDAY) == 3
    assert assign_incidents(ids=ids, assignee=OLGA, by=OLGA, now=TUESDAY) == 0
    assert close_incidents(ids=ids[:2], by=OLGA, now=TUESDAY) == 2
    assert close_incidents(ids=ids, by=OLGA, now=TUESDAY) == 1
    assert {(one.assignee, one.outcome, one.closed_by) for one in incidents(shop)} == {(OLGA, "resolved", OLGA)}
    assert [kind for kind, _ in told(shop)].count("incident.closed") == 3
    assert not Hold.objects.filter(released_at=None).exists()


def test_a_closed_one_is_written_about_no_more(shop: Store) -> None:
    fare(parcels(shop), "late", "past_deadline")
    note_incident(incident=incidents(shop)[0], note="Called the depot.")
    assert incidents(shop)[0].note == "Called the depot."
    close_incidents(ids=[incidents(shop)[0].pk], by=OLGA, now=TUESDAY)
    with pytest.raises(AlreadyClosed):
        note_incident(incident=incidents(shop)[0], note="")
