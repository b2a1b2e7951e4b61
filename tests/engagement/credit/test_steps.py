"""Journeys that give credit or a code of one's own, and the message that shows it."""

from datetime import datetime

import pytest

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.engagement.credit.models import Code, Lot
from aftercare.engagement.journeys.models import Enrolment
from aftercare.foundation.stores.models import Store
from tests.engagement.credit.actions.test_codes import promote
from tests.engagement.credit.things import check_ledger
from tests.engagement.journeys.cast import happen, publish, travel
from tests.factories import make_customer, make_order

WAIT = {"id": "wait", "kind": "wait", "config": {"hours": 1}}


@pytest.fixture
def placed(shop: Store) -> OrderPlaced:
    make_customer(shop)
    return OrderPlaced("#1042", 3980, "EUR", 1)


def test_credit_is_given_once_for_each_who_comes_by(shop: Store, placed: OrderPlaced, now: datetime) -> None:
    give = {"id": "give", "kind": "give_credit", "config": {"amount": "5.00", "expires_days": 30, "reason": "Thanks"}}
    publish(shop, now, give, WAIT)
    order = make_order(shop)
    happen(placed, order=order, at=now)
    travel(now)
    travel(now)
    lot = Lot.objects.select_related("account").get()
    assert (lot.remaining, lot.account.currency, lot.account.customer_id) == (500, shop.currency, order.customer_id)
    check_ledger()


def test_a_code_of_ones_own_is_known_to_later_messages(shop: Store, placed: OrderPlaced, now: datetime) -> None:
    winter = promote(shop)
    give = {"id": "code", "kind": "give_code", "config": {"promotion": winter.public_id}}
    publish(shop, now, give, WAIT)
    order = make_order(shop)
    happen(placed, order=order, at=now)
    travel(now)
    code = Code.objects.get()
    assert (code.limit, code.customer_id) == (1, order.customer_id)
    data = Enrolment.objects.get().data
    assert (data["code"], data["number"]) == (code.code, "#1042")


def test_a_promotion_that_ended_gives_no_code(shop: Store, placed: OrderPlaced, now: datetime) -> None:
    winter = promote(shop)
    publish(shop, now, {"id": "code", "kind": "give_code", "config": {"promotion": winter.public_id}}, WAIT)
    type(winter).objects.update(ended_at=now)
    happen(placed, order=make_order(shop), at=now)
    travel(now)
    assert not Code.objects.exists()
