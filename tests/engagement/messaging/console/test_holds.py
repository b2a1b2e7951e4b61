"""Leaving a customer alone from their page."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from aftercare.engagement.messaging.actions.choose import pause
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds
from aftercare.engagement.messaging.holders import BY_CUSTOMER, BY_STAFF
from aftercare.engagement.messaging.models import Hold
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def test_a_customer_is_left_alone_until_a_day_and_not_longer_than_they_want(olga: Staff, store: Store) -> None:
    now = clock.now()
    with store_scope(store.pk):
        customer = make_customer(store, now)
        pause(customer=customer, now=now)
    day = (now + timedelta(days=9)).date()
    olga.do("leave_alone", customer.public_id, until=day.isoformat(), reason="On a long journey")
    words = words_of(olga.see("customer", customer.public_id))
    assert "The customer asked for a pause the customer" in words
    assert "On a long journey your staff" in words
    with store_scope(store.pk):
        alone = Hold.objects.get(placed_by=BY_STAFF)
        own = Hold.objects.get(placed_by=BY_CUSTOMER)
        open_still = HoldRequest(store.pk, customer.pk, "r1", "A return is open", now + timedelta(days=1))
        place_holds(placed_by="returns", holds=[open_still], now=now)
        assert alone.until == datetime.combine(day, time.min, ZoneInfo(store.time_zone))
        assert EventRow.objects.filter(type="hold.placed", actor=f"staff:{olga.user.public_id}").count() == 1
        others = Hold.objects.get(placed_by="returns")
    for hold in (alone, own, others):
        olga.do("hold_end", customer.public_id, str(hold.pk))
    with store_scope(store.pk):
        assert [hold.placed_by for hold in Hold.objects.filter(released_at=None)] == ["returns"]


@pytest.mark.parametrize("until", ["", "2001-01-01", "2999-01-01", "soon"])
def test_without_a_day_to_come_nobody_is_left_alone(olga: Staff, store: Store, now: datetime, until: str) -> None:
    with store_scope(store.pk):
        customer = make_customer(store, now)
    olga.do("leave_alone", customer.public_id, until=until)
    with store_scope(store.pk):
        assert not Hold.objects.exists()


def test_only_who_may_write_messages_leaves_a_customer_alone(olga: Staff, store: Store, now: datetime) -> None:
    with store_scope(store.pk):
        customer = make_customer(store, now)
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    reader = Staff(store, Role.ANALYST, "ana@juniper.example")
    assert "Leave alone until" not in words_of(reader.see("customer", customer.public_id))
    reader.do("leave_alone", customer.public_id, until=day, expect=403)
    mallory = Staff(make_store("mallory"), email="mallory@other.example")
    mallory.do("leave_alone", customer.public_id, until=day, expect=404)
