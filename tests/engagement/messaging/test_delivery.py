"""Working off the outbox: claimed once, sent outside any transaction, concluded with what the relay said."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Literal

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from aftercare.engagement.messaging.actions.delivery import LEASE, deliver_due
from aftercare.engagement.messaging.actions.hold import HoldRequest, place_holds
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.channels import Claimed, Prepared, Receipt
from aftercare.engagement.messaging.channels.mail import EmailChannel, digest_of
from aftercare.engagement.messaging.models import Message, OutboxEntry, Suppression
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates

pytestmark = pytest.mark.django_db
Outcome = Literal["sent", "refused", "later"]


class Relay:
    """Stands where the relay would: keeps what it is given, and answers as told."""

    def __init__(self) -> None:
        self.taken: list[tuple[Claimed, Prepared]] = []
        self.answer = Receipt("sent", "250 2.0.0 queued")

    def deliver(self, messages: Sequence[Claimed], prepared: Sequence[Prepared]) -> Iterator[tuple[int, Receipt]]:
        for place, pair in enumerate(zip(messages, prepared, strict=True)):
            self.taken.append(pair)
            yield place, self.answer


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    standing_in = Relay()
    monkeypatch.setattr(EmailChannel, "deliver", lambda _self, *batch: standing_in.deliver(*batch))
    return standing_in


@pytest.fixture
def queued(shop: Store, now: datetime) -> Message:
    with_templates(shop, now)
    order = make_order(make_customer(shop, now), now)
    request_messages(requests=[request_for(order, now)], now=now)
    return Message.objects.get()


def test_sends_once_and_says_so(queued: Message, relay: Relay, now: datetime) -> None:
    assert deliver_due(now) == 1
    assert deliver_due(now) == 0
    queued.refresh_from_db()
    assert not queued.detail
    assert (queued.state, queued.reply, queued.subject) == ("sent", "250 2.0.0 queued", "We have your order #1001")
    assert EventRow.objects.filter(type="message.sent", order_id=queued.order_id).count() == 1
    assert not OutboxEntry.objects.exists()


@pytest.mark.parametrize(
    ("slow", "quick", "state", "attempts", "is_done"),
    [
        pytest.param("sent", "sent", "sent", 2, True, id="said once"),
        pytest.param("later", "sent", "sent", 2, True, id="not sent again"),
        pytest.param("sent", "later", "sent", 1, True, id="sent counts whoever says so"),
        pytest.param("refused", "later", "queued", 2, False, id="refused does not"),
        pytest.param("later", "later", "queued", 2, False, id="nor does a later moment"),
    ],
)
def test_a_worker_slower_than_its_lease_finds_another_has_been_there(
    queued: Message, now: datetime, monkeypatch: pytest.MonkeyPatch,
    slow: Outcome, quick: Outcome, state: str, attempts: int, *, is_done: bool,
) -> None:  # fmt: skip
    answers = [slow, quick]

    def deliver(
        _self: EmailChannel, messages: Sequence[Claimed], _prepared: Sequence[Prepared]
    ) -> Iterator[tuple[int, Receipt]]:
        answer = answers.pop(0)
        if answers:
            assert deliver_due(now + LEASE * 2) == 1
        yield from ((place, Receipt(answer, "")) for place in range(len(messages)))

    monkeypatch.setattr(EmailChannel, "deliver", deliver)
    deliver_due(now)
    queued.refresh_from_db()
    assert (queued.state, queued.attempts) == (state, attempts)
    assert OutboxEntry.objects.exists() is not is_done
    assert EventRow.objects.filter(type="message.sent").count() == is_done
    assert not EventRow.objects.filter(type="message.failed").exists()


def test_what_is_taken_is_written_down_while_the_rest_is_on_the_way(
    shop: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relay may be slow, and a worker may die at any message of a batch: only those nobody answered for come again."""
    with_templates(shop, now)
    order = make_order(make_customer(shop, now), now)
    request_messages(requests=[request_for(order, now, key=key) for key in "abc"], now=now)

    class Killed(BaseException):
        """As by SIGKILL: nothing after it runs."""

    def deliver(
        _self: EmailChannel, messages: Sequence[Claimed], _prepared: Sequence[Prepared]
    ) -> Iterator[tuple[int, Receipt]]:
        assert len(messages) == 3
        for place in range(2):
            time.sleep(0.3)
            yield place, Receipt("sent", "")
        raise Killed

    monkeypatch.setattr(EmailChannel, "deliver", deliver)
    with pytest.raises(Killed):
        deliver_due(now)
    assert Message.objects.filter(state="sent").count() == 2
    assert OutboxEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_meanwhile_does_not_make_us_forget(
    queued: Message, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deliver(
        _self: EmailChannel, _messages: Sequence[Claimed], _prepared: Sequence[Prepared]
    ) -> Iterator[tuple[int, Receipt]]:
        with psycopg.connect(**connection_parameters(), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.connection.info.backend_pid])
        yield 0, Receipt("sent", "250 queued")

    monkeypatch.setattr(EmailChannel, "deliver", deliver)
    assert deliver_due(now) == 1
    queued.refresh_from_db()
    assert (queued.state, queued.reply) == ("sent", "250 queued")
    assert EventRow.objects.filter(type="message.sent").count() == 1
    assert not OutboxEntry.objects.exists()


