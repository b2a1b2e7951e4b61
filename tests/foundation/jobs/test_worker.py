"""A worker: woken by what happens, outlives trouble, stops when told."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection

from aftercare.foundation.jobs.loops import Loop, wake
from aftercare.foundation.jobs.worker import Worker

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
