"""The programmes that come with every store: once switched on, they do what they say."""

from datetime import datetime, timedelta

import pytest

from aftercare.commerce.orders.events import OrderCancelled, OrderDelivered, OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.actions.dates import enter_by_date
from aftercare.engagement.journeys.actions.publish import install_builtin_journeys, resume
from aftercare.engagement.journeys.models import Enrolment, Journey, Version
from aftercare.engagement.journeys.outcomes import EARLY, GOAL
from aftercare.foundation.stores.models import Store
from tests.engagement.journeys.cast import happen, travel
from tests.engagement.messaging.cast import make_customer, make_order

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def order(shop: Store, now: datetime) -> Order:
    install_builtin_journeys(store=shop, now=now)
    return make_order(make_customer(shop, now, traits={"birthday": "1990-11-23"}, time_zone="UTC"), now)


def switch_on(key: str, now: datetime) -> Journey:
    journey: Journey = Journey.objects.get(key=key)
    assert journey.state == Journey.State.PAUSED
    resume(journey=journey, by="olga", now=now)
    return journey


def test_nobody_is_won_back_who_came_by_themselves(order: Order, now: datetime) -> None:
    journey = switch_on("win-back", now)
    happen(OrderDelivered("#1001"), order=order, at=now)
    travel(now)
    happen(OrderPlaced("#1001", 1, "EUR", 1), order=order, at=now + DAY)
    travel(now + DAY)
    assert Enrolment.objects.get(journey=journey).outcome == GOAL


def test_nobody_is_reassured_of_what_was_cancelled(order: Order, now: datetime) -> None:
    journey = switch_on("reassurance", now)
    happen(OrderPlaced("#1001", 1, "EUR", 1), order=order, at=now)
    travel(now)
    happen(OrderCancelled("#1001", whole=True, reason="", lines=["1"]), order=order, at=now + timedelta(hours=1))
    travel(now + timedelta(hours=1))
    assert Enrolment.objects.get(journey=journey).outcome == EARLY


def test_a_birthday_is_noticed(order: Order, now: datetime) -> None:
    journey = switch_on("birthday", now)
    enter_by_date(now + DAY)
    assert Enrolment.objects.get(journey=journey).customer_id == order.customer_id


def test_installing_again_changes_nothing(order: Order, shop: Store, now: datetime) -> None:
    before = set(Version.objects.values_list("pk", flat=True))
    install_builtin_journeys(store=shop, now=now + DAY)
    assert set(Version.objects.values_list("pk", flat=True)) == before
