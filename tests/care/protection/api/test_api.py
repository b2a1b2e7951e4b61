from base64 import b64encode

import pytest
import time_machine

from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from tests.calling import caller_for
from tests.care.protection.cast import RULES, claim_of, delivered, judge, parcel_of, photo_file, silent, valuable
from tests.commerce.shipments.parcels import hours
from tests.factories import NOW, make_store

pytestmark = pytest.mark.django_db
DAY_NINE = hours(24 * 9)


def test_rules_and_plans_are_replaced_as_a_whole(store: Store) -> None:
    program = caller_for(store)
    assert program.get("/protection/terms").body["version"] == 0
    told = program.put("/protection/rules", {"rules": list(RULES)}).body
    assert told["sentences"][0] == "From €200.00: ask the carrier for a signature."
    assert (told["version"], told["own_plans"], told["plans"][0]["lost"]["domestic_days"]) == (1, False, 7)
    plan = {"key": "dhl", "name": "DHL", "carrier": "DHL", "damaged": {"within_days": 7}}
    assert program.put("/protection/plans", {"plans": [plan]}).body["own_plans"]
    assert program.put("/protection/plans", {"plans": []}).body["plans"][0]["key"] == "usual"
    assert program.get("/protection/terms").body["version"] == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/protection/rules", {"rules": [{"wants": "luck", "at_least": "1", "currency": "EUR"}]}),
        ("/protection/rules", {"rules": [{"wants": "signature", "at_least": "1.999", "currency": "EUR"}]}),
        ("/protection/plans", {"plans": [{"key": "a", "name": "A", "stolen": {"after_days": 9, "within_days": 3}}]}),
        ("/protection/plans", {"plans": [{"key": "a", "name": "A"}, {"key": "a", "name": "B", "carrier": "dhl"}]}),
    ],
)
def test_terms_that_make_no_sense_are_refused(store: Store, path: str, body: object) -> None:
    assert caller_for(store).put(path, body).status == 422


def test_an_order_tells_what_is_asked_what_lacks_and_when_it_can_be_claimed(store: Store) -> None:
    program = caller_for(store)
    with time_machine.travel(hours(-24), tick=False):
        program.put("/protection/rules", {"rules": list(RULES)})
    order = valuable(store)
    parcel = parcel_of(store)
    judge(parcel)
    with time_machine.travel(DAY_NINE, tick=False):
        told = program.get(f"/orders/{order.public_id}/protection").body
    assert (told["asked"]["signature"], told["asked"]["insured"], told["asked"]["terms"]) == (True, "600.00", 1)
    assert told["lapses"][0]["missing"] == ["signature", "insurance"]
    lost, stolen, _ = told["parcels"][0]["claims"]
    assert (lost["kind"], lost["is_open"], stolen["opens_at"]) == ("lost", True, None)
    assert lost["trace"][0] == "7 days without a scan, the last on Monday, 16 November"
    path = f"/shipments/{parcel.public_id}/protection"
    told = program.put(path, {"signature": True, "insured": "600"}).body
    assert told["lapses"] == []
    assert told["parcels"][0]["booked"]["insured"] == "600.00"
    assert program.put(path, {"insured": "1.234"}).problem == (422, "invalid", "insured")


def test_claims_are_opened_once_listed_and_moved_to_their_end(store: Store) -> None:
    parcel = silent(store)
    program = caller_for(store)
    body = {"shipment": parcel.public_id, "kind": "lost", "told": "It never came"}
    with time_machine.travel(NOW, tick=False):
        assert program.post("/claims", body).problem == (409, "not_claimable", "kind")
    with time_machine.travel(DAY_NINE, tick=False):
        opened, again = program.post("/claims", body), program.post("/claims", body)
        assert (opened.status, again.status, again.body["id"]) == (201, 200, opened.body["id"])
        path = f"/claims/{opened.body['id']}"
        assert program.post(f"{path}/moves", {"to": "with_carrier", "reference": "PP-1"}).body["reference"] == "PP-1"
        assert program.post(f"{path}/moves", {"to": "denied"}).problem == (422, "invalid", "reason")
        decided = program.post(f"{path}/moves", {"to": "approved", "remedy": "credit", "amount": "600"}).body
        assert (decided["remedy"], decided["amount"]) == ("credit", "600.00")
        assert program.get("/claims", order=parcel.order.public_id).body["items"][0]["id"] == opened.body["id"]
        assert program.post(f"{path}/moves", {"to": "settled"}).body["closed_at"]
        assert program.post(f"{path}/moves", {"to": "denied", "reason": "x"}).problem == (409, "claim_state", "state")
    assert [step["state"] for step in program.get(path).body["steps"]] == [
        "open",
        "with_carrier",
        "approved",
        "settled",
    ]
    assert program.get("/claims").body["items"] == []


def test_photos_come_in_base64(store: Store) -> None:
    parcel = delivered(store)
    program = caller_for(store)
    body = {"shipment": parcel.public_id, "kind": "damaged"}
    with time_machine.travel(hours(40), tick=False):
        assert program.post("/claims", body).problem[2] == "photos"
        assert program.post("/claims", {**body, "photos": ["§"]}).problem == (422, "unusable_photo", "photos[0]")
        assert program.post("/claims", {**body, "photos": [b64encode(photo_file()).decode()]}).body["photos"] == 1


def test_the_evidence_is_a_zip(store: Store) -> None:
    parcel = silent(store)
    answer = caller_for(store).get(f"/orders/{parcel.order.public_id}/evidence")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/zip"


def test_nobody_else_is_told(store: Store) -> None:
    claim = claim_of(silent(store), store)
    mallory = caller_for(make_store("mallory"))
    order, parcel = claim.order.public_id, claim.shipment.public_id
    for path in (f"/claims/{claim.public_id}", f"/orders/{order}/protection", f"/orders/{order}/evidence"):
        assert mallory.get(path).status == 404
        assert caller_for(store, Permission.MESSAGES_READ).get(path).status == 403
    assert mallory.get("/claims").body["items"] == []
    assert mallory.post(f"/claims/{claim.public_id}/moves", {"to": "with_carrier"}).status == 404
    assert mallory.post("/claims", {"shipment": parcel, "kind": "lost"}).status == 404
    assert mallory.put(f"/shipments/{parcel}/protection", {"signature": True}).status == 404
    reader = caller_for(store, Permission.ORDERS_READ, Permission.SHIPMENTS_READ)
    assert reader.post(f"/claims/{claim.public_id}/moves", {"to": "with_carrier"}).status == 403
    assert reader.post("/claims", {"shipment": parcel, "kind": "lost"}).status == 403
    assert reader.put("/protection/rules", {"rules": []}).status == 403
    assert reader.put("/protection/plans", {"plans": []}).status == 403
    assert reader.put(f"/shipments/{parcel}/protection", {"signature": True}).status == 403
