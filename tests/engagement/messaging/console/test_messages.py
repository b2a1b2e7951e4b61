"""The console's pages about messages."""

from datetime import datetime
from email import message_from_bytes

import pytest

from aftercare.engagement.messaging.actions.delivery import deliver_due
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.actions.suppress import suppress_addresses
from aftercare.engagement.messaging.models import Message, Suppression
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def ask(store: Store, now: datetime, *, email: str = "sam@example.com", **told: str) -> Message:
    """Ask for a message about an order, and let it go out if it may."""
    with store_scope(store.pk):
        with_templates(store, now)
        order = make_order(make_customer(store, now, email=email), now)
        request_messages(requests=[request_for(order, now, **told)], now=now)
        deliver_due(now)
        return Message.objects.select_related("order").get()


def test_a_sent_message_is_shown_exactly_as_sent(olga: Staff, store: Store, now: datetime) -> None:
    message = ask(store, now)
    words = words_of(olga.see("message", message.public_id))
    for said in (
        "Order confirmed Sent transactional", "We have your order #1001", "Exactly as sent", "sam@example.com",
        "Kept in the outbox viewer", "order_confirmed (en) , version 1", "Message-ID",
    ):  # fmt: skip
        assert said.replace(" ,", ",") in words, said


def test_its_html_can_do_nothing_outside_its_frame(olga: Staff, store: Store, now: datetime) -> None:
    response = olga.get("message_html", ask(store, now).public_id)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Thank you" in response.content.decode()


def test_its_source_is_the_mail_itself(olga: Staff, store: Store, now: datetime) -> None:
    response = olga.get("message_source", ask(store, now).public_id)
    assert response.headers["Content-Type"] == "message/rfc822"
    assert message_from_bytes(response.content)["Subject"] == "We have your order #1001"


def test_what_was_not_sent_says_why(olga: Staff, store: Store, now: datetime) -> None:
    message = ask(store, now, email="")
    words = words_of(olga.see("message", message.public_id))
    assert "Why it was not sent We have no address for this channel" in words
    assert "We have no address for this channel" in words_of(olga.see("messages", state="dropped"))


def test_the_order_says_why_nothing_was_sent(olga: Staff, store: Store, now: datetime) -> None:
    message = ask(store, now, email="")
    assert message.order
    assert "Not sent" in words_of(olga.see("order", message.order.public_id)).partition("Messages")[2]


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ({"state": "sent"}, True),
        ({"state": "failed"}, False),
        ({"type": "order_confirmed", "channel": "email", "reason": "good_moment"}, True),
        ({"type": "delivered"}, False),
        ({"q": "SAM@example"}, True),
        ({"q": "#1001"}, True),
        ({"q": "nobody"}, False),
        ({"state": "nonsense"}, True),
    ],
)
def test_the_outbox_is_narrowed(
    olga: Staff, store: Store, now: datetime, query: dict[str, str], *, is_there: bool
) -> None:
    message = ask(store, now)
    assert (message.public_id in olga.see("messages", **query)) is is_there


def test_a_message_is_found_by_its_id(olga: Staff, store: Store, now: datetime) -> None:
    message = ask(store, now)
    assert message.public_id in olga.see("search", q=message.public_id)


def test_failures_stand_on_today_and_in_the_navigation(olga: Staff, store: Store) -> None:
    now = clock.now()
    with store_scope(store.pk):
        order = make_order(make_customer(store, now), now)
        request_messages(requests=[request_for(order, now)], now=now)  # there is no template
        deliver_due(now)
    html = olga.see("today")
    assert "“Order confirmed” could not be sent" in html
    assert "There is no template for it" in html
    assert 'Messages</span><span class="count">1</span>' in html


def test_why_messages_wait_stands_beside_the_order(olga: Staff, store: Store) -> None:
    now = clock.now()
    with store_scope(store.pk):
        customer = make_customer(store, now)
        order = make_order(customer, now)
        hold = HoldRequest(store.pk, customer.pk, "r1", "A return is open", now.replace(year=now.year + 1))
        place_holds(placed_by="returns", holds=[hold], now=now)
    for page, thing in (("order", order), ("customer", customer)):
        assert "Why messages wait A return is open returns" in words_of(olga.see(page, thing.public_id))


def test_a_blocked_address_is_allowed_again(olga: Staff, store: Store, now: datetime) -> None:
    suppress_addresses(channel="email", addresses=[(store.pk, "dead@example.com", "550 no such user")], now=now)
    html = olga.see("suppressions", q="DEAD", cause="bounce")
    assert "550 no such user" in html
    with store_scope(store.pk):
        row = Suppression.objects.get()
    Staff(store, Role.ANALYST, "ana@juniper.example").do("suppression_lift", row.pk, expect=403)
    olga.do("suppression_lift", row.pk)
    assert "dead@example.com" not in words_of(olga.see("suppressions"))
    olga.do("suppression_lift", row.pk, expect=404)
