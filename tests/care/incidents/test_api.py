import pytest

from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from tests.calling import caller_for
from tests.care.incidents.cast import fare, incidents, parcels
from tests.factories import make_store

pytestmark = pytest.mark.django_db


def test_incidents_are_listed_read_taken_over_and_closed(store: Store) -> None:
    fare(parcels(store, 2), "late", "past_deadline")
    program = caller_for(store)
    first, second = program.get("/incidents").body["items"]
    assert (first["kind"], first["state"], first["told"], first["outcome"]) == ("late", "open", True, None)
    path = f"/incidents/{first['id']}"
    assert program.post(f"{path}/assignee", {"assignee": "staff:usr_1"}).body["assignee"] == "staff:usr_1"
    assert program.post(f"{path}/close").body["outcome"] == "resolved"
    assert program.post(f"{path}/close").body["state"] == "closed"
    assert [one["id"] for one in program.get("/incidents").body["items"]] == [second["id"]]
    assert program.get("/incidents", state="closed").body["items"][0]["id"] == first["id"]
    assert program.get("/incidents", order=second["order"]).body["items"][0]["id"] == second["id"]


def test_a_program_opens_what_it_was_told_of(store: Store) -> None:
    (parcel,) = parcels(store)
    program = caller_for(store)
    body = {"order": parcel.order.public_id, "shipment": parcel.public_id, "kind": "damaged", "note": "A dent"}
    opened = program.post("/incidents", body)
    assert (opened.status, opened.body["blame"], opened.body["shipment"]) == (201, "carrier", parcel.public_id)
    assert program.post("/incidents", body).problem == (409, "incident_already_open", "kind")
    assert program.post("/incidents", {**body, "kind": "stalled"}).problem[2] == "kind"


def test_a_parcel_of_another_order_is_refused(store: Store) -> None:
    one, other = parcels(store, 2)
    body = {"order": one.order.public_id, "shipment": other.public_id, "kind": "damaged"}
    assert caller_for(store).post("/incidents", body).problem[2] == "shipment"


def test_the_log_is_asked_about_one_incident_of_an_order(store: Store) -> None:
    (parcel,) = parcels(store)
    fare([parcel], "late", "past_deadline")
    program = caller_for(store)
    body = {"order": parcel.order.public_id, "shipment": parcel.public_id, "kind": "damaged"}
    opened = program.post("/incidents", body).body["id"]
    found = program.get("/events", about=opened).body["items"]
    assert [(one["type"], one["about"]["incident"]) for one in found] == [("incident.opened", opened)]
    assert found[0]["about"]["order"] == parcel.order.public_id
    assert caller_for(make_store("mallory")).get("/events", about=opened).status == 404


def test_nobody_else_is_told(store: Store) -> None:
    fare(parcels(store), "late", "past_deadline")
    path = f"/incidents/{incidents(store)[0].public_id}"
    mallory = caller_for(make_store("mallory"))
    assert mallory.get(path).status == 404
    assert mallory.post(f"{path}/close").status == 404
    assert caller_for(store, Permission.ORDERS_READ).post(f"{path}/close").status == 403
    assert caller_for(store, Permission.SHIPMENTS_READ).get(path).status == 403
