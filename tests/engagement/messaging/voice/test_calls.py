"""Calls: spoken by Twilio with a key for the answer, or made by staff from a list."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode
from xml.etree import ElementTree as ET

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from aftercare.commerce.customers.models import Consent
from aftercare.engagement.messaging.actions.calls import note_call
from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.calling_back import call_back_path
from aftercare.engagement.messaging.channels import VOICE
from aftercare.engagement.messaging.models import CallTask, ChannelConnection, Message, Suppression
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.engagement.messaging.twilio import signature
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.engagement.messaging.providers.gateway import Gateway
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
TOKEN, SITE, NUMBER = "a-token-nobody-may-see", "http://testserver.example", "+4915112345678"
SETTINGS = {"account": "AC0123456789abcdef0123456789abcdef", "token": TOKEN, "sender": "+4915112340000"}
# https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
TAKEN = {
    "sid": "CA0123456789abcdef0123456789abcdef", "status": "queued", "direction": "outbound-api", "price": None,
    "price_unit": "USD", "to": NUMBER, "from": "+4915112340000", "account_sid": SETTINGS["account"],
}  # fmt: skip


class CallingShop:
    """Juniper & Oak, which calls Sam."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        self.connection: ChannelConnection | None = None
        with store_scope(store.pk):
            with_templates(store, now)
            self.sam = make_customer(store, now, phone=NUMBER, country="DE", locale="de")
            self.order = make_order(self.sam, now)

    def connect(self) -> None:
        with store_scope(self.store.pk):
            self.connection = connect_provider(
                store_id=self.store.pk, channel=VOICE, provider="twilio", settings=SETTINGS, by="t", now=self.now
            )

    def call(self, key: str = "one") -> Message:
        with store_scope(self.store.pk):
            request = MessageRequest(
                store_id=self.store.pk, message_type="attempt_failed", channel=VOICE, origin="test", dedupe_key=key,
                customer_id=self.sam.pk, order_id=self.order.pk, caused_at=self.now,
            )  # fmt: skip
            request_messages(requests=[request], now=self.now)
            deliver_by_own_carriers(self.now, channel=VOICE)
            return Message.objects.get(dedupe_key=key)

    def hears(self, message: Message, webhook: str, *, token: str = TOKEN, **told: str) -> HttpResponse:
        """Twilio reports, with the fields it documents."""
        assert self.connection is not None
        path = f"{call_back_path(self.connection, webhook)}?message={message.public_id}"
        fields = {
            "CallSid": TAKEN["sid"],
            "AccountSid": SETTINGS["account"],
            "To": NUMBER,
            "From": "+4915112340000",
            **told,
        }
        made = signature(url=SITE + path, pairs=list(fields.items()), token=token)
        return Client().post(
            path, urlencode(fields), "application/x-www-form-urlencoded", headers={"X-Twilio-Signature": made}
        )

    def again(self, message: Message) -> Message:
        with store_scope(self.store.pk):
            return Message.objects.get(pk=message.pk)

    def tasks(self) -> list[CallTask]:
        with store_scope(self.store.pk):
            return list(CallTask.objects.order_by("pk"))


@pytest.fixture
def shop(store: Store, now: datetime, settings: Settings, gateway: Gateway) -> CallingShop:
    settings.PRIVATE_HOSTS_ALLOWED, settings.SITE_URL = ["127.0.0.1"], SITE
    gateway.answer = (201, {}, TAKEN)
    return CallingShop(store, now)


def test_the_text_is_spoken_twice_in_their_language_and_a_key_is_asked_for(shop: CallingShop, gateway: Gateway) -> None:
    shop.connect()
    message = shop.call()

    told = {name: values[0] for name, values in parse_qs(gateway.calls[0].body.decode()).items()}
    response = ET.fromstring(told["Twiml"])
    (gather,) = response.findall("Gather")
    says = gather.findall("Say")
    assert message.state == "sent"
    assert gateway.calls[0].path == f"/2010-04-01/Accounts/{SETTINGS['account']}/Calls.json"
    assert {say.get("language") for say in says} == {"de-DE"}
    assert says[0].text == says[1].text
    assert str(says[0].text).startswith("Juniper & Oak. Für Ihr Paket zur Bestellung #1001 war niemand da.")
    assert "9" in str(says[2].text)
    assert gather.get("action") == f"{told['StatusCallback'].replace('/status/', '/answer/')}"


