"""Many at once: a wallet never falls below nothing, and the same key counts once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from aftercare.engagement.credit.actions import give_back, grant_credit, spend_credit
from aftercare.engagement.credit.errors import KeyTaken, MoreThanSpent, NotEnoughCredit
from aftercare.engagement.credit.models import Account, Lot, Spending
from aftercare.engagement.credit.origins import Origin
from aftercare.engagement.credit.vocabulary import AccountKind
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.credit.things import check_ledger, give, spend
from tests.factories import NOW, make_customer

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(store: Store, attempt: Callable[[int], object], count: int = 12) -> list[type[Refusal] | None]:
    """What each of so many threads was refused with, if it was."""

    def one(number: int) -> type[Refusal] | None:
        try:
            with store_scope(store.pk):
                attempt(number)
        except Refusal as refusal:
            return type(refusal)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(6) as people:
        return list(people.map(one, range(count)))


def test_no_more_is_spent_than_there_is(store: Store) -> None:
    with store_scope(store.pk):
        sam = make_customer(store)
        give(sam, 50)
        give(sam, 20)
    refused = at_once(store, lambda _number: spend(sam, 10))
    assert sorted(map(str, refused)) == sorted([str(None)] * 7 + [str(NotEnoughCredit)] * 5)
    with store_scope(store.pk):
        assert Account.objects.get(kind=AccountKind.WALLET).balance == 0
        check_ledger()


def test_no_more_is_given_back_than_was_spent(store: Store) -> None:
    with store_scope(store.pk):
        sam = make_customer(store)
        give(sam, 50)
        paid = spend(sam, 50)
    refused = at_once(store, lambda number: give_back(
        spending=paid, key=f"b{number}", reason="", amount=Money(10, "EUR"), by="api", now=NOW
    ))  # fmt: skip
    assert refused.count(MoreThanSpent) == 7
    with store_scope(store.pk):
        assert Account.objects.get(kind=AccountKind.WALLET).balance == 50
        check_ledger()


def test_one_key_counts_once(store: Store) -> None:
    with store_scope(store.pk):
        people = [make_customer(store, email=f"c{number}@example.com") for number in range(2)]
    refused = at_once(store, lambda number: grant_credit(
        customer=people[number % 2], amount=Money(10, "EUR"), kind=Origin.REFUND, reason="", key="k", by="api", now=NOW
    ))  # fmt: skip
    assert refused.count(KeyTaken) == 6
    with store_scope(store.pk):
        winner = Lot.objects.select_related("account__customer").get().account.customer
        assert winner is not None
    refused = at_once(
        store, lambda _number: spend_credit(customer=winner, amount=Money(1, "EUR"), key="p", by="api", now=NOW)
    )
    assert refused == [None] * 12
    with store_scope(store.pk):
        assert Spending.objects.count() == 1
        check_ledger()
