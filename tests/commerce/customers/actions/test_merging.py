"""Two customers found to be one, and found to be two after all: nothing is lost either way."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.commerce.customers.actions import merge_customers, record_customers, set_consent, unmerge
from aftercare.commerce.customers.errors import AlreadyMerged, AlreadySeparated, SameCustomer
from aftercare.commerce.customers.models import Consent, Customer, Identity, Merge
from aftercare.commerce.customers.queries import merges_of, person_ids, survivors
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import NoStoreActive, store_scope
from tests.commerce.happened import happened
from tests.factories import NOW, SOURCE, customer_in, make_customer, make_store

LATER = NOW + timedelta(hours=1)


def merge(survivor: Customer, absorbed: Customer) -> Merge:
    return merge_customers(survivor=survivor, absorbed=absorbed, by="olga", now=NOW)


def say(customer: Customer, channel: str, *, granted: bool, at: datetime) -> None:
    set_consent(
        customer=customer,
        purpose="marketing",
        channel=channel,
        granted=granted,
        source="link",
        wording="",
        by="x",
        now=at,
    )


def consents(customer: Customer) -> dict[str, bool]:
    return dict(Consent.objects.filter(customer=customer).values_list("channel", "granted"))


def snapshot() -> list[list[dict[str, Any]]]:
    """Everything of customers that a merge may touch; digests aside, which only make the next comparison thorough."""
    customers = [{**row, "digest": None} for row in Customer.objects.order_by("pk").values()]
    identities = list(Identity.objects.order_by("pk").values())
    stances = list(
        Consent.objects.order_by("customer", "purpose", "channel").values(
            "customer", "channel", "granted", "changed_at"
        )
    )
    return [customers, identities, stances]


def test_the_absorbed_live_on_as_the_survivor(shop: Store) -> None:
    survivor = make_customer(shop, email="sam@example.com", name="Sam", country=None, traits={"size": "M"})
    absorbed = make_customer(shop, id="7", email="old@example.com", phone="030 123456", name="S.", traits={"vip": True})
    merge(survivor, absorbed)
    survivor.refresh_from_db()
    absorbed.refresh_from_db()
    assert absorbed.merged_into == survivor
    assert (survivor.name, survivor.phone, survivor.country) == ("Sam", "+4930123456", "DE")
    assert survivor.traits == {"size": "M", "vip": True}
    assert survivor.search == "sam sam@example.com +4930123456"
    recorded = record_customers(store_id=shop.pk, source=SOURCE, customers=[customer_in(id="7")], now=NOW)
    assert recorded.ids == [survivor.pk]
    assert person_ids(customer=survivor) == [survivor.pk, absorbed.pk]
    assert happened("customer.merged") == [("customer.merged", {"absorbed": absorbed.public_id})]


def test_the_later_word_on_consent_holds_for_both(shop: Store) -> None:
    survivor, absorbed = make_customer(shop, email="sam@example.com"), make_customer(shop, email="old@example.com")
    for customer, channel, granted, at in (
        (survivor, "email", True, NOW),
        (absorbed, "email", False, LATER),
        (survivor, "sms", True, LATER),
        (absorbed, "sms", False, NOW),
        (absorbed, "push", True, NOW),
    ):
        set_consent(
            customer=customer,
            purpose="marketing",
            channel=channel,
            granted=granted,
            source="x",
            wording="",
            by="x",
            now=at,
        )
    merged = merge(survivor, absorbed)
    assert consents(survivor) == {"email": False, "sms": True, "push": True}
    unmerge(merge=merged, by="olga", now=LATER)
    assert consents(survivor) == {"email": True, "sms": True}
    assert consents(absorbed) == {"email": False, "sms": False, "push": True}


def test_what_was_said_since_the_merge_is_kept(shop: Store) -> None:
    survivor, absorbed = make_customer(shop, email="sam@example.com"), make_customer(shop, id="7", phone="030 123456")
    say(absorbed, "email", granted=True, at=NOW)
    merged = merge(survivor, absorbed)
    set_consent(
        customer=survivor,
        purpose="marketing",
        channel="email",
        granted=False,
        source="x",
        wording="",
        by="x",
        now=LATER,
    )
    record_customers(
        store_id=shop.pk, source=SOURCE, customers=[customer_in(email="sam@example.com", phone="040 123456")], now=NOW
    )
    unmerge(merge=merged, by="olga", now=LATER)
    survivor.refresh_from_db()
    assert consents(survivor) == {"email": False}
    assert survivor.phone == "+4940123456"


def test_chains_are_followed_to_their_end(shop: Store) -> None:
    first, second, third = (make_customer(shop, email=f"{name}@example.com") for name in "abc")
    merge(second, first)
    merge(third, second)
    everybody = [first.pk, second.pk, third.pk]
    assert survivors(store_id=shop.pk, ids=everybody) == dict.fromkeys(everybody, third.pk)
    assert person_ids(customer=third) == everybody
    assert set(Identity.objects.values_list("customer_id", flat=True)) == {third.pk}
    assert [merged.absorbed for merged in merges_of(customer=third)] == [second]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=3),
    order=st.permutations(range(3)),
)
def test_undoing_every_merge_in_any_order_leaves_everybody_as_they_were(
    shop: Store, pairs: list[tuple[int, int]], order: list[int]
) -> None:
    with transaction.atomic():
        people = [make_customer(shop, **person(number)) for number in range(4)]
        before = snapshot()
        merges = []
        for survivor, absorbed in pairs:
            with suppress(SameCustomer, AlreadyMerged):
                merges.append(merge(people[survivor], people[absorbed]))
        for place in order:
            if place < len(merges):
                unmerge(merge=merges[place], by="olga", now=LATER)
        assert snapshot() == before
        transaction.set_rollback(True)


def person(number: int) -> dict[str, Any]:
    """One of four people, each with something the others lack."""
    return {
        "id": str(number),
        "email": f"u{number}@example.com",
        "name": f"U{number}" if number % 2 else "",
        "traits": {f"t{number}": number},
        "consents": [{"purpose": "marketing", "granted": bool(number % 2), "at": f"2026-01-0{number + 1}T00:00:00Z"}],
    }


def test_one_customer_cannot_be_merged_with_themselves_or_twice(shop: Store) -> None:
    first, second, third = (make_customer(shop, email=f"{name}@example.com") for name in "abc")
    with pytest.raises(SameCustomer):
        merge(first, first)
    merge(first, second)
    for survivor, absorbed in ((third, second), (second, third), (second, first)):
        with pytest.raises(AlreadyMerged):
            merge(survivor, absorbed)


def test_a_merge_is_undone_once(shop: Store) -> None:
    merged = merge(make_customer(shop, email="a@example.com"), make_customer(shop, email="b@example.com"))
    unmerge(merge=merged, by="olga", now=LATER)
    with pytest.raises(AlreadySeparated):
        unmerge(merge=merged, by="olga", now=LATER)
    assert [data["merged_at"] for _, data in happened("customer.unmerged")] == [NOW.isoformat()]


def test_another_stores_customers_are_out_of_reach(shop: Store) -> None:
    own = make_customer(shop)
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        theirs = make_customer(mallory)
        with pytest.raises(Customer.DoesNotExist):
            merge(theirs, own)
        with pytest.raises((Customer.DoesNotExist, NoStoreActive)):
            merge(own, theirs)
    own.refresh_from_db()
    assert own.merged_into is None
