"""The console's pages about channels: who carries them, which comes next, whom to call, and what a message went by."""

from datetime import datetime

import pytest
from pytest_django.fixtures import Settings

from aftercare.engagement.messaging.actions.connections import connect_provider
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers, deliver_due
from aftercare.engagement.messaging.actions.ways import ask_best, change_way
from aftercare.engagement.messaging.channels import INBOX, MAIL, SMS, VOICE
from aftercare.engagement.messaging.models import Message, Way
from aftercare.engagement.messaging.policy.ways import Leg
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.engagement.messaging.providers.gateway import Gateway
from tests.engagement.messaging.sms.recorded import SETTINGS, TAKEN
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def tell(store: Store, now: datetime, count: int, channel: str) -> list[Message]:
    """So many parcels delivered, told of by a channel."""
    with store_scope(store.pk):
        with_templates(store, now)
        sam = make_customer(store, now, phone="+4915112345678", country="DE")
        requests = [
            MessageRequest(
                store_id=store.pk, message_type="delivered", channel=channel, origin="test", dedupe_key=f"{number}",
                customer_id=sam.pk, order_id=make_order(sam, now, number=f"#{number}").pk, caused_at=now,
            )
            for number in range(count)
        ]  # fmt: skip
        ask_best(requests=requests, now=now)
        deliver_due(now)
        deliver_by_own_carriers(now, channel=VOICE)
        return list(Message.objects.order_by("pk"))


def test_a_way_is_set_read_and_taken_back(olga: Staff) -> None:
    told = {"message_type": "delivered", "channel_1": INBOX, "minutes_1": "10", "channel_2": MAIL}
    olga.do("change_way", **told)
    assert "Inbox on our pages, if nothing is heard for 10 minutes, E-mail" in words_of(olga.see("ways"))

    olga.do("change_way", message_type="delivered")
    with store_scope(olga.store.pk):
        assert not Way.objects.exists()


def test_a_channel_named_twice_is_refused_at_the_form(olga: Staff) -> None:
    page = olga.do("change_way", expect=422, message_type="", channel_1=MAIL, channel_2=MAIL).content.decode()

    assert "A channel is named twice." in words_of(page)


@pytest.mark.parametrize("role", [Role.AGENT, Role.ANALYST, Role.MARKETER])
def test_who_may_not_change_settings_sees_ways_and_no_form(store: Store, role: Role) -> None:
    staff = Staff(store, role)

    assert "Set a way" not in words_of(staff.see("ways"))
    staff.do("change_way", expect=403, message_type="", channel_1=MAIL)


def test_a_gateway_is_connected_and_tried(olga: Staff, gateway: Gateway, settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = ["127.0.0.1"]
    status, document = TAKEN["twilio"]
    gateway.answer = (status, {}, document)
    answer = olga.do("connect_provider", SMS, "twilio", **SETTINGS["twilio"])
    public_id = answer["Location"].rstrip("/").rpartition("/")[2]
    page = olga.see("channel_connection", public_id)
    assert "/hooks/messages/" in page
    assert SETTINGS["twilio"]["token"] not in page

    olga.do("try_provider", public_id, recipient="0151 12345678")
    olga.do("try_provider", public_id, recipient="nobody")

    [call] = gateway.calls
    assert b"To=%2B4915112345678" in call.body


@pytest.mark.parametrize(("field", "told"), [("sender", "0151 1234"), ("senders", "nowhere"), ("account", "")])
def test_what_does_not_fit_is_said_at_its_field(olga: Staff, field: str, told: str) -> None:
    page = olga.do(
        "connect_provider", SMS, "twilio", expect=422, **{**SETTINGS["twilio"], field: told}
    ).content.decode()

    assert f'id="id_{field}' in page
    assert 'aria-invalid="true"' in page


def test_a_message_shows_its_chain_and_how_it_looked(olga: Staff, now: datetime) -> None:
    with store_scope(olga.store.pk):
        change_way(store_id=olga.store.pk, message_type_key="", legs=[Leg(INBOX, 10), Leg(MAIL)], by="t", now=now)
    [message] = tell(olga.store, now, 1, "best")
    words = words_of(olga.see("message", message.public_id))

    assert "One channel after another" in words
    assert "Your parcel of order #0 was delivered." in words
    assert olga.get("message_source", message.public_id)["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_queries_however_many_are_to_be_called(olga: Staff, now: datetime, count: int) -> None:
    tell(olga.store, now, count, VOICE)

    assert olga.count_queries("calls") == 14


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_queries_however_many_ways_and_connections(olga: Staff, now: datetime, count: int) -> None:
    with store_scope(olga.store.pk):
        for number, key in enumerate(["delivered", "packed", "on_its_way"][:count]):
            change_way(store_id=olga.store.pk, message_type_key=key, legs=[Leg(MAIL)], by="t", now=now)
            told = {**SETTINGS["http"], "address": f"https://gateway{number}.example/"}
            connect_provider(store_id=olga.store.pk, channel=SMS, provider="http", settings=told, by="t", now=now)

    assert (olga.count_queries("ways"), olga.count_queries("sending")) == (12, 12)


def test_mallory_sees_no_call_of_ours(store: Store, now: datetime) -> None:
    tell(store, now, 1, VOICE)

    assert "Nobody is to be called" in words_of(Staff(make_store("mallory"), email="mallory@example.com").see("calls"))
