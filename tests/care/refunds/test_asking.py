"""Never more than was paid, once for each key, and one answer to who comes first."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from aftercare.care.refunds.actions.asking import confirm_refund, drop_refund, make_by_hand, try_again
from aftercare.care.refunds.actions.by_hand import note_made
from aftercare.care.refunds.errors import MoreThanPaid, OtherRefund, RefundNotThere
from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.policy import Ours, room
from aftercare.care.refunds.queries import left_to_refund
from aftercare.commerce.orders.models import Order, Refund
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.errors import Refusal as AnyRefusal
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.refunds.cast import again, ask, bought
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def left(order: Order) -> int:
    with store_scope(order.store_id):
        return left_to_refund(order=Order.objects.get(pk=order.pk))


def test_what_is_asked_for_takes_room_until_it_is_dropped(store: Store) -> None:
    order = bought(store)
    first = ask(order, 5000, key="a", confirmed=False)
    assert left(order) == 3900
    with pytest.raises(MoreThanPaid, match=r"39\.00 EUR are left"):
        ask(order, 3901, key="b")
    with store_scope(store.pk):
        drop_refund(refund=first, note="They keep it", by="staff:arne", now=NOW)
    assert left(order) == 8900
    assert ask(order, 8900, key="b").state == "by_hand"


def test_what_the_shop_reports_of_ours_counts_once(store: Store) -> None:
    order = bought(store)
    ours = ask(order, 5000)
    with store_scope(store.pk):
        note_made(refund=ours, external_id="991", note="", by="staff:arne", now=NOW)
        Refund.objects.create(store=store, order=order, external_id="991", amount=5000, refunded_at=NOW)
        Order.objects.filter(pk=order.pk).update(refunded=5000)
    assert left(order) == 3900


def test_the_same_key_asks_once_and_another_amount_under_it_is_refused(store: Store) -> None:
    order = bought(store)
    assert ask(order).pk == ask(order).pk
    with pytest.raises(OtherRefund):
        ask(order, 2000)


@pytest.mark.parametrize(("amount", "refusal"), [(0, Invalid), (-5, Invalid), (8901, MoreThanPaid)])
def test_what_cannot_be_given_back_is_refused(store: Store, amount: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ask(bought(store), amount)


def test_each_deed_has_its_time(store: Store) -> None:
    refund = ask(bought(store), confirmed=False)
    with store_scope(store.pk):
        with pytest.raises(RefundNotThere):
            note_made(refund=refund, external_id="", note="", by="staff:arne", now=NOW)
        confirm_refund(refund=refund, by="staff:arne", now=NOW)
        for deed in (confirm_refund, try_again, make_by_hand):
            with pytest.raises(RefundNotThere, match="To be made by hand"):
                deed(refund=refund, by="staff:olga", now=NOW)
        note_made(refund=refund, external_id="", note="Bank transfer", by="staff:arne", now=NOW)
        with pytest.raises(RefundNotThere, match="Made"):
            drop_refund(refund=refund, note="x", by="staff:olga", now=NOW)
    assert (again(refund).state, again(refund).note) == ("made", "Bank transfer")


def test_what_may_have_been_made_is_not_dropped_before_somebody_looked(store: Store) -> None:
    refund = ask(bought(store))
    with store_scope(store.pk):
        AskedRefund.objects.filter(pk=refund.pk).update(state="failed", is_unsure=True, payer="shopify")
        with pytest.raises(RefundNotThere, match="may have been made"):
            drop_refund(refund=refund, note="x", by="staff:olga", now=NOW)
        make_by_hand(refund=refund, by="staff:olga", now=NOW)
        drop_refund(refund=refund, note="It was not made", by="staff:olga", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_no_more_is_promised_than_there_is(store: Store) -> None:
    order = bought(store)

    def attempt(number: int) -> bool:
        try:
            ask(order, 2500, key=str(number))
        except AnyRefusal:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as people:
        assert sum(people.map(attempt, range(12))) == 3
    assert left(order) == 8900 - 3 * 2500


@given(
    total=st.integers(0, 10**12), reported=st.integers(0, 10**12),
    ours=st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from(["", "a", "b"])), max_size=8),
)  # fmt: skip
def test_there_is_never_more_room_than_was_paid_less_all_that_is_known(
    total: int, reported: int, ours: list[tuple[int, str]]
) -> None:
    free = room(total=total, reported=reported, reported_ids=frozenset({"a"}), ours=[Ours(*one) for one in ours])
    unreported = sum(amount for amount, known in ours if known != "a")
    assert free == max(total - reported - unreported, 0)
    assert 0 <= free <= total
