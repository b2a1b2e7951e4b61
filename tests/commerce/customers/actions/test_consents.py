"""What customers say they agree to, with its proof."""

from datetime import timedelta

from aftercare.commerce.customers.actions import ConsentStatement, merge_customers, record_consents, set_consent
from aftercare.commerce.customers.models import Consent
from aftercare.commerce.customers.queries import consents_of
from aftercare.commerce.customers.schemas import ConsentIn
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from tests.factories import NOW, make_customer

LATER = NOW + timedelta(hours=1)


def test_a_change_is_written_with_its_proof_and_said_again_it_is_none(shop: Store) -> None:
    customer = make_customer(shop)
    for at in (NOW, LATER):
        set_consent(
            customer=customer, purpose="marketing", channel="sms", granted=True, source="preference page",
            wording="Offers by text message", by="customer", now=at,
        )  # fmt: skip
    consent = Consent.objects.get()
    assert (consent.granted, consent.source, consent.changed_at) == (True, "preference page", NOW)
    proof = EventRow.objects.get(type="customer.consent_changed")
    assert (proof.customer_id, proof.actor, proof.occurred_at) == (customer.pk, "customer", NOW)
    assert proof.data == {
        "purpose": "marketing", "channel": "sms", "granted": True, "source": "preference page",
        "wording": "Offers by text message",
    }  # fmt: skip


def test_many_words_are_taken_in_their_order_and_find_the_survivor(shop: Store) -> None:
    survivor, absorbed = make_customer(shop, email="a@example.com"), make_customer(shop, email="b@example.com")
    merge_customers(survivor=survivor, absorbed=absorbed, by="olga", now=NOW)
    statements = [
        ConsentStatement(customer.pk, ConsentIn(purpose="marketing", granted=granted, source="link", at=at))
        for customer, granted, at in ((absorbed, True, NOW), (survivor, False, LATER), (absorbed, True, NOW))
    ]
    assert record_consents(store_id=shop.pk, statements=statements, now=LATER) == 2
    (consent,) = consents_of(customer=survivor)
    assert not consent.granted
    assert consents_of(customer=absorbed) == []
