"""Journeys through the API: what they do, who is on them, what happened to each; paused and resumed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.models import Journey
from aftercare.foundation.stores.models import Store
from tests.calling import Caller, caller_for
from tests.engagement.journeys.cast import happen, publish, travel
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.factories import make_store

WAIT = {"id": "wait", "kind": "wait", "config": {"hours": 1}}
SEND = {"id": "send", "kind": "send", "config": {"message": "order_confirmed"}}


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@pytest.fixture
def program(store: Store) -> Caller:
    return caller_for(store)


@pytest.fixture
def journey(store: Store, now: datetime) -> str:
    """Its id."""
    return publish(store, now, WAIT, SEND).journey.public_id


def enter(store: Store, now: datetime, number: int = 1) -> Order:
    order = make_order(make_customer(store, now, email=f"sam{number}@example.com"), now, number=f"#{number}")
    happen(OrderPlaced(order.number, 8900, "EUR", 1), order=order, at=now)
    travel(now)
    return order


def enrolments(caller: Caller, journey: str, **query: str) -> list[Any]:
    found: list[Any] = caller.get(f"/journeys/{journey}/enrolments", **query).body["items"]
    return found


def test_what_a_journey_does(program: Caller, store: Store, journey: str, now: datetime) -> None:
    enter(store, now)
    (listed,) = program.get("/journeys").body["items"]
    assert (listed["id"], listed["key"], listed["trigger"], listed["under_way"]) == (journey, "test", "order.placed", 1)
    read = program.get(f"/journeys/{journey}").body
    assert read.items() >= listed.items()
    assert [step["id"] for step in read["versions"][0]["definition"]["steps"]] == ["wait", "send"]


def test_what_happened_to_whoever_entered(program: Caller, store: Store, journey: str, now: datetime) -> None:
    order = enter(store, now)
    (waiting,) = enrolments(program, journey, state="running")
    assert (waiting["step"], waiting["order"], waiting["ended_at"]) == ("wait", order.public_id, None)
    travel(now + timedelta(hours=1))
    (ended,) = enrolments(program, journey, outcome="completed")
    assert ended["id"] == waiting["id"]
    read = program.get(f"/enrolments/{ended['id']}").body
    assert (read["journey"], read["version"], read["customer"]) == (journey, 1, ended["customer"])
    (sent,) = [passage for passage in read["passages"] if passage["step"] == "send"]
    assert program.get(f"/messages/{sent['message']}").body["origin"] == "journey:test"


def test_paused_and_resumed(program: Caller, store: Store, journey: str, now: datetime) -> None:
    enter(store, now)
    paused = program.post(f"/journeys/{journey}/pause")
    assert (paused.status, paused.body["state"]) == (200, "paused")
    assert [one["state"] for one in enrolments(program, journey)] == ["paused"]
    assert program.post(f"/journeys/{journey}/resume").body["state"] == "live"
    assert [one["state"] for one in enrolments(program, journey)] == ["running"]


def test_a_key_makes_a_write_once(program: Caller, journey: str) -> None:
    paused = program.post(f"/journeys/{journey}/pause", key="k")
    program.post(f"/journeys/{journey}/resume")
    assert program.post(f"/journeys/{journey}/pause", key="k").body == paused.body
    assert Journey.objects.get().state == "live"
    other = program.post(f"/journeys/{journey}/resume", key="k")
    assert other.problem == (422, "idempotency_key_reused", "Idempotency-Key")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_any_number(
    program: Caller, store: Store, journey: str, now: datetime, django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:  # fmt: skip
    for number in range(count):
        enter(store, now, number)
    program.get("/journeys")  # the first call notes that the token is used
    with django_assert_num_queries(5):  # token, rate, journeys, their live versions, the figures
        program.get("/journeys")
    with django_assert_num_queries(6):  # token, rate, journey, enrolments, orders, customers
        assert len(enrolments(program, journey)) == count


def test_another_store_sees_and_changes_nothing(program: Caller, store: Store, journey: str, now: datetime) -> None:
    enter(store, now)
    enrolment = enrolments(program, journey)[0]["id"]
    mallory = caller_for(make_store("mallory"))
    assert mallory.get("/journeys").body["items"] == []
    for answer in (
        mallory.get(f"/journeys/{journey}"),
        mallory.get(f"/journeys/{journey}/enrolments"),
        mallory.post(f"/journeys/{journey}/pause"),
        mallory.post(f"/journeys/{journey}/resume"),
    ):
        assert answer.problem == (404, "not_found", "journey")
    assert mallory.get(f"/enrolments/{enrolment}").problem == (404, "not_found", "enrolment")
    assert Journey.objects.get().state == "live"
