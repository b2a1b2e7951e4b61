"""Programs that let somebody into a journey: once for each key, and only of their own store."""

from datetime import datetime
from typing import Any

import pytest

from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.actions.publish import pause
from aftercare.engagement.journeys.models import Enrolment, Version
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import caller_for
from tests.engagement.journeys.cast import publish
from tests.engagement.messaging.cast import make_customer, make_order
from tests.factories import make_store

WAIT = {"id": "wait", "kind": "wait", "config": {"days": 1}}


def called(store: Store, now: datetime, **more: Any) -> Version:
    return publish(store, now, WAIT, trigger="called", **({"entry": {"once_per": "event"}} | more))


@pytest.fixture
def order(shop: Store, now: datetime) -> Order:
    return make_order(make_customer(shop, now), now)


def test_a_key_lets_in_once(shop: Store, order: Order, now: datetime) -> None:
    page = f"/journeys/{called(shop, now).journey.public_id}/enrolments"
    program, body = caller_for(shop), {"key": "w-1", "order": order.public_id, "data": {"months": 24}}
    first, again = program.post(page, body), program.post(page, body)
    assert (first.status, again.status, first.body["id"]) == (201, 200, again.body["id"])
    entered = Enrolment.objects.get()
    assert (entered.order_id, entered.customer_id, entered.data) == (order.pk, order.customer_id, {"months": 24})
    assert program.post(page, body | {"key": "w-2"}).status == 201


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"key": "a"}, (422, "invalid", "customer")),
        ({"key": "a", "order": "ord_0000000000000000"}, (404, "not_found", "order")),
        ({"key": "", "order": "x"}, (422, "invalid", "key")),
        ({"key": "a", "order": "x", "more": 1}, (422, "invalid", "more")),
    ],
)
def test_what_is_refused(shop: Store, now: datetime, body: dict[str, Any], problem: tuple[int, str, str]) -> None:
    page = f"/journeys/{called(shop, now).journey.public_id}/enrolments"
    assert caller_for(shop).post(page, body).problem == problem


def test_a_journey_of_another_kind_or_at_rest_takes_nobody(shop: Store, order: Order, now: datetime) -> None:
    version, body = publish(shop, now, WAIT), {"key": "a", "order": order.public_id}
    page = f"/journeys/{version.journey.public_id}/enrolments"
    assert caller_for(shop).post(page, body).problem == (409, "not_in_this_state", "journey")
    pause(journey=called(shop, now).journey, by="test", now=now)
    assert caller_for(shop).post(page, body).problem == (409, "not_in_this_state", "journey")


def test_who_was_let_in_lately_is_not_again(shop: Store, order: Order, now: datetime) -> None:
    version = called(shop, now, entry={"once_per": "customer", "again_after_days": 9})
    page = f"/journeys/{version.journey.public_id}/enrolments"
    assert caller_for(shop).post(page, {"key": "a", "order": order.public_id}).status == 201
    assert caller_for(shop).post(page, {"key": "b", "order": order.public_id}).problem[:2] == (409, "entered_recently")


def test_another_store_and_who_may_only_read_let_nobody_in(shop: Store, order: Order, now: datetime) -> None:
    page = f"/journeys/{called(shop, now).journey.public_id}/enrolments"
    body = {"key": "a", "order": order.public_id}
    other = make_store("mallory")
    assert caller_for(other).post(page, body).problem == (404, "not_found", "journey")
    with store_scope(other.pk):
        own = called(other, now).journey.public_id
    assert caller_for(other).post(f"/journeys/{own}/enrolments", body).problem == (404, "not_found", "order")
    assert caller_for(shop, Permission.JOURNEYS_READ).post(page, body).status == 403
    with store_scope(shop.pk):
        assert not Enrolment.objects.exists()
