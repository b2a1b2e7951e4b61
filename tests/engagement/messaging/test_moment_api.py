"""The API of the moment: rules read and replaced, a decision looked at, decisions that were made."""

from datetime import datetime, timedelta

import pytest

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.messaging.actions.learning import learn_reading_hours
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.models import Message, MessageNews, ReadingHour, StoreReadingHour
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import Caller, caller_for
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates
from tests.factories import make_store

pytestmark = pytest.mark.usefixtures("frozen")
RULES = {"limits": [{"most": 1, "days": 7}], "control_percent": 0, "priorities": {"thank_you": 70}}


@pytest.fixture
def program(store: Store) -> Caller:
    return caller_for(store)


@pytest.fixture
def sam(store: Store, now: datetime) -> Customer:
    with store_scope(store.pk):
        with_templates(store, now)
        return make_customer(store, now)


def test_rules_are_read_and_replaced(program: Caller) -> None:
    before = program.get("/sending-rules").body
    assert (before["version"], before["rules"]["limits"][0]["most"]) == (0, 3)
    after = program.put("/sending-rules", RULES).body
    assert (after["version"], after["rules"]["priorities"]) == (1, {"thank_you": 70})
    assert program.put("/sending-rules", RULES).body["version"] == 1, "what does not change makes no version"


@pytest.mark.parametrize(("body", "field"), [
    ({"limits": [{"most": 0, "days": 7}]}, "limits[0].most"),
    ({"priorities": {"nonsense": 5}}, "priorities"),
    ({"hours": [{"weekday": []}]}, "hours[0]"),
    ({"hours": [{"channels": ["pigeon"]}]}, "hours[0].channels"),
    ({"hours": [{"weekday": ["20:00-08:00"]}]}, "hours[0].weekday"),
    ({"control_percent": 51}, "control_percent"),
])  # fmt: skip
def test_what_is_no_rule_names_its_field(program: Caller, body: dict[str, object], field: str) -> None:
    status, _, named = program.put("/sending-rules", body).problem
    assert (status, named) == (422, field)


def test_a_decision_is_looked_at_without_being_made(program: Caller, sam: Customer) -> None:
    night = "2026-11-25T23:30:00+01:00"
    found = program.get("/moment", customer=sam.public_id, type="thank_you", at=night).body
    assert (found["decision"], found["reason"]) == ("defer", "quiet_hours")
    assert found["goes_out_at"] == "2026-11-26T07:00:00Z"
    assert [rule["rule"] for rule in found["rules"]] == [
        "address", "suppression", "consent", "control_group", "freshness", "holds", "quiet_hours", "best_hour", "budget",
    ]  # fmt: skip
    assert [step["decision"] for step in found["steps"]] == ["defer", "send"]
    with store_scope(sam.store_id):
        assert not Message.objects.exists()


@pytest.mark.parametrize(("query", "field"), [
    ({"customer": "cus_nobody"}, "customer"), ({"type": "nonsense"}, "message"), ({"channel": "pigeon"}, "channel"),
])  # fmt: skip
def test_a_look_names_what_is_not_there(program: Caller, sam: Customer, query: dict[str, str], field: str) -> None:
    asked = {"customer": sam.public_id, "type": "thank_you", **query}
    assert program.get("/moment", **asked).problem[0::2] == (404, field)


def test_decisions_are_listed(program: Caller, store: Store, sam: Customer, now: datetime) -> None:
    program.put("/sending-rules", RULES)
    with store_scope(store.pk):
        request_messages(
            requests=[
                request_for(make_order(sam, now, number=key), now, message_type="thank_you", key=key) for key in "ab"
            ],
            now=now,
        )
        waiting = Message.objects.get(dedupe_key="b")
    (one,) = program.get(f"/messages/{waiting.public_id}/decisions").body
    assert (one["decision"], one["rule"], one["why"]) == (
        "defer", "budget", "The customer has heard enough from us for now: 1 in 7 days",
    )  # fmt: skip


def test_who_may_read_may_not_change(store: Store) -> None:
    reader = caller_for(store, Permission.MESSAGES_READ)
    assert reader.get("/sending-rules").status == 200
    assert reader.put("/sending-rules", RULES).status == 403


def test_another_store_sees_nothing(sam: Customer) -> None:
    mallory = caller_for(make_store("mallory"))
    assert mallory.get("/moment", customer=sam.public_id, type="thank_you").status == 404


def read_at(store: Store, sam: Customer, moments: list[datetime], **more: object) -> None:
    for number, moment in enumerate(moments):
        message = Message.objects.create(
            store=store, customer=sam, message_type="thank_you", legal_class="service", channel="email", origin="test",
            dedupe_key=f"{sam.pk}:{moment}:{more}", state="sent", reason="good_moment", created_at=moment,
        )  # fmt: skip
        for look in range(2):
            MessageNews.objects.create(
                store=store, message=message, key=f"{message.pk}:{look}", kind="opened", heard_at=moment,
                at=moment + timedelta(hours=5 * look), **more,
            )  # fmt: skip
        assert number < 100


def test_reading_hours_are_learned_from_what_people_read(shop: Store, now: datetime) -> None:
    evening = [now.replace(hour=18, minute=n) - timedelta(days=day) for day in range(1, 27) for n in (0, 30)]
    sam = make_customer(shop, now)
    tokyo = make_customer(shop, now, email="ken@example.com", time_zone="Asia/Tokyo")
    robot = make_customer(shop, now, email="robot@example.com")
    rarely = make_customer(shop, now, email="ana@example.com")
    read_at(shop, sam, evening)
    read_at(shop, tokyo, [day.replace(hour=22) for day in evening[:4]])
    read_at(shop, robot, evening[:5], is_machine=True)
    read_at(shop, rarely, evening[:2])
    assert learn_reading_hours(now=now) == 2
    assert dict(ReadingHour.objects.values_list("customer_id", "hour")) == {sam.pk: 19, tokyo.pk: 7}
    assert StoreReadingHour.objects.get().hour == 19
    assert learn_reading_hours(now=now) == 2, "again is the same"