def test_what_is_sent_can_be_made_again_byte_for_byte(queued: Message, relay: Relay, now: datetime) -> None:
    deliver_due(now)
    ((claimed, payload),) = relay.taken
    queued.refresh_from_db()
    (again,) = EmailChannel().prepare([claimed])
    assert again.payload == payload.payload
    assert bytes(queued.digest or b"") == digest_of(again.payload)


def test_the_mail_is_a_proper_one(queued: Message, relay: Relay, now: datetime) -> None:
    deliver_due(now)
    mail = message_from_bytes(relay.taken[0][1].payload, policy=default)
    assert mail["To"] == "Sam Okafor <sam@example.com>"
    assert mail["Message-ID"] == f"<{queued.public_id}@localhost>"
    assert mail["In-Reply-To"] == f"<{queued.context['order']['id']}@localhost>"
    assert mail["List-Unsubscribe"] is None
    text, html = mail.iter_parts()
    assert "Linen throw" in text.get_content()
    assert "€89.00" in html.get_content()


def test_a_dead_address_is_never_written_to_again(queued: Message, relay: Relay, now: datetime) -> None:
    relay.answer = Receipt("refused", "550 5.1.1 no such user", address_is_dead=True)
    deliver_due(now)
    queued.refresh_from_db()
    assert (queued.state, queued.reason) == ("failed", "refused")
    assert Suppression.objects.get().address == "sam@example.com"
    assert EventRow.objects.filter(type="message.failed").count() == 1


def test_tries_again_later_and_gives_up_in_the_end(queued: Message, relay: Relay, now: datetime) -> None:
    relay.answer = Receipt("later", "451 4.7.1 greylisted")
    moment = now
    for _ in range(7):
        assert deliver_due(moment) == 1
        assert deliver_due(moment) == 0
        moment += timedelta(hours=13)
    queued.refresh_from_db()
    assert (queued.state, queued.reason, queued.attempts) == ("failed", "unreachable", 7)


def test_what_a_killed_worker_had_claimed_goes_out_under_the_same_id(
    queued: Message, relay: Relay, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(EmailChannel, "prepare", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            deliver_due(now)
    assert deliver_due(now) == 0
    assert Message.objects.get().standing == Message.State.SENDING
    assert deliver_due(now + LEASE * 2) == 1
    mail = message_from_bytes(relay.taken[0][1].payload, policy=default)
    assert mail["Message-ID"] == f"<{queued.public_id}@localhost>"


def test_a_message_whose_template_fails_does_not_stop_the_others(
    queued: Message, relay: Relay, shop: Store, now: datetime
) -> None:
    other = make_order(make_customer(shop, now, email="noor@example.com"), now, number="#1002")
    request_messages(requests=[request_for(other, now, key="two")], now=now)
    Message.objects.filter(pk=queued.pk).update(recipient="no address at all")
    assert deliver_due(now) == 2
    queued.refresh_from_db()
    assert (queued.state, queued.reason) == ("failed", "unrenderable")
    assert Message.objects.get(dedupe_key="two").state == "sent"


def test_marketing_and_service_mail_can_be_stopped_with_one_click(
    shop: Store, relay: Relay, now: datetime, settings: Settings
) -> None:
    settings.SITE_URL = "https://care.example"
    with_templates(shop, now)
    order = make_order(make_customer(shop, now), now)
    request_messages(requests=[request_for(order, now, message_type="thank_you")], now=now)
    deliver_due(now)
    mail = message_from_bytes(relay.taken[0][1].payload, policy=default)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://care.example/s/juniper/unsubscribe/" in mail["List-Unsubscribe"]


def test_what_is_in_the_outbox_comes_through_the_migration_and_back(shop: Store, now: datetime) -> None:
    with_templates(shop, now)
    customer = make_customer(shop, now)
    order = make_order(customer, now)
    place_holds(placed_by="tests", holds=[HoldRequest(shop.pk, customer.pk, "one", "open", now + LEASE)], now=now)
    kinds = {"waiting": "thank_you", "queued": "order_confirmed", "sending": "order_confirmed"}
    request_messages(requests=[request_for(order, now, message_type=kinds[key], key=key) for key in kinds], now=now)
    OutboxEntry.objects.filter(message__dedupe_key="sending").update(leased_until=now + LEASE, attempts=3)
    OutboxEntry.objects.filter(message__dedupe_key="queued").update(due_at=now + LEASE)
    before = list(OutboxEntry.objects.order_by("message_id").values_list())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    call_command("migrate", "messaging", "0001", verbosity=0)
    assert set(fetch("SELECT dedupe_key, state, due_at, leased_until, attempts FROM messaging_message")) == {
        ("waiting", "waiting", now + LEASE, None, 0),
        ("queued", "queued", now + LEASE, None, 0),
        ("sending", "sending", now, now + LEASE, 3),
    }
    call_command("migrate", "messaging", verbosity=0)
    assert list(OutboxEntry.objects.order_by("message_id").values_list()) == before
    assert {message.dedupe_key: message.standing for message in Message.objects.all()} == {key: key for key in kinds}
