"""A write with a key: once, whatever is repeated, at the same time or after a crash."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from aftercare.commerce.orders.api.examples import ORDERS
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.idempotency import KEPT_FOR, forget_answers
from aftercare.foundation.web.models import KeptAnswer
from tests.calling import Answer, Caller, caller_for
from tests.factories import make_store


@pytest.fixture
def program(store: Store) -> Caller:
    return caller_for(store)


def age(store: Store, by: timedelta, **changes: Any) -> None:
    """As if every call had been made earlier."""
    with store_scope(store.pk):
        KeptAnswer.objects.update(created_at=clock.now() - by, **changes)


def send(program: Caller, key: str = "k") -> Answer:
    return program.post("/orders", ORDERS, key=key)


def test_while_the_first_call_is_under_way_the_second_waits(program: Caller, store: Store) -> None:
    send(program)
    age(store, timedelta(minutes=1), status=None)
    assert send(program).problem == (409, "call_under_way", "")


def test_a_call_that_died_no_longer_holds_its_key(program: Caller, store: Store) -> None:
    send(program)
    age(store, timedelta(minutes=3), status=None)
    again = send(program)
    assert (again.body["unchanged"], "Idempotency-Replayed" in again.headers) == (1, False)


def test_an_answer_is_kept_for_a_day(program: Caller, store: Store) -> None:
    first = send(program)
    age(store, KEPT_FOR - timedelta(minutes=1))
    assert send(program).body == first.body
    age(store, KEPT_FOR + timedelta(minutes=1))
    assert send(program).body["unchanged"] == 1


def test_old_answers_are_forgotten(program: Caller, store: Store) -> None:
    send(program, "old")
    age(store, KEPT_FOR * 2)
    send(program, "young")
    assert forget_answers(before=clock.now() - KEPT_FOR) == 1
    with store_scope(store.pk):
        assert KeptAnswer.objects.get().key == "young"


@pytest.mark.parametrize("key", ["with space", "é", "x" * 129])
def test_keys_that_cannot_be(program: Caller, key: str) -> None:
    assert send(program, key).problem == (422, "invalid", "Idempotency-Key")


def test_every_program_has_keys_of_its_own(program: Caller, store: Store) -> None:
    assert send(program).body["created"] == 1
    assert send(caller_for(store)).body["unchanged"] == 1
    assert send(caller_for(make_store("mallory"))).body["created"] == 1


@pytest.mark.django_db(transaction=True)
def test_at_the_same_time_it_happens_once(transactional_db: None) -> None:
    program, together = caller_for(make_store()), Barrier(4)

    def call() -> Answer:
        together.wait()
        try:
            return send(program)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = [future.result() for future in [threads.submit(call) for _ in range(4)]]
    assert {answer.status for answer in answers} <= {200, 409}
    assert {answer.body["created"] for answer in answers if answer.status == 200} == {1}
    assert all(answer.body["code"] == "call_under_way" for answer in answers if answer.status == 409)
    assert len(program.get("/orders").body["items"]) == 1
    assert send(program).headers["Idempotency-Replayed"] == "true"
