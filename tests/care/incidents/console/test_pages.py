import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.care.incidents.models import Incident
from aftercare.care.incidents.queries import monthly_budget
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.incidents.cast import fare, incidents, parcels
from tests.commerce.shipments.parcels import hours, report, scan, tracking
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.django_db
WRITERS = {Role.OWNER, Role.AGENT, Role.OPERATOR}


@pytest.fixture
def late(store: Store) -> Incident:
    fare(parcels(store), "late", "past_deadline")
    return incidents(store)[0]


def test_the_queue_holds_what_is_not_settled(store: Store, late: Incident) -> None:
    olga = Staff(store)
    words = words_of(olga.see("incidents"))
    assert "Late #o0" in words
    assert "nobody yet" in words
    olga.do("incidents_selected", selected=[late.public_id], do="take")
    assert "Late #o0" in words_of(olga.see("incidents", assignee="me"))
    olga.do("incidents_selected", selected=[late.public_id], do="close")
    assert "Nothing is wrong" in olga.see("incidents")
    assert "Resolved by staff" in words_of(olga.see("incidents", state="closed"))


@pytest.mark.parametrize(("words", "found"), [("o0", "#o0"), ("P-O1", ""), ("nobody", ""), ("1Z 999", "#o0")])
def test_the_queue_is_searched_by_order_and_parcel(store: Store, words: str, found: str) -> None:
    fare(parcels(store, tracking_number="1Z999AA10123456784"), "late", "past_deadline")
    page = words_of(Staff(store).see("incidents", q=words))
    assert ("Late #o0" in page) == bool(found)


def test_many_of_one_carrier_are_one_line(store: Store) -> None:
    fare(parcels(store, 12), "stalled", "silent")
    olga = Staff(store)
    words = words_of(olga.see("incidents"))
    assert "Parcel Post Leipzig 12 open" in words
    assert "Nothing else is wrong" in words
    assert "#o3" not in words
    mass = incidents(store)[0].mass
    assert mass is not None
    page = words_of(olga.see("mass_incident", mass.public_id))
    assert "#o3" in page
    assert "Parcel Post is holding up many parcels at the moment" in page
    olga.do("mass_incident_change", mass.public_id, banner="A strike.", macro="We wait.")
    assert "A strike." in olga.see("mass_incident", mass.public_id)
    olga.do("mass_incident_change", mass.public_id, do="close")
    assert {one.state for one in incidents(store)} == {"closed"}


def test_one_incident_says_what_is_known_and_takes_what_staff_decide(store: Store, late: Incident) -> None:
    olga = Staff(store)
    words = words_of(olga.see("incident", late.public_id))
    assert "Whose act it was Carrier" in words
    assert "Customer has been told" in words
    assert "The rule suggests €7.40 : a tenth of the order." in words
    olga.do("incident_change", late.public_id, do="note", note="Asked the depot")
    olga.do("incident_compensation", late.public_id, amount="7,40", do="approve")
    words = words_of(olga.see("incident", late.public_id))
    assert "Approved: €7.40" in words
    assert "Recorded; pay it in the shop." in words
    assert "Asked the depot" in words


def test_a_wrong_amount_is_said_and_nothing_is_decided(store: Store, late: Incident) -> None:
    olga = Staff(store)
    olga.do("incident_compensation", late.public_id, amount="much", do="approve", expect=422)
    olga.do("incident_compensation", late.public_id, amount="500", do="approve")
    assert incidents(store)[0].compensation == "none"


def test_nothing_is_paid_where_staff_say_so(store: Store, late: Incident) -> None:
    Staff(store).do("incident_compensation", late.public_id, do="decline")
    assert incidents(store)[0].compensation == "declined"


def test_an_incident_is_opened_from_its_order(store: Store) -> None:
    (parcel,) = parcels(store)
    olga = Staff(store)
    assert "Something went wrong with this order" in olga.see("order", parcel.order.public_id)
    olga.do(
        "incident_open", parcel.order.public_id, kind="damaged", shipment=parcel.public_id, note="A dent", tells="on"
    )
    (opened,) = incidents(store)
    assert (opened.kind, opened.note, opened.told) == ("damaged", "A dent", True)
    assert "Damaged" in olga.see("order", parcel.order.public_id)
    olga.do("incident_open", parcel.order.public_id, kind="wrong_item", shipment=parcel.public_id)
    assert len(incidents(store)) == 1


def test_the_budget_is_the_owners(store: Store) -> None:
    Staff(store).do("incidents_budget", amount="50")
    with store_scope(store.pk):
        assert monthly_budget() == 5000
    assert "€50.00 left of €50.00" in words_of(Staff(store, email="o@juniper.example").see("incidents"))
    Staff(store, Role.AGENT, "arne@juniper.example").do("incidents_budget", amount="5000", expect=403)


def test_today_names_what_hurts_most(store: Store) -> None:
    fare(parcels(store, 12), "stalled", "silent")
    assert "Parcel Post Leipzig 12 parcels are held up" in words_of(Staff(store).see("today"))


def test_a_parcel_that_comes_back_stands_there_once_and_no_more_when_it_is_settled(store: Store) -> None:
    found = parcels(store)
    report(store, tracking("p-o0", scan(20, "return_to_sender")), now=hours(21))
    assert "A parcel of #o0 is coming back" in words_of(Staff(store).see("today"))
    fare(found, "needs_customer", "returning")
    olga = Staff(store, email="o@juniper.example")
    today = words_of(olga.see("today"))
    assert today.count("#o0") == 1
    assert "Coming back #o0" in today
    olga.do("incidents_selected", selected=[incidents(store)[0].public_id], do="close")
    assert "Nothing needs you" in words_of(olga.see("today"))


@pytest.mark.parametrize("role", Role)
def test_who_may_write_is_offered_it_and_nobody_else_gets_through(store: Store, late: Incident, role: Role) -> None:
    someone = Staff(store, role, f"{role}@juniper.example")
    may = role in WRITERS
    assert ("Take over" in someone.see("incident", late.public_id)) == may
    assert ("Open an incident" in someone.see("order", late.order.public_id)) == may
    someone.do("incident_change", late.public_id, do="take", expect=302 if may else 403)
    someone.do("incidents_selected", selected=[late.public_id], do="close", expect=302 if may else 403)
    assert (incidents(store)[0].state == "closed") == may


def test_mallory_of_another_store_finds_nothing(store: Store, late: Incident) -> None:
    mallory = Staff(make_store("mallory"), email="mallory@other.example")
    mallory.see("incident", late.public_id, expect=404)
    mallory.do("incident_change", late.public_id, do="close", expect=404)
    mallory.do("incident_open", late.order.public_id, kind="damaged", expect=404)
    mallory.do("incidents_selected", selected=[late.public_id], do="close")
    assert incidents(store)[0].state == "open"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("page", ["incidents", "today"])
def test_pages_cost_the_same_for_more_rows(store: Store, count: int, page: str) -> None:
    fare(parcels(store, count), "late", "past_deadline")
    olga = Staff(store)
    olga.see(page)
    with CaptureQueriesContext(connection) as captured:
        olga.see(page)
    assert len([query for query in captured if "incidents_" in query["sql"]]) == {"incidents": 6, "today": 5}[page]
