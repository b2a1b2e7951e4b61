"""Reaching a customer through the API: sending, what they chose, their browsers, and by which channels messages go."""

from datetime import datetime

import pytest

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.messaging.actions.devices import add_device
from aftercare.engagement.messaging.models import Message
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.engagement.messaging.push.browser import Browser, b64
from tests.factories import make_store

WAY = [{"channel": "inbox", "minutes": 10}, {"channel": "email", "minutes": 0}]


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@pytest.fixture
def program(store: Store) -> Caller:
    return caller_for(store)


@pytest.fixture
def sam(store: Store, now: datetime) -> Customer:
    return make_customer(store, now)


def test_a_message_is_sent_the_best_way_and_once(program: Caller, sam: Customer, now: datetime) -> None:
    assert program.put("/message-ways", {"message": "delivered", "legs": WAY}).body["items"][0]["legs"] == WAY
    order = make_order(sam, now)
    asked = {"key": "one", "type": "delivered", "order": order.public_id}

    first, second = program.post("/messages", asked), program.post("/messages", asked)

    assert (first.status, second.status) == (201, 201)
    assert first.body["id"] == second.body["id"]
    assert (first.body["channel"], first.body["decision"], first.body["origin"]) == ("inbox", "send", "api")
    assert Message.objects.count() == 1


@pytest.mark.parametrize("changed", [{"type": "nothing"}, {"channel": "fax"}])
def test_what_there_is_not_is_refused(program: Caller, sam: Customer, now: datetime, changed: dict[str, str]) -> None:
    asked = {"key": "one", "type": "delivered", "order": make_order(sam, now).public_id, **changed}

    assert program.post("/messages", asked).status == 422


def test_a_way_without_channels_is_none(program: Caller) -> None:
    program.put("/message-ways", {"message": "delivered", "legs": WAY})
    program.put("/message-ways", {"message": "delivered", "legs": []})

    assert program.get("/message-ways").body["items"] == []
    assert "sms" in {one["channel"] for one in program.get("/message-channels").body["items"]}


def test_choices_are_read_and_kept(program: Caller, sam: Customer) -> None:
    path = f"/customers/{sam.public_id}/preferences"
    chosen = {
        "choices": [{"purpose": "delivery", "channel": "inbox", "granted": False}], "preferred": "email", "paused": True,
    }  # fmt: skip

    said = program.put(path, chosen).body

    assert said == program.get(path).body
    assert said["preferred"] == "email"
    assert said["paused_until"] is not None
    by_name = {(one["purpose"], one["channel"]): one for one in said["choices"]}
    assert by_name["delivery", "inbox"]["granted"] is False
    assert by_name["orders", "email"]["fixed"] is True


@pytest.mark.parametrize(
    "choice", [{"purpose": "orders", "channel": "email"}, {"purpose": "delivery", "channel": "fax"}]
)
def test_what_is_not_theirs_to_choose_is_refused(program: Caller, sam: Customer, choice: dict[str, str]) -> None:
    told = {"choices": [{**choice, "granted": False}]}

    assert program.put(f"/customers/{sam.public_id}/preferences", told).status == 422


def test_browsers_are_listed_without_their_keys(program: Caller, sam: Customer, now: datetime) -> None:
    browser = Browser("https://push.example/secret")
    add_device(
        customer=sam, endpoint=browser.endpoint, key=b64(browser.point), secret=b64(browser.secret), purposes={},
        browser="Firefox, Linux", now=now,
    )  # fmt: skip

    (device,) = program.get(f"/customers/{sam.public_id}/devices").body["items"]

    assert device["browser"] == "Firefox, Linux"
    assert "secret" not in str(device)


def test_mallory_reaches_nobody(sam: Customer, now: datetime) -> None:
    order = make_order(sam, now)
    mallory = caller_for(make_store("mallory"))

    for path in (f"/customers/{sam.public_id}/preferences", f"/customers/{sam.public_id}/devices"):
        assert mallory.get(path).status == 404
    assert mallory.post("/messages", {"key": "k", "type": "delivered", "order": order.public_id}).status == 404


def test_reading_is_not_sending(store: Store, sam: Customer, now: datetime) -> None:
    reader = caller_for(store, Permission.MESSAGES_READ)

    assert (
        reader.post("/messages", {"key": "k", "type": "delivered", "order": make_order(sam, now).public_id}).status
        == 403
    )
