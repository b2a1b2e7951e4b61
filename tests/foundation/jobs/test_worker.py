"""A worker: woken by what happens, outlives trouble, stops when told."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from psycopg import sql

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import WAKE_SUBSCRIBERS, record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.jobs.loops import Loop, wake
from aftercare.foundation.jobs.worker import Worker
from tests.factories import NOW, make_store

pytestmark = pytest.mark.django_db(transaction=True)


def run(loop: Loop, until: Callable[[], bool]) -> None:
    worker = Worker([loop], tasks=False)
    worker.start()
    try:
        ends = time.monotonic() + 20
        while not until() and time.monotonic() < ends:
            time.sleep(0.01)
    finally:
        worker.stop()
    assert until()


def test_is_woken_at_once() -> None:
    rounds: list[datetime] = []

    def work(now: datetime) -> int:
        rounds.append(now)
        return 0

    def woken() -> bool:
        if rounds and len(rounds) < 4:
            wake("tests.bell")
            time.sleep(0.1)
        return len(rounds) >= 4

    run(Loop("tests.woken", work, wake="tests.bell", idle=3600), woken)


def test_looks_again_soon_where_what_it_was_woken_for_is_not_to_be_seen_yet() -> None:
    looks: list[datetime] = []

    def work(now: datetime) -> int:
        looks.append(now)
        return 0

    def looked() -> bool:
        if len(looks) == 1:
            wake("tests.early")
            time.sleep(0.05)
        return len(looks) >= 6

    run(Loop("tests.early", work, wake="tests.early", idle=3600), looked)


def test_goes_on_while_there_is_work() -> None:
    left = [5]

    def work(_now: datetime) -> int:
        left[0] -= 1
        return left[0] > 0

    run(Loop("tests.busy", work, wake="", idle=3600), lambda: left[0] == 0)


def test_a_batch_that_fails_is_tried_again() -> None:
    tried = threading.Event()
    failures: list[int] = []

    def work(_now: datetime) -> int:
        if len(failures) < 1:
            failures.append(1)
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        tried.set()
        return 0

    run(Loop("tests.trouble", work, wake="", idle=3600), tried.is_set)


def test_an_event_wakes_those_who_read_its_type_and_those_who_read_all() -> None:
    store = make_store()
    rounds = dict.fromkeys(["all", "these", "others"], 0)

    def counting(name: str) -> Callable[[datetime], int]:
        def work(_now: datetime) -> int:
            rounds[name] += 1
            return 0

        return work

    wakes = {"all": WAKE_SUBSCRIBERS, "these": frozenset({"order.placed"}), "others": frozenset({"order.cancelled"})}
    worker = Worker([Loop(name, counting(name), wakes[name], idle=3600) for name in rounds], tasks=False)
    worker.start()
    try:
        ends = time.monotonic() + 20
        # Until the listener listens, nobody is woken.
        while min(rounds["all"], rounds["these"]) < 3 and time.monotonic() < ends:
            with transaction.atomic():
                placed = Fact(OrderPlaced("#1", 100, "EUR", 1), store_id=store.pk, occurred_at=NOW)
                record([placed], now=NOW)
            time.sleep(0.05)
    finally:
        others = rounds["others"]
        worker.stop()
    assert min(rounds["all"], rounds["these"]) >= 3
    assert others == 1, "it looks once when it begins"


def test_tasks_are_run_again_after_the_database_was_away() -> None:
    ran = threading.Event()

    @app.task(name="tests.ring")
    def ring() -> None:
        ran.set()

    worker = Worker([], tasks=True)
    worker.start()
    try:
        _until(_is_listened_for_tasks)
        with _nobody_let_in():
            _until(lambda: not _is_listened_for_tasks())
            time.sleep(0.5)
        _until(_is_listened_for_tasks)
        ring.defer()
        assert ran.wait(20)
    finally:
        worker.stop()
        del app.tasks["tests.ring"]
    assert not _is_listened_for_tasks()
    _throw_out()  # threads that ran tasks leave their connections to the garbage collector


@contextmanager
def _nobody_let_in() -> Iterator[None]:
    """Everybody but us is thrown out, and comes in no more, as while a server recovers."""
    name = connection.settings_dict["NAME"]
    close_to = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format
    elsewhere = {**connection_parameters(), "dbname": "postgres"}
    with psycopg.connect(**elsewhere, autocommit=True) as other:
        other.execute(close_to(sql.Identifier(name), sql.SQL("false")))
        try:
            _throw_out()
            yield
        finally:
            other.execute(close_to(sql.Identifier(name), sql.SQL("true")))


def _throw_out() -> None:
    fetch(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()", [],
    )  # fmt: skip


def _until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


def _is_listened_for_tasks() -> bool:
    listeners = "datname = current_database() AND query LIKE 'LISTEN%%procrastinate%%'"
    ((count,),) = fetch(f"SELECT count(*) FROM pg_stat_activity WHERE {listeners}", [])
    return count > 0
