"""Messages through the API: what was said or not, and why."""

from datetime import datetime, timedelta

import pytest
from anymail.inbound import AnymailInboundMessage  # type: ignore[import-untyped]
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from aftercare.engagement.messaging.actions.arriving import take_mail
from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.actions.suppress import suppress_addresses
from aftercare.engagement.messaging.providers.receiving import Arrived, News
from aftercare.engagement.messaging.reputation import NewsKind, Severity
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.engagement.messaging.cast import consent, make_customer, make_order, request_for, with_templates
from tests.factories import make_store


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@pytest.fixture
def program(store: Store) -> Caller:
    return caller_for(store)


def ask(*requests: MessageRequest, now: datetime) -> None:
    with transaction.atomic():
        request_messages(requests=requests, now=now)


def test_why_a_message_was_sent(program: Caller, store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now)
    ask(request_for(order, now), now=now)
    (message,) = program.get("/messages", order=order.public_id).body["items"]
    assert message["order"] == order.public_id
    assert (message["type"], message["legal_class"], message["channel"]) == (
        "order_confirmed",
        "transactional",
        "email",
    )
    assert (message["decision"], message["reason"], message["state"]) == ("send", "good_moment", "queued")
    assert message["why"] == "Now is a good moment"
    assert program.get(f"/messages/{message['id']}").body == message


def test_why_a_message_was_not_sent(program: Caller, store: Store, now: datetime) -> None:
    customer = make_customer(store, now)
    consent(customer, now, purpose="service", granted=False)
    ask(request_for(make_order(customer, now), now, message_type="thank_you"), now=now)
    (message,) = program.get("/messages", customer=customer.public_id).body["items"]
    assert (message["decision"], message["reason"], message["sent_at"]) == ("drop", "opted_out", None)


def test_lists_are_narrowed(program: Caller, store: Store, now: datetime) -> None:
    sam, ada = make_customer(store, now), make_customer(store, now, email="ada@example.com")
    suppress_addresses(channel="email", addresses=[(store.pk, "ada@example.com", "550")], now=now)
    first, second = make_order(sam, now), make_order(ada, now, number="#1002")
    ask(request_for(first, now), request_for(second, now, key="two"), now=now)
    narrowed = {
        ("q", "ada@"): [second], ("q", "#1002"): [second], ("state", "queued"): [first],
        ("reason", "suppressed"): [second], ("type", "order_confirmed"): [second, first], ("channel", "sms"): [],
        ("customer", sam.public_id): [first],
    }  # fmt: skip
    for (name, value), orders in narrowed.items():
        found = program.get("/messages", **{name: value}).body["items"]
        assert [message["order"] for message in found] == [order.public_id for order in orders], name


