import csv
from io import StringIO

import pytest

from aftercare.care.protection.models import Claim
from aftercare.care.protection.vocabulary import ClaimKind
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.protection.cast import claim_of, delivered, photo, silent
from tests.commerce.shipments.parcels import hours
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.django_db
WRITERS = {Role.OWNER, Role.AGENT, Role.OPERATOR}


@pytest.fixture
def claim(store: Store) -> Claim:
    return claim_of(silent(store), store)


def state_of(claim: Claim) -> str:
    with store_scope(claim.store_id):
        return Claim.objects.get(pk=claim.pk).state


def test_the_queue_holds_what_is_not_settled(store: Store, claim: Claim) -> None:
    olga = Staff(store)
    words = words_of(olga.see("claims"))
    assert "Never arrived Received #1042" in words
    assert "Nothing fits" in olga.see("claims", state="denied")
    assert "#1042" in olga.see("claims", q="1042", kind="lost", carrier="Parcel Post")
    assert "Claim: Never arrived #1042 · Parcel Post" in words_of(olga.see("today"))


def test_a_claim_says_what_is_known_and_why_it_could_be_claimed(store: Store, claim: Claim) -> None:
    words = words_of(Staff(store).see("claim", claim.public_id))
    assert "It never came" in words
    assert "7 days without a scan, the last on Monday, 16 November" in words
    assert "can be claimed until Wednesday, 16 December" in words
    assert "Usual terms" in words


def test_a_decision_is_seen_before_it_is_made(store: Store, claim: Claim) -> None:
    olga = Staff(store)
    said = {"to": "approved", "remedy": "refund", "amount": "600,00", "reason": "They lost it", "reference": "PP-7"}
    preview = words_of(olga.do("claim_move", claim.public_id, expect=200, **said).content.decode())
    assert "This is what the customer reads Preview Your claim is approved We pay back €600.00" in preview
    assert "They lost it" in preview
    assert state_of(claim) == "open"
    again = olga.do("claim_move", claim.public_id, expect=200, **said, do="edit").content.decode()
    assert "This is what the customer reads" not in again
    olga.do("claim_move", claim.public_id, **said, do="confirm")
    assert state_of(claim) == "approved"
    page = words_of(olga.see("claim", claim.public_id))
    assert "Refund: €600.00" in page
    assert "Approved, to be carried out" in words_of(olga.see("today"))
    olga.do("claim_move", claim.public_id, to="settled", do="confirm")
    assert state_of(claim) == "settled"
    assert "Decide" not in words_of(olga.see("claim", claim.public_id))


@pytest.mark.parametrize(
    "said",
    [
        {"to": "denied"},
        {"to": "approved"},
        {"to": "approved", "remedy": "refund", "amount": "9000"},
        {"to": "withdrawn"},
    ],
)
def test_half_a_decision_is_sent_back(store: Store, claim: Claim, said: dict[str, str]) -> None:
    Staff(store).do("claim_move", claim.public_id, expect=422, **said, do="confirm")
    assert state_of(claim) == "open"


def test_the_carrier_gets_all_it_asks_for(store: Store, claim: Claim) -> None:
    answer = Staff(store).get("claims_export", carrier="Parcel Post")
    text = b"".join(answer).decode().removeprefix("\ufeff")  # type: ignore[call-overload]  # it is streamed
    (row,) = csv.DictReader(StringIO(text))
    assert row["claim"] == claim.public_id
    assert (row["tracking_number"], row["order"], row["worth"], row["currency"]) == (
        "PPP-1042DE",
        "#1042",
        "600.00",
        "EUR",
    )
    assert (row["recipient"], row["city"], row["last_scan_place"]) == ("Sam Shopper", "Berlin", "Leipzig")
    nothing = b"".join(Staff(store, email="b@x.example").get("claims_export", carrier="dhl")).decode()  # type: ignore[call-overload]  # as above
    assert claim.public_id not in nothing


def test_photos_are_shown_as_nothing_but_pictures(store: Store) -> None:
    damaged = claim_of(delivered(store), store, ClaimKind.DAMAGED, now=hours(40), photos=[photo()])
    with store_scope(store.pk):
        (kept,) = damaged.photos.all()
    answer = Staff(store).get("claim_photo_of_staff", kept.public_id)
    assert answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert (
        Staff(make_store("other"), email="m@x.example").get("claim_photo_of_staff", kept.public_id).status_code == 404
    )


@pytest.mark.parametrize("role", Role)
def test_who_may_write_decides_and_nobody_else(store: Store, claim: Claim, role: Role) -> None:
    someone = Staff(store, role, f"{role}@juniper.example")
    may = role in WRITERS
    assert ("Preview" in someone.see("claim", claim.public_id)) == may
    someone.do("claim_move", claim.public_id, to="with_carrier", do="confirm", expect=302 if may else 403)
    assert (state_of(claim) == "with_carrier") == may


def test_mallory_of_another_store_finds_nothing(store: Store, claim: Claim) -> None:
    mallory = Staff(make_store("mallory"), email="mallory@other.example")
    mallory.see("claim", claim.public_id, expect=404)
    mallory.do("claim_move", claim.public_id, to="denied", reason="x", do="confirm", expect=404)
    mallory.do("claim_open", claim.shipment.public_id, kind="lost", expect=404)
    assert "#1042" not in mallory.see("claims")
    assert b"#1042" not in b"".join(mallory.get("claims_export"))  # type: ignore[call-overload]  # it is streamed
    mallory.see("evidence", claim.order.public_id, expect=404)


def test_more_claims_cost_no_more_queries(store: Store, claim: Claim) -> None:
    olga = Staff(store)
    one = (olga.count_queries("claims"), olga.count_queries("today"), olga.count_queries("claim", claim.public_id))
    for number in ("2", "3"):
        claim_of(silent(store, number), store)
    many = (olga.count_queries("claims"), olga.count_queries("today"), olga.count_queries("claim", claim.public_id))
    assert many == one