def test_one_is_heard(shop: CallingShop) -> None:
    shop.connect()
    message = shop.call()

    answers = [shop.hears(message, "answer", Digits="1") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert b"<Say>Vielen Dank. Auf Wiederh" in answers[0].content
    assert shop.again(message).delivery == "delivered"
    with store_scope(shop.store.pk):
        assert EventRow.objects.get(type="message.answered").data["digit"] == "1"


def test_two_lets_staff_call_back(shop: CallingShop) -> None:
    shop.connect()
    message = shop.call()
    shop.hears(message, "answer", Digits="2")

    [task] = shop.tasks()
    assert (task.asked_back, task.state, task.phone) == (True, "open", NUMBER)


def test_nine_ends_calls(shop: CallingShop) -> None:
    shop.connect()
    shop.hears(shop.call(), "answer", Digits="9")

    with store_scope(shop.store.pk):
        assert Suppression.objects.get().channel == VOICE
        assert set(Consent.objects.filter(channel=VOICE).values_list("granted", flat=True)) == {False}
    assert shop.call("two").reason == "suppressed"


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_who_was_not_reached_bounced_for_now(shop: CallingShop, status: str) -> None:
    shop.connect()
    message = shop.call()
    shop.hears(message, "status", CallStatus=status)

    assert shop.again(message).delivery == "bounced"
    with store_scope(shop.store.pk):
        assert not Suppression.objects.exists()


def test_a_call_that_was_only_picked_up_has_arrived_nowhere_yet(shop: CallingShop) -> None:
    shop.connect()
    message = shop.call()
    shop.hears(message, "status", CallStatus="completed", CallDuration="12")

    assert shop.again(message).delivery == ""


def test_a_forged_answer_changes_nothing(shop: CallingShop) -> None:
    shop.connect()
    message = shop.call()

    assert shop.hears(message, "answer", token="x", Digits="9").status_code == 403
    assert shop.again(message).delivery == ""


def test_mallorys_calls_answer_for_nobody_else(shop: CallingShop, now: datetime) -> None:
    shop.connect()
    message = shop.call()
    mallory = CallingShop(make_store("mallory"), now)
    mallory.connect()
    mallory.hears(message, "answer", Digits="9")

    assert shop.again(message).delivery == ""


def test_without_a_provider_staff_call(shop: CallingShop) -> None:
    message = shop.call()
    olga = Staff(shop.store, Role.AGENT)
    page = words_of(olga.see("calls"))
    [task] = shop.tasks()

    assert message.state == "sent"
    assert "Sam Okafor" in page
    assert "war niemand da" in page
    olga.do("note_call", task.public_id, outcome="reached", note="Leaves it with Mrs. Kim")
    assert shop.again(message).delivery == "delivered"
    with store_scope(shop.store.pk):
        event = EventRow.objects.get(type="message.called")
    assert (event.data["reached"], event.data["tries"]) == (True, 1)
    assert "Nobody is to be called" in words_of(olga.see("calls"))


def test_three_times_nobody_is_given_up(shop: CallingShop) -> None:
    message = shop.call()
    for number in range(3):
        [task] = shop.tasks()
        at = shop.now + timedelta(hours=2 * number)
        with store_scope(shop.store.pk):
            note_call(task=task, reached=False, note="", by="staff:usr_arne", now=at)

    [task] = shop.tasks()
    assert (task.state, task.tries) == ("given_up", 3)
    assert shop.again(message).delivery == "bounced"
    with store_scope(shop.store.pk), pytest.raises(Invalid):
        note_call(task=task, reached=True, note="", by="staff:usr_arne", now=shop.now)


def test_who_may_only_read_cannot_note(shop: CallingShop) -> None:
    shop.call()
    [task] = shop.tasks()

    Staff(shop.store, Role.ANALYST).do("note_call", task.public_id, expect=403, outcome="reached")
    assert shop.tasks()[0].state == "open"
