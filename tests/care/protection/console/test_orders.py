import pytest
import time_machine

from aftercare.care.protection.models import Claim
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.protection.cast import judge, lapses, parcel_of, set_rules, silent, valuable
from tests.commerce.shipments.parcels import hours
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.django_db


def test_the_order_says_what_is_asked_and_why(store: Store) -> None:
    set_rules(store)
    order = valuable(store)
    words = words_of(Staff(store).see("order", order.public_id))
    assert "Asked of the delivery: signature, insurance (€600.00)" in words
    assert "From €1,000.00, at home: no leaving with neighbours or in a safe place. not asked: worth less" in words


def test_what_lacks_stands_on_today_until_it_is_booked(store: Store) -> None:
    set_rules(store)
    order = valuable(store)
    parcel = parcel_of(store)
    judge(parcel)
    olga = Staff(store)
    assert "A parcel of #1042 goes without what was asked" in words_of(olga.see("today"))
    assert "Announced without it: signature, insurance" in words_of(olga.see("order", order.public_id))
    assert "#1042" in olga.see("orders", trouble="protection")
    olga.do("protection_book", parcel.public_id, signature="on", insured="600,00")
    assert lapses(store)[0][2]
    assert "booked: signature €600.00" in words_of(olga.see("order", order.public_id))


def test_staff_settle_what_they_looked_into(store: Store) -> None:
    set_rules(store)
    order = valuable(store)
    judge(parcel_of(store))
    Staff(store).do("protection_settle", order.public_id)
    assert lapses(store)[0][2]


def test_a_claim_is_opened_for_a_customer_who_calls(store: Store) -> None:
    parcel = silent(store)
    olga = Staff(store)
    with time_machine.travel(hours(24 * 3), tick=False):
        assert "can be claimed from Monday, 23 November" in words_of(olga.see("order", parcel.order.public_id))
        olga.do("claim_open", parcel.public_id, kind="lost")
    with store_scope(store.pk):
        assert not Claim.objects.exists()
    with time_machine.travel(hours(24 * 9), tick=False):
        assert "Claim it for the customer" in olga.see("order", parcel.order.public_id)
        olga.do("claim_open", parcel.public_id, kind="lost")
        olga.do("claim_open", parcel.public_id, kind="sold")
    with store_scope(store.pk):
        assert Claim.objects.get().opened_by.startswith("staff:")


@pytest.mark.parametrize("role", [Role.ANALYST, Role.MARKETER])
def test_readers_only_read(store: Store, role: Role) -> None:
    parcel = silent(store)
    someone = Staff(store, role, "r@juniper.example")
    someone.do("claim_open", parcel.public_id, kind="lost", expect=403)
    someone.do("protection_book", parcel.public_id, signature="on", expect=403)
    someone.do("protection_settle", parcel.order.public_id, expect=403)
    assert "This was booked" not in someone.see("order", parcel.order.public_id)


def test_mallory_books_nothing(store: Store) -> None:
    parcel = silent(store)
    mallory = Staff(make_store("mallory"), email="mallory@other.example")
    mallory.do("protection_book", parcel.public_id, signature="on", expect=404)
    mallory.do("protection_settle", parcel.order.public_id, expect=404)
