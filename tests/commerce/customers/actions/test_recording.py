"""Taking customers in: each person once, identities never stolen, nothing written twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.customers.actions import record_customers
from aftercare.commerce.customers.models import Address, Consent, Customer, Identity
from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.intake import Intake, Outcome
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.happened import happened, types
from tests.factories import NOW, SOURCE, customer_in, make_customer, make_store


def record(store: Store, *customers: CustomerIn, source: str = SOURCE, **kwargs: Any) -> Intake:
    return record_customers(store_id=store.pk, source=source, customers=customers, now=NOW, **kwargs)


def everything() -> list[list[dict[str, Any]]]:
    kinds: tuple[Any, ...] = (Customer, Identity, Address, Consent, EventRow)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def owners() -> dict[str, int]:
    return dict(Identity.objects.values_list("value", "customer_id"))


def whole(**told: Any) -> CustomerIn:
    return customer_in(**{
        "id": "7", "email": "Sam@Example.com", "phone": "030 123456", "name": "Sam Shöpper", "locale": "de",
        "time_zone": "Europe/Berlin", "traits": {"vip": True}, "created_at": "2025-01-01T00:00:00Z",
        "addresses": [{"street": "Lindenweg 4", "city": "Berlin"}],
        "consents": [{"purpose": "marketing", "granted": True, "source": "checkout", "wording": "Yes, write to me.",
                      "at": "2025-01-02T00:00:00Z"}],
        **told,
    })  # fmt: skip


def test_a_customer_becomes_rows(shop: Store) -> None:
    recorded = record(shop, whole())
    customer = Customer.objects.get(pk=recorded.ids[0])
    assert recorded.outcomes == [Outcome.CREATED]
    assert (customer.name, customer.email, customer.phone) == ("Sam Shöpper", "Sam@Example.com", "+4930123456")
    assert (customer.traits, customer.search) == ({"vip": True}, "sam shopper sam@example.com +4930123456")
    assert customer.created_at == datetime(2025, 1, 1, tzinfo=UTC)
    assert owners() == dict.fromkeys(["7", "sam@example.com", "+4930123456"], customer.pk)
    assert Address.objects.get().lines == {"street": "Lindenweg 4", "city": "Berlin"}
    assert Consent.objects.get().granted
    assert [(event.type, event.occurred_at.day, event.customer_id) for event in EventRow.objects.order_by("seq")] == [
        ("customer.created", 1, customer.pk),
        ("customer.consent_changed", 2, customer.pk),
    ]
    assert happened("customer.consent_changed")[0][1]["wording"] == "Yes, write to me."


def test_the_same_again_changes_nothing(shop: Store) -> None:
    record(shop, whole())
    before = everything()
    assert record(shop, whole()).outcomes == [Outcome.UNCHANGED]
    assert record(shop, whole(locale="")).outcomes == [Outcome.UNCHANGED]
    assert everything() == before


def test_what_changed_is_written_and_named(shop: Store) -> None:
    record(shop, whole())
    recorded = record(shop, whole(
        name="Samantha Shopper", email="new@example.com", traits={"vip": None, "size": "L"},
        addresses=[{"street": "Lindenweg 4", "city": "Berlin"}, {"city": "Bremen"}],
        consents=[{"purpose": "marketing", "granted": False, "source": "account", "at": "2025-02-01T00:00:00Z"}],
    ))  # fmt: skip
    customer = Customer.objects.get()
    assert recorded.outcomes == [Outcome.CHANGED]
    assert (customer.name, customer.email, customer.traits) == ("Samantha Shopper", "new@example.com", {"size": "L"})
    assert customer.search == "samantha shopper new@example.com +4930123456"
    assert set(owners()) == {"7", "sam@example.com", "new@example.com", "+4930123456"}
    assert Address.objects.count() == 2
    assert not Consent.objects.get().granted
    assert happened("customer.updated") == [
        ("customer.updated", {"changed": ["name", "email", "traits", "identities", "addresses"]})
    ]
    assert types("customer.consent_changed") == ["customer.consent_changed"] * 2


def test_one_person_in_a_batch_is_one_customer_however_they_are_named(shop: Store) -> None:
    recorded = record(
        shop,
        customer_in(id="7", email="sam@example.com", name="Sam"),
        customer_in(email="SAM@example.com", phone="030 123456", name="Samantha"),
        customer_in(phone="+49 30 123456", name="Sammy"),
        customer_in(id="7", name="Sam Shopper"),
    )
    assert len(set(recorded.ids)) == 1
    assert recorded.outcomes == [Outcome.CREATED, Outcome.CHANGED, Outcome.CHANGED, Outcome.CHANGED]
    assert Customer.objects.get().name == "Sam Shopper"
    assert types("customer.") == ["customer.created"]


def test_an_identity_is_never_stolen(shop: Store) -> None:
    sam = make_customer(shop, id="7", email="sam@example.com")
    kim = make_customer(shop, id="8", email="kim@example.com")
    recorded = record(shop, customer_in(id="7", email="kim@example.com", name="Sam K."))
    sam.refresh_from_db()
    assert recorded.ids == [sam.pk]
    assert owners()["kim@example.com"] == kim.pk
    assert (sam.name, sam.email) == ("Sam K.", "sam@example.com")
    (caveat,) = recorded.warnings
    assert (caveat.code, caveat.field, kim.public_id in caveat.sentence) == ("identity_taken", "email", True)


def test_people_who_share_a_telephone_stay_two(shop: Store) -> None:
    sam = make_customer(shop, email="sam@example.com", phone="030 123456")
    recorded = record(shop, customer_in(email="kim@example.com", phone="030 123456", name="Kim"))
    assert recorded.ids != [sam.pk]
    assert owners()["+4930123456"] == sam.pk
    assert [caveat.field for caveat in recorded.warnings] == ["phone"]


def test_a_telephone_alone_is_enough_for_somebody_without_address(shop: Store) -> None:
    first = make_customer(shop, phone="030 123456")
    recorded = record(shop, customer_in(email="sam@example.com", phone="030 123456"))
    assert recorded.ids == [first.pk]
    assert Customer.objects.get().email == "sam@example.com"


def test_accounts_of_two_platforms_are_two_identities(shop: Store) -> None:
    first = record(shop, customer_in(id="7", email="sam@example.com"))
    second = record(shop, customer_in(id="7", email="kim@example.com"), source="marketplace")
    assert first.ids != second.ids
    assert Identity.objects.filter(kind="account").count() == 2


def test_hearsay_corrects_nobody(shop: Store) -> None:
    record(shop, customer_in(email="sam@example.com", name="Sam"))
    recorded = record(shop, customer_in(email="sam@example.com", name="S.", locale="de"), hearsay={0})
    customer = Customer.objects.get()
    assert (customer.name, customer.locale) == ("Sam", "de")
    assert recorded.outcomes == [Outcome.CHANGED]


def test_one_bad_customer_never_stops_the_others(shop: Store) -> None:
    recorded = record(shop, customer_in(phone="nonsense"), customer_in())
    assert recorded.outcomes == [Outcome.REFUSED, Outcome.CREATED]
    assert recorded.refused[0].code == "customer_not_recognisable"
    assert [caveat.code for caveat in recorded.warnings] == ["phone_unreadable"]


def test_consents_told_twice_in_a_batch_end_in_the_later_word(shop: Store) -> None:
    def consent(day: int, *, granted: bool) -> dict[str, Any]:
        return {"purpose": "marketing", "granted": granted, "at": f"2025-01-0{day}T00:00:00Z"}

    record(shop, customer_in(consents=[consent(3, granted=False)]), customer_in(consents=[consent(2, granted=True)]))
    assert not Consent.objects.get().granted
    assert [data["granted"] for _, data in happened("customer.consent_changed")] == [False]


def test_somebody_created_in_the_future_was_created_now(shop: Store) -> None:
    record(shop, customer_in(created_at=NOW + timedelta(days=1)))
    assert Customer.objects.get().created_at == NOW


def test_another_stores_customer_is_somebody_else(shop: Store) -> None:
    sam = make_customer(shop, id="7")
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        recorded = record(mallory, whole())
        assert recorded.outcomes == [Outcome.CREATED]
        assert Customer.objects.get().pk != sam.pk
    assert Customer.objects.get() == sam


@pytest.mark.parametrize("told", [{}, {"name": "changed"}])
def test_the_number_of_statements_does_not_grow_with_the_batch(shop: Store, told: dict[str, Any]) -> None:
    batch = [whole(id=str(number), email=f"u{number}@example.com", phone=f"030 {number}123456") for number in range(40)]
    if told:
        record(shop, *batch)
        batch = [customer.model_copy(update=told) for customer in batch]

    def statements(*customers: CustomerIn) -> int:
        with CaptureQueriesContext(connection) as captured:
            record(shop, *customers)
        return len(captured)

    assert statements(batch[0]) == statements(*batch[1:])
