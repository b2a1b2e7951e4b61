"""What comes back changes what is sent next: a message out, the provider's call in, and the next message's decision."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from aftercare.commerce.customers.models import Consent, Customer
from aftercare.commerce.orders.models import Order
from aftercare.engagement.messaging import types
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers, deliver_due
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.models import ChannelConnection, Message, MessageNews, Suppression
from aftercare.engagement.messaging.policy import LegalClass
from aftercare.engagement.messaging.types import MessageType
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import consent, make_customer, make_order, request_for, with_templates
from tests.engagement.messaging.providers.connecting import bounced, call, complained, connect, told, unsubscribed
from tests.engagement.messaging.providers.gateway import Gateway
from tests.factories import make_store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
OFFER = "test_offer"


class Juniper:
    """The shop, which sends by Postmark, and Sam, who agreed to everything."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        self.connection: ChannelConnection = connect(store)
        with store_scope(store.pk):
            with_templates(store, now)
            self.sam: Customer = make_customer(store, now)
            self.order: Order = make_order(self.sam, now)
            for purpose in ("marketing", "service"):
                consent(self.sam, now - timedelta(days=30), purpose=purpose, granted=True)
        self._asked = 0

    def ask(self, message_type: str, *, at: datetime | None = None) -> Message:
        """Ask for one more message to Sam, and let it go out if it may."""
        self._asked += 1
        moment = at or self.now
        with store_scope(self.store.pk):
            request = request_for(self.order, moment, message_type=message_type, key=f"{self._asked}")
            request_messages(requests=[request], now=moment)
            deliver_due(moment)
            deliver_by_own_carriers(moment)
            return Message.objects.get(dedupe_key=f"{self._asked}")

    def hears(self, event: Any) -> dict[str, int]:
        """The provider calls."""
        answer = call(self.connection, event)
        assert answer.status_code == 200, answer.content
        counted: dict[str, int] = answer.json()
        return counted

    def decisions(self, *, at: datetime | None = None) -> dict[str, str]:
        """What is decided now about a message of each class."""
        kinds = {"transactional": "order_confirmed", "service": "thank_you", "marketing": OFFER}
        return {name: self.ask(kind, at=at).reason for name, kind in kinds.items()}


