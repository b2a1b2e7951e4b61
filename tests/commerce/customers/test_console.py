"""The console's pages about customers."""

import pytest

from aftercare.commerce.customers.actions import merge_customers
from aftercare.commerce.customers.models import Consent, Customer, Merge
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW, make_customer, make_order
from tests.staffing import Staff, live
from tests.visiting import words_of


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


@pytest.fixture
def sam(store: Store) -> Customer:
    with store_scope(store.pk):
        return make_customer(store, name="Sam Müller", email="sam@example.com", id="17")


@pytest.fixture
def samuel(store: Store) -> Customer:
    with store_scope(store.pk):
        return make_customer(store, name="Samuel Mueller", phone="+49 30 123456", id="99")


def test_the_list_is_searched_without_accents(olga: Staff, sam: Customer, samuel: Customer) -> None:
    html = olga.see("customers", q="muller")
    assert sam.public_id in html
    assert samuel.public_id not in html


def test_the_list_is_narrowed_by_country(olga: Staff, sam: Customer) -> None:
    assert sam.public_id in olga.see("customers", country="de")
    assert sam.public_id not in olga.see("customers", country="AT")
    assert sam.public_id in olga.see("customers", country="nowhere")


def test_a_person_with_all_that_belongs_to_them(olga: Staff, store: Store) -> None:
    order = live(store, 1)
    with store_scope(store.pk):
        customer = Customer.objects.get(pk=order.customer_id)
    words = words_of(olga.see("customer", customer.public_id))
    for said in ("Sam 1001", "sam1001@example.com", "#1001", "0034041001", "Order placed", "shop c1001"):
        assert said in words, said


def test_a_person_takes_as_many_queries_with_three_orders_as_with_one(olga: Staff, store: Store, sam: Customer) -> None:
    buyer = {"id": "17", "email": "sam@example.com"}
    with store_scope(store.pk):
        make_order(store, id="1", customer=buyer)
    once = olga.count_queries("customer", sam.public_id)
    with store_scope(store.pk):
        make_order(store, id="2", customer=buyer)
        make_order(store, id="3", customer=buyer)
    assert olga.count_queries("customer", sam.public_id) == once


def test_a_consent_is_noted_with_its_proof(olga: Staff, store: Store, sam: Customer) -> None:
    said = {"purpose": "marketing", "channel": "email", "granted": "no", "wording": "Asked on the phone on 3 May"}
    olga.do("customer_consent", sam.public_id, **said)
    with store_scope(store.pk):
        consent = Consent.objects.get(customer=sam)
        proof = EventRow.objects.get(type="customer.consent_changed")
    assert (consent.purpose, consent.granted, consent.source) == ("marketing", False, "staff")
    assert (proof.data["wording"], proof.actor) == ("Asked on the phone on 3 May", f"staff:{olga.user.public_id}")
    assert "No to marketing by email (staff)" in words_of(olga.see("customer", sam.public_id))


def test_a_consent_without_proof_is_refused_where_it_is_missing(olga: Staff, store: Store, sam: Customer) -> None:
    response = olga.do(
        "customer_consent", sam.public_id, expect=422, purpose="marketing", channel="email", granted="yes"
    )
    assert "This field is required" in response.content.decode()
    with store_scope(store.pk):
        assert not Consent.objects.exists()


def test_two_are_found_compared_merged_and_separated(
    olga: Staff, store: Store, sam: Customer, samuel: Customer
) -> None:
    assert samuel.public_id in olga.see("customer_choose_merge", sam.public_id, q="samuel")
    compared = words_of(olga.see("customer_merge", sam.public_id, samuel.public_id))
    assert "sam@example.com" in compared
    assert "+4930123456" in compared
    olga.do("customer_merge", sam.public_id, samuel.public_id)
    assert "Samuel Mueller" in words_of(olga.see("customer", sam.public_id)).partition("Also this person")[2]
    assert "lives on there" in words_of(olga.see("customer", samuel.public_id))
    with store_scope(store.pk):
        merge = Merge.objects.get()
        assert merge.by == f"staff:{olga.user.public_id}"
    olga.do("customer_unmerge", sam.public_id, merge.pk)
    assert "Also this person" not in words_of(olga.see("customer", sam.public_id))
    olga.do("customer_unmerge", sam.public_id, merge.pk, expect=404)


def test_merging_with_oneself_is_refused(olga: Staff, sam: Customer) -> None:
    page = olga.do("customer_merge", sam.public_id, sam.public_id, expect=409).content.decode()
    assert "one customer already" in page


def test_an_agent_may_write_and_an_analyst_only_read(store: Store, sam: Customer) -> None:
    ana = Staff(store, Role.ANALYST, "ana@juniper.example")
    assert "Merge with another" not in ana.see("customer", sam.public_id)
    ana.do("customer_consent", sam.public_id, expect=403)


def test_another_stores_customer_cannot_be_taken_in(olga: Staff, store: Store, sam: Customer) -> None:
    olga.do("customer_merge", sam.public_id, "cus_ofanotherstore0", expect=404)


def test_orders_of_whom_was_merged_stand_with_the_survivor(
    olga: Staff, store: Store, sam: Customer, samuel: Customer
) -> None:
    with store_scope(store.pk):
        make_order(store, id="7", number="#7", customer={"id": "99", "phone": "+4930123456"}, email=None)
        merge_customers(survivor=sam, absorbed=samuel, by="test", now=NOW)
    assert "#7" in words_of(olga.see("customer", sam.public_id))
