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


def test_many_of_one_carrier_are_read_worded_and_closed_at_once(store: Store) -> None:
    fare(parcels(store, 12), "stalled", "silent")
    program = caller_for(store)
    (mass,) = program.get("/mass-incidents", carrier="Parcel Post").body["items"]
    assert (mass["place"], mass["lane"], mass["incidents"], mass["open_incidents"]) == ("Leipzig", "", 12, 12)
    assert mass["banner"].startswith("Yours is one of them.")
    path = f"/mass-incidents/{mass['id']}"
    assert len(program.get("/incidents", mass_incident=mass["id"]).body["items"]) == 12
    worded = program.put(f"{path}/words", {"banner": "On strike until Friday."}).body
    assert (worded["banner"], worded["macro"] == mass["macro"]) == ("On strike until Friday.", True)
    assert program.post(f"{path}/close", key="once").body["open_incidents"] == 0
    assert program.post(f"{path}/close", key="once").body["open_incidents"] == 0, "repeated, not done again"
    assert program.post(f"{path}/close").problem[:2] == (409, "incident_closed")
    assert program.get("/mass-incidents").body["items"] == []
    assert program.get("/mass-incidents", closed="true").body["items"][0]["closed_at"]


def test_compensation_is_decided_once(store: Store) -> None:
    fare(parcels(store, 2), "late", "past_deadline")
    program = caller_for(store)
    first, second = (f"/incidents/{one.public_id}/compensation" for one in incidents(store))
    assert program.post(first, {"decision": "approved"}).problem[2] == "amount"
    assert program.post(first, {"decision": "approved", "amount": "500"}).problem[2] == "amount"
    approved = program.post(first, {"decision": "approved", "amount": "4.90"}, key="k").body
    assert (approved["compensation"], approved["compensation_amount"]) == ("approved", "4.90")
    assert program.post(first, {"decision": "approved", "amount": "4.90"}, key="k").body == approved
    assert program.post(first, {"decision": "declined"}).problem[:2] == (409, "compensation_decided")
    assert program.post(second, {"decision": "declined"}).body["compensation"] == "declined"
    assert caller_for(store, Permission.ORDERS_READ).post(second, {"decision": "declined"}).status == 403


def test_what_is_of_many_is_nobody_elses_either(store: Store) -> None:
    fare(parcels(store, 12), "stalled", "silent")
    (mass,) = caller_for(store).get("/mass-incidents").body["items"]
    path, mallory = f"/mass-incidents/{mass['id']}", caller_for(make_store("mallory"))
    assert mallory.get("/mass-incidents").body["items"] == []
    assert mallory.get(path).status == 404
    assert mallory.post(f"{path}/close").status == 404
    reader = caller_for(store, Permission.ORDERS_READ)
    assert reader.get(path).status == 200
    assert reader.put(f"{path}/words", {"banner": "x"}).status == 403
    assert reader.post(f"{path}/close").status == 403


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
