from datetime import timedelta

import pytest

from aftercare.care.incidents.actions import approve_compensation, close_incidents, decline_compensation, set_budget
from aftercare.care.incidents.errors import AlreadyDecided, OverBudget
from aftercare.care.incidents.models import Incident
from aftercare.care.incidents.queries import left_of_budget
from aftercare.engagement.credit.queries.wallets import wallets_of_customer
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from tests.care.incidents.cast import TUESDAY, fare, incidents, parcels, told
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
OLGA = "staff:usr_olga"


@pytest.fixture
def late(shop: Store) -> list[Incident]:
    fare(parcels(shop, 3), "late", "past_deadline")
    return incidents(shop)


def test_an_approval_is_recorded_with_who_and_how_much(shop: Store, late: list[Incident]) -> None:
    approve_compensation(incident=late[0], amount=490, store=shop, by=OLGA, now=TUESDAY)
    found = incidents(shop)[0]
    assert (found.compensation, found.compensation_amount, found.compensation_by) == ("approved", 490, OLGA)
    assert told(shop)[-1][0] == "incident.compensation_approved"


def test_it_is_decided_once(shop: Store, late: list[Incident]) -> None:
    decline_compensation(incident=late[0], by=OLGA, now=TUESDAY)
    with pytest.raises(AlreadyDecided):
        approve_compensation(incident=late[0], amount=490, store=shop, by=OLGA, now=TUESDAY)
    close_incidents(ids=[late[1].pk], by=OLGA, now=TUESDAY)
    with pytest.raises(AlreadyDecided):
        decline_compensation(incident=late[1], by=OLGA, now=TUESDAY)


def test_a_month_costs_no_more_than_its_budget(shop: Store, late: list[Incident]) -> None:
    set_budget(store=shop, monthly=1000)
    approve_compensation(incident=late[0], amount=600, store=shop, by=OLGA, now=TUESDAY)
    assert left_of_budget(store=shop, now=TUESDAY) == 400
    with pytest.raises(OverBudget):
        approve_compensation(incident=late[1], amount=401, store=shop, by=OLGA, now=TUESDAY)
    approve_compensation(incident=late[1], amount=400, store=shop, by=OLGA, now=TUESDAY)
    assert left_of_budget(store=shop, now=TUESDAY + timedelta(days=20)) == 1000
    set_budget(store=shop, monthly=None)
    assert left_of_budget(store=shop, now=TUESDAY) is None


@pytest.mark.parametrize("amount", [0, -1, 7401])
def test_nobody_gets_nothing_or_more_than_they_paid(shop: Store, late: list[Incident], amount: int) -> None:
    with pytest.raises(Invalid):
        approve_compensation(incident=late[0], amount=amount, store=shop, by=OLGA, now=TUESDAY)


def test_what_is_decided_as_credit_is_granted_once(shop: Store, late: list[Incident]) -> None:
    customer = make_customer(shop)
    Incident.objects.filter(pk=late[0].pk).update(customer=customer)
    one = Incident.objects.select_related("order", "customer").get(pk=late[0].pk)
    approve_compensation(incident=one, amount=490, store=shop, by=OLGA, now=TUESDAY, as_credit=True)
    with pytest.raises(AlreadyDecided):
        approve_compensation(incident=one, amount=490, store=shop, by=OLGA, now=TUESDAY, as_credit=True)
    (wallet,) = wallets_of_customer(customer=customer, now=TUESDAY)
    assert (wallet.money, wallet.lots[0].order_id) == (Money(490, one.order.currency), one.order_id)
    assert Incident.objects.get(pk=one.pk).compensation_credit
    Incident.objects.filter(pk=late[1].pk).update(customer=None)
    unknown = Incident.objects.select_related("order").get(pk=late[1].pk)
    with pytest.raises(Invalid):
        approve_compensation(incident=unknown, amount=490, store=shop, by=OLGA, now=TUESDAY, as_credit=True)
