"""The ledger: what is spent first, what comes back where, what is taken back, and what nobody can do."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.customers.actions import merge_customers
from aftercare.commerce.customers.models import Customer
from aftercare.engagement.credit.actions import (
    Grant,
    capture,
    claw_back,
    expire_due,
    give_back,
    grant_credit,
    grant_many,
    release,
    release_due,
    spend_credit,
    tell_expiring,
)
from aftercare.engagement.credit.errors import KeyTaken, MoreThanSpent, NotEnoughCredit, SpendingOver
from aftercare.engagement.credit.models import Account, Entry, Lot, Posting, Spending
from aftercare.engagement.credit.origins import Origin
from aftercare.engagement.credit.queries.wallets import entries_of, wallets_of_customer
from aftercare.engagement.credit.vocabulary import AccountKind
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from tests.commerce.shipments.parcels import told
from tests.engagement.credit.things import check_ledger, give, left, new_key, spend
from tests.factories import NOW, make_customer

DAY = timedelta(days=1)


@pytest.fixture
def sam(shop: Store) -> Customer:
    return make_customer(shop)


def test_what_expires_soonest_is_spent_first(sam: Customer) -> None:
    for until in (None, NOW + 9 * DAY, NOW + 2 * DAY):
        give(sam, 100, until=until)
    spend(sam, 150)
    assert left() == [100, 50, 0]
    check_ledger()


def test_what_is_given_back_returns_to_its_lots_with_their_own_expiry(sam: Customer) -> None:
    give(sam, 100, until=NOW + 2 * DAY)
    give(sam, 100, until=NOW + 9 * DAY)
    paid = spend(sam, 150)
    back = give_back(spending=paid, key="b1", reason="returned", amount=Money(60, "EUR"), by="api", now=NOW + 3 * DAY)
    assert (back.restored.amount, back.expired.amount) == (60, 10)
    assert left() == [10, 100]
    assert list(Lot.objects.order_by("pk").values_list("expires_at", flat=True)) == [NOW + 2 * DAY, NOW + 9 * DAY]
    assert give_back(
        spending=paid, key="b1", reason="returned", amount=Money(60, "EUR"), by="api", now=NOW + 4 * DAY
    ) == back  # fmt: skip
    with pytest.raises(KeyTaken):
        give_back(spending=paid, key="b1", reason="returned", amount=Money(61, "EUR"), by="api", now=NOW)
    with pytest.raises(MoreThanSpent):
        give_back(spending=paid, key="b2", reason="", amount=Money(91, "EUR"), by="api", now=NOW)
    assert give_back(spending=paid, key="b3", reason="", by="api", now=NOW).restored.amount == 90
    assert left() == [100, 100]
    check_ledger()


def test_a_reservation_keeps_credit_until_it_is_captured_released_or_over(sam: Customer) -> None:
    give(sam, 100)
    for first in (capture, release):
        held = spend(sam, 40, reserve_for=timedelta(hours=1))
        with pytest.raises(NotEnoughCredit):
            spend(sam, 100)
        assert first(spending=held, by="api", now=NOW) == first(spending=held, by="api", now=NOW)
        with pytest.raises(SpendingOver):
            (release if first is capture else capture)(spending=held, by="api", now=NOW)
    assert left() == [60]
    spend(sam, 60, reserve_for=timedelta(hours=1))
    assert release_due(NOW) == 0
    assert release_due(NOW + timedelta(hours=1)) == 1
    assert left() == [60]
    check_ledger()


def test_to_claw_back_takes_what_is_left_and_says_what_is_gone(sam: Customer) -> None:
    refund = give(sam, 100)
    give(sam, 20, bonus_of=refund, until=NOW + DAY)
    spend(sam, 50)
    taken = claw_back(grant=refund, key="c1", reason="Exchanged after all", by="staff:olga", now=NOW)
    assert (taken.taken.amount, taken.spent.amount) == (70, 50)
    assert claw_back(grant=refund, key="c1", reason="Exchanged after all", by="staff:olga", now=NOW) == taken
    again = claw_back(grant=refund, key="c2", reason="Again", by="staff:olga", now=NOW)
    assert (again.taken.amount, again.spent.amount) == (0, 50)
    assert EventRow.objects.filter(type="credit.clawed_back").count() == 2
    check_ledger()


def test_a_bonus_alone_is_clawed_back_and_so_is_a_part(sam: Customer) -> None:
    refund = give(sam, 100)
    bonus = give(sam, 20, bonus_of=refund)
    claw_back(grant=bonus, key="c1", reason="", by="api", now=NOW)
    assert left() == [100, 0]
    part = claw_back(grant=refund, key="c2", reason="", amount=Money(30, "EUR"), by="api", now=NOW)
    assert (part.taken.amount, left()) == (30, [70, 0])


def test_what_has_expired_is_gone_and_was_told_of_before(sam: Customer, shop: Store) -> None:
    give(sam, 100, until=NOW + 20 * DAY)
    give(sam, 30)
    assert [tell_expiring(NOW + days * DAY) for days in (5, 6, 7)] == [0, 1, 0]
    with pytest.raises(NotEnoughCredit):
        spend(sam, 31, at=NOW + 20 * DAY)
    assert [expire_due(NOW + 20 * DAY), expire_due(NOW + 20 * DAY)] == [1, 0]
    assert left() == [0, 30]
    assert told(shop, "credit.exp") == ["credit.expiring", "credit.expired"]
    check_ledger()


def test_the_same_key_gives_once(sam: Customer) -> None:
    said = {"kind": Origin.REFUND, "reason": "r", "key": "k", "by": "api", "now": NOW}
    first = grant_credit(customer=sam, amount=Money(5, "EUR"), **said)  # type: ignore[arg-type]
    assert grant_credit(customer=sam, amount=Money(5, "EUR"), **said) == first  # type: ignore[arg-type]
    with pytest.raises(KeyTaken):
        grant_credit(customer=sam, amount=Money(6, "EUR"), **said)  # type: ignore[arg-type]
    paid = spend_credit(customer=sam, amount=Money(2, "EUR"), key="p", by="api", now=NOW)
    assert spend_credit(customer=sam, amount=Money(2, "EUR"), key="p", by="api", now=NOW) == paid
    with pytest.raises(KeyTaken):
        spend_credit(customer=sam, amount=Money(3, "EUR"), key="p", by="api", now=NOW)
    assert left() == [3]


def test_many_are_given_in_as_many_statements_as_one(sam: Customer, shop: Store) -> None:
    ids = [sam.pk, *(make_customer(shop, email=f"c{number}@example.com").pk for number in range(9))]

    def statements(ids: list[int]) -> int:
        grants = [Grant(one, Money(10, "EUR"), Origin.OFFER, "Hello", new_key()) for one in ids]
        with CaptureQueriesContext(connection) as captured:
            assert len(grant_many(store_id=shop.pk, grants=grants, by="api", now=NOW)) == len(ids)
        return len(captured)

    statements(ids)
    assert statements(ids) == statements([sam.pk])
    check_ledger()


def test_what_a_merged_customer_had_is_spent_by_the_survivor(sam: Customer, shop: Store) -> None:
    other = make_customer(shop, email="sam@work.example")
    give(other, 70)
    give(sam, 50)
    merge_customers(survivor=sam, absorbed=other, by="staff:olga", now=NOW)
    spend(sam, 110)
    assert wallets_of_customer(customer=sam, now=NOW)[0].money == Money(10, "EUR")
    assert give(other, 5).account.customer_id == sam.pk
    check_ledger()


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_currencies_never_mix(sam: Customer, currency: str) -> None:
    give(sam, 1500, currency=currency)
    with pytest.raises(NotEnoughCredit):
        spend(sam, 1, currency="USD")
    paid = spend(sam, 1500, currency=currency)
    with pytest.raises(Invalid):
        give_back(spending=paid, key="x", reason="", amount=Money(1, "USD"), by="api", now=NOW)
    check_ledger()


def test_a_history_says_what_each_entry_did(sam: Customer) -> None:
    give(sam, 100)
    paid = spend(sam, 30)
    give_back(spending=paid, key="b", reason="", by="api", now=NOW)
    assert [(one.kind, one.change) for one in entries_of(customer_ids=[sam.pk]).rows] == [
        ("restored", 30), ("spent", -30), ("granted", 100),
    ]  # fmt: skip


def test_nobody_rewrites_the_ledger(sam: Customer) -> None:
    give(sam, 100)
    for attempt in (
        lambda: Posting.objects.update(amount=1), lambda: Posting.objects.all().delete(),
        lambda: Entry.objects.update(reason="x"), lambda: Entry.objects.all().delete(),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_an_entry_that_does_not_add_up_is_refused(sam: Customer) -> None:
    give(sam, 100)
    goodwill = Account.objects.get(kind=AccountKind.GOODWILL)

    def append() -> None:
        entry = Entry.objects.get()
        Posting.objects.create(store_id=sam.store_id, entry=entry, currency="EUR", amount=7, account=goodwill)
        fetch("SET CONSTRAINTS ALL IMMEDIATE; SELECT 1")

    with pytest.raises(IntegrityError, match="does not add up"), transaction.atomic():
        append()


def test_nothing_senseless_is_given_or_spent(sam: Customer) -> None:
    for amount, currency, until in ((0, "EUR", None), (-5, "EUR", None), (5, "XXZ", None), (5, "EUR", NOW)):
        with pytest.raises(Invalid):
            give(sam, amount, currency=currency, until=until)
    with pytest.raises(Invalid):
        spend(sam, 0)
    with pytest.raises(Invalid):
        spend_credit(amount=Money(1, "EUR"), key="k", by="api", now=NOW)
    assert not Spending.objects.exists()