def test_what_is_not_there(program: Caller) -> None:
    assert program.get("/messages/msg_nobody").problem == (404, "not_found", "message")
    assert program.get("/messages", order="ord_nobody").problem == (404, "not_found", "order")
    assert program.get("/messages", state="lost").problem == (422, "invalid", "state")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_any_number(
    program: Caller, store: Store, now: datetime, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        order = make_order(make_customer(store, now, email=f"sam{number}@example.com"), now, number=f"#{number}")
        ask(request_for(order, now, key=str(number)), now=now)
    program.get("/messages")  # the first call notes that the token is used
    with django_assert_num_queries(3):  # token, rate, messages
        assert len(program.get("/messages").body["items"]) == count


def test_another_store_sees_nothing(program: Caller, store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now)
    ask(request_for(order, now), now=now)
    message = program.get("/messages").body["items"][0]["id"]
    mallory = caller_for(make_store("mallory"))
    assert mallory.get("/messages").body["items"] == []
    assert mallory.get("/messages", order=order.public_id).status == 404
    assert mallory.get(f"/messages/{message}").problem == (404, "not_found", "message")


def test_what_was_heard_and_who_is_left_alone(program: Caller, store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now)
    ask(request_for(order, now), now=now)
    message = program.get("/messages").body["items"][0]
    heard = News(
        "k", NewsKind.BOUNCED, now, "sam@example.com", "", message["id"], Severity.HARD, "bounced", "550 no such user"
    )
    take_news(store_id=store.pk, connection=None, news=[heard], now=now)
    assert program.get(f"/messages/{message['id']}").body["delivery"] == "bounced"
    (told,) = program.get(f"/messages/{message['id']}/news").body
    assert (told["kind"], told["severity"], told["answer"]) == ("bounced", "hard", "550 no such user")
    (row,) = program.get("/suppressions", cause="bounce").body["items"]
    assert (row["address"], row["until"]) == ("sam@example.com", None)
    assert program.get("/suppressions", cause="complaint").body["items"] == []
    mallory = caller_for(make_store("birch"))
    assert mallory.get(f"/messages/{message['id']}/news").status == 404
    assert mallory.get("/suppressions").body["items"] == []


def test_mail_that_came_in(program: Caller, store: Store, now: datetime) -> None:
    raw = b"From: Sam <sam@example.com>\r\nTo: hello@juniper.example\r\nSubject: When?\r\n\r\nWhen will it come?"
    arrived = Arrived("k", AnymailInboundMessage.parse_raw_mime_bytes(raw), "", "")
    take_mail(store_id=store.pk, connection=None, arrived=[arrived], now=now)
    (mail,) = program.get("/mails", kind="reply").body["items"]
    assert (mail["sender"], mail["subject"], mail["order"]) == ("sam@example.com", "When?", None)
    whole = program.get(f"/mails/{mail['id']}").body
    assert whole["text"].strip() == "When will it come?"
    assert caller_for(make_store("birch")).get(f"/mails/{mail['id']}").status == 404


def test_an_address_is_blocked_and_lifted(program: Caller, store: Store) -> None:
    made = program.post("/suppressions", {"address": "Sam@example.com", "detail": "Asked by phone"})
    assert (made.status, made.body["address"], made.body["cause"]) == (201, "sam@example.com", "staff")
    again = program.post("/suppressions", {"address": "sam@example.com", "detail": "Once more"})
    assert again.body == made.body
    assert caller_for(make_store("birch")).post("/suppressions/lift", lift()).problem == (404, "not_found", "address")
    assert program.post("/suppressions/lift", lift(cause="bounce")).status == 404
    assert program.post("/suppressions/lift", lift()).body == made.body
    assert program.get("/suppressions").body["items"] == []
    assert program.post("/suppressions", {"address": "nobody"}).problem == (422, "invalid", "address")
    (lifted,) = EventRow.objects.filter(type="mail.address_allowed")
    assert lifted.actor.startswith("token:")


def lift(cause: str = "staff") -> dict[str, str]:
    return {"address": "sam@example.com", "cause": cause}


def test_a_hold_lets_what_can_wait_wait(program: Caller, store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now)
    until = (clock.now() + timedelta(days=3)).isoformat()
    hold = {"key": "ticket-1", "order": order.public_id, "reason": "A complaint is being settled", "until": until}
    made = program.post("/holds", hold)
    (line,) = order.lines.all()
    of_line = program.post("/holds", {**hold, "key": "ticket-2", "line": line.external_id})
    assert (of_line.body["line"], made.body["line"]) == (line.external_id, None)
    assert program.post("/holds/release", {"keys": ["ticket-2"]}).status == 200
    assert (made.status, made.body["order"], made.body["placed_by"]) == (201, order.public_id, "api")
    assert program.get("/holds", customer=made.body["customer"]).body["items"] == [made.body]
    ask(request_for(order, now, message_type="thank_you"), now=now)
    (message,) = program.get("/messages").body["items"]
    assert (message["decision"], message["reason"]) == ("defer", "held")
    mallory = caller_for(make_store("birch"))
    assert mallory.get("/holds").body["items"] == []
    assert mallory.post("/holds", hold).problem == (404, "not_found", "order")
    assert mallory.post("/holds/release", {"keys": ["ticket-1"]}).body == {"messages": 0}
    assert program.post("/holds/release", {"keys": ["ticket-1"]}).body == {"messages": 1}
    assert program.get("/holds").body["items"] == []


def test_whom_to_hold_and_until_when_must_make_sense(program: Caller, store: Store, now: datetime) -> None:
    order = make_order(make_customer(store, now), now)
    ada = make_customer(store, now, email="ada@example.com")
    good = {"key": "t", "order": order.public_id, "reason": "x", "until": (clock.now() + timedelta(days=1)).isoformat()}
    for change, refusal in [
        ({"until": "2025-01-01T00:00:00Z"}, (422, "invalid", "until")),
        ({"order": ""}, (422, "invalid", "customer")),
        ({"customer": ada.public_id}, (404, "not_found", "order")),
        ({"reason": ""}, (422, "invalid", "reason")),
        ({"line": "none"}, (404, "not_found", "line")),
        ({"order": "", "customer": ada.public_id, "line": "1"}, (422, "invalid", "order")),
    ]:
        assert program.post("/holds", {**good, **change}).problem == refusal, change


def test_an_address_that_grows_as_its_case_is_folded_is_refused(store: Store) -> None:
    answer = caller_for(store).post("/suppressions", {"address": f"{'ß' * 127}@x.de", "reason": "Asked us to"})
    assert answer.problem == (422, "invalid", "address")