@pytest.fixture
def juniper(store: Store, now: datetime, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Juniper:
    offer = MessageType(OFFER, "An offer", LegalClass.MARKETING, timedelta(days=30))
    monkeypatch.setitem(types._types, OFFER, offer)
    return Juniper(store, now)


def test_a_message_goes_by_the_stores_provider(juniper: Juniper, gateway: Gateway) -> None:
    message = juniper.ask("order_confirmed")
    assert (message.state, message.reply) == ("sent", "Postmark: id-1")
    (sent,) = gateway.calls
    assert (sent.host, sent.path) == ("api.postmarkapp.com", "/email")
    assert sent.headers["x-postmark-server-token"] == "a-server-token"
    assert sent.told["Metadata"] == {"message_id": message.public_id}


def test_a_hard_bounce_stops_everything(juniper: Juniper) -> None:
    message = juniper.ask("order_confirmed")
    assert juniper.hears(bounced(message.public_id)) == {"events": 1, "ignored": 0}
    assert set(juniper.decisions().values()) == {"suppressed"}
    with store_scope(juniper.store.pk):
        dropped = Message.objects.filter(state="dropped").earliest("pk")
        assert dropped.detail == "Does not exist, 2026-11-22: smtp;550 5.1.1 no such user"
        message.refresh_from_db()
        assert message.delivery == "bounced"
        assert EventRow.objects.get(type="message.bounced").data["severity"] == "hard"


def test_a_complaint_stops_all_that_is_not_owed(juniper: Juniper) -> None:
    message = juniper.ask("thank_you")
    juniper.hears(complained(message.public_id))
    assert juniper.decisions() == {
        "transactional": "good_moment", "service": "suppressed", "marketing": "suppressed",
    }  # fmt: skip
    with store_scope(juniper.store.pk):
        assert not any(Consent.objects.filter(customer=juniper.sam).values_list("granted", flat=True))
        assert EventRow.objects.filter(type="customer.consent_changed").count() == 2
        assert "Reported as spam" in Message.objects.filter(state="dropped").earliest("pk").detail


def test_unsubscribing_at_the_provider_is_unsubscribing_here(juniper: Juniper) -> None:
    message = juniper.ask("order_confirmed")
    juniper.hears(unsubscribed(message.public_id))
    assert juniper.decisions() == {
        "transactional": "good_moment", "service": "good_moment", "marketing": "opted_out",
    }  # fmt: skip
    with store_scope(juniper.store.pk):
        said = Consent.objects.get(customer=juniper.sam, purpose="marketing")
        assert (said.granted, said.source) == (False, "unsubscribed by mail")
        assert not Suppression.objects.exists()


def test_unsubscribing_from_help_ends_help_too(juniper: Juniper) -> None:
    juniper.hears(unsubscribed(juniper.ask("thank_you").public_id))
    assert juniper.decisions()["service"] == "opted_out"


def test_soft_bounces_suppress_for_a_while_when_they_go_on(juniper: Juniper, now: datetime) -> None:
    message = juniper.ask("order_confirmed")
    for number in range(5):
        assert juniper.ask("order_confirmed").reason == "good_moment"
        at = now - timedelta(days=3) + timedelta(hours=16 * number)
        juniper.hears(bounced(message.public_id, kind="SoftBounce", number=number, at=at.isoformat()))
    assert set(juniper.decisions().values()) == {"suppressed"}
    assert juniper.ask("order_confirmed", at=now + timedelta(days=31)).reason == "good_moment"


def test_a_delivery_in_between_makes_them_count_anew(juniper: Juniper, now: datetime) -> None:
    message = juniper.ask("order_confirmed")
    for number in range(5):
        at = now - timedelta(days=3) + timedelta(hours=16 * number)
        juniper.hears(bounced(message.public_id, kind="SoftBounce", number=number, at=at.isoformat()))
        if number == 3:
            juniper.hears(told("Delivery", message.public_id, DeliveredAt=(at + timedelta(hours=1)).isoformat()))
    assert juniper.ask("order_confirmed").reason == "good_moment"


def test_what_is_told_again_changes_nothing(juniper: Juniper) -> None:
    message = juniper.ask("order_confirmed")
    assert juniper.hears(bounced(message.public_id))["events"] == 1
    assert juniper.hears(bounced(message.public_id))["events"] == 0
    with store_scope(juniper.store.pk):
        assert MessageNews.objects.count() == EventRow.objects.filter(type="message.bounced").count() == 1


def test_events_without_our_name_are_matched_by_the_providers(juniper: Juniper) -> None:
    message = juniper.ask("order_confirmed")
    event = told("Delivery", "")
    del event["Metadata"]
    juniper.hears(event)
    with store_scope(juniper.store.pk):
        message.refresh_from_db()
    assert message.delivery == "delivered"


def test_opening_ten_times_is_one_fact_and_machines_are_told_apart(juniper: Juniper, store: Store) -> None:
    message = juniper.ask("order_confirmed")
    for hour in range(3):
        juniper.hears(told("Open", message.public_id, ReceivedAt=f"2026-11-22T0{hour}:00:00Z", UserAgent="Mail"))
    other = connect(store, "sendgrid")
    machine = [{
        "event": "open", "email": "sam@example.com", "timestamp": 1795340000, "sg_event_id": "e-1", "useragent": "x",
        "sg_machine_open": True, "message_id": message.public_id,
    }]  # fmt: skip
    assert call(other, machine).status_code == 200
    with store_scope(juniper.store.pk):
        opened = EventRow.objects.filter(type="message.opened")
        assert sorted(row.data["machine"] for row in opened) == [False, True]
        assert MessageNews.objects.filter(kind="opened").count() == 4


def test_mail_of_others_by_the_same_provider_says_something_of_addresses_only(juniper: Juniper) -> None:
    juniper.hears(told("Open", "msg_0000000000000000"))
    juniper.hears(complained("msg_0000000000000000"))
    assert juniper.decisions()["service"] == "suppressed"
    with store_scope(juniper.store.pk):
        assert [news.kind for news in MessageNews.objects.all()] == ["complained"]


def test_another_store_is_not_touched(juniper: Juniper, now: datetime) -> None:
    other = make_store("birch")
    message = juniper.ask("order_confirmed")
    call(connect(other), bounced(message.public_id))
    assert juniper.ask("order_confirmed").reason == "good_moment"
