"""Taking requests: each decided, written down with its reason, once."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from aftercare.engagement.messaging.actions.decide_again import decide_again
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds, release_holds
from aftercare.engagement.messaging.actions.request import Taken, request_messages
from aftercare.engagement.messaging.actions.suppress import suppress_addresses
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.policy import Reason, Verdict
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import consent, make_customer, make_order, request_for, with_templates
from tests.factories import make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


def ask(*requests: MessageRequest, now: datetime) -> list[Taken]:
    with transaction.atomic():
        return request_messages(requests=requests, now=now)


def test_a_good_moment_queues_the_message(store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now)
    (taken,) = ask(request_for(order, now), now=now)
    message = Message.objects.get(pk=taken.message_id)
    assert (message.state, message.reason, message.recipient) == ("queued", "good_moment", "sam@example.com")
    assert message.context["order"]["lines"] == [
        {"title": "Linen throw", "variant": "", "quantity": 1, "total": 8900, "image_url": ""}
    ]


def test_the_same_request_twice_is_one_message(store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now)
    ask(request_for(order, now), now=now)
    (again,) = ask(request_for(order, now), now=now)
    assert again.message_id is None
    assert Message.objects.count() == 1


def test_the_address_given_with_the_order_comes_first(store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now, email="office@example.com")
    ask(request_for(order, now), now=now)
    assert Message.objects.get().recipient == "office@example.com"


def test_a_merged_customer_is_spoken_to_as_the_one_they_are(store: Store, now: datetime) -> None:
    survivor = make_customer(store, now, email="sam.new@example.com")
    absorbed = make_customer(store, now, merged_into=survivor)
    ask(request_for(make_order(absorbed, now), now), now=now)
    message = Message.objects.get()
    assert (message.customer_id, message.recipient) == (survivor.pk, "sam.new@example.com")


def test_a_suppressed_address_gets_nothing_and_the_log_says_why(store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now, email="Gone@Example.com"), now)
    suppress_addresses(channel="email", addresses=[(store.pk, "gone@example.com", "550")], now=now)
    (taken,) = ask(request_for(order, now), now=now)
    assert taken.decision.reason == Reason.SUPPRESSED
    event = EventRow.objects.get(type="message.dropped")
    assert (event.order_id, event.data["reason"]) == (order.pk, "suppressed")


def test_who_opted_out_of_service_still_hears_about_their_order(store: Store, now: datetime) -> None:
    customer = make_customer(store, now)
    consent(customer, now, purpose="service", granted=False)
    order = make_order(customer, now)
    thanks, confirmed = ask(
        request_for(order, now, message_type="thank_you", key="a"), request_for(order, now, key="b"), now=now
    )
    assert (thanks.decision.reason, confirmed.decision.verdict) == (Reason.OPTED_OUT, Verdict.SEND)


def test_a_hold_delays_and_its_release_lets_go_at_once(store: Store, now: datetime) -> None:
    customer = make_customer(store, now)
    order = make_order(customer, now)
    hold = HoldRequest(store.pk, customer.pk, "ret_1", "A return is open", now + timedelta(days=9), order.pk)
    place_holds(placed_by="returns", holds=[hold], now=now)
    ask(request_for(order, now, message_type="thank_you"), now=now)
    assert Message.objects.get().detail == "A return is open"

    assert decide_again(now + timedelta(hours=1)) == 0
    release_holds(store_id=store.pk, placed_by="returns", keys=["ret_1"], now=now + timedelta(hours=2))
    assert decide_again(now + timedelta(hours=2)) == 1
    assert Message.objects.get().state == "queued"


def test_a_hold_ends_by_itself(store: Store, now: datetime) -> None:
    customer = make_customer(store, now)
    hold = HoldRequest(store.pk, customer.pk, "ret_1", "A return is open", now + timedelta(hours=3))
    place_holds(placed_by="returns", holds=[hold], now=now)
    ask(request_for(make_order(customer, now), now, message_type="thank_you"), now=now)
    assert decide_again(now + timedelta(hours=3)) == 1
    assert Message.objects.get().state == "queued"


def test_the_recipient_of_a_gift_hears_of_the_parcel_without_prices(store: Store, now: datetime) -> None:
    gift = {"recipient": "Noor", "email": "noor@example.com", "message": "Happy birthday"}
    order = make_order(make_customer(store, now), now, gift=gift)
    ask(request_for(order, now, message_type="on_its_way", key="a"), request_for(order, now, key="b"), now=now)
    to_noor = Message.objects.get(recipient="noor@example.com")
    assert to_noor.message_type == "on_its_way"
    assert "total" not in to_noor.context["order"]
    assert "total" not in to_noor.context["order"]["lines"][0]
    assert Message.objects.filter(recipient="sam@example.com").count() == 2


def test_a_thousand_requests_cost_as_many_queries_as_one(
    store: Store, now: datetime, django_assert_max_num_queries
) -> None:
    customer = make_customer(store, now)
    order = make_order(customer, now)
    ask(request_for(order, now, key="warm"), now=now)
    with django_assert_max_num_queries(18):
        taken = ask(*(request_for(order, now, key=str(number)) for number in range(1000)), now=now)
    assert len({one.message_id for one in taken}) == 1000


def test_another_stores_suppression_does_not_count(store: Store, now: datetime) -> None:
    other = make_store("mallory")
    suppress_addresses(channel="email", addresses=[(other.pk, "sam@example.com", "550")], now=now)
    (taken,) = ask(request_for(make_order(make_customer(store, now), now), now), now=now)
    assert taken.decision.verdict == Verdict.SEND
