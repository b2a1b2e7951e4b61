"""Several threads write at once: together where that works, alone where it does not, and never unanswered."""

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import connection

from aftercare.commerce.platforms.actions import receive_delivery
from aftercare.commerce.platforms.group_commit import GroupCommit
from aftercare.foundation.kit import clock
from tests.commerce.platforms.shops import connect, deliveries
from tests.factories import make_store


def in_threads(count: int, job: Callable[[int], object]) -> list[Exception | None]:
    """Run the job so many times at once; answers what each raised."""
    start = threading.Barrier(count)
    failures: list[Exception | None] = [None] * count

    def run(number: int) -> None:
        try:
            start.wait()
            job(number)
        except Exception as failure:  # noqa: BLE001 -- answered
            failures[number] = failure
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return failures


def test_those_who_come_meanwhile_are_written_together() -> None:
    first_is_writing, others_are_there = threading.Event(), threading.Event()
    groups: list[list[int]] = []

    def write(rows: Sequence[int]) -> None:
        groups.append(list(rows))
        if rows == [99]:
            first_is_writing.set()
            assert others_are_there.wait(10)

    group = GroupCommit[int](write, at_most=5)
    leader = threading.Thread(target=group.commit, args=(99,))
    leader.start()
    assert first_is_writing.wait(10)
    threads = [threading.Thread(target=group.commit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    while len(group._waiting) < 8:
        pass
    others_are_there.set()
    for thread in [leader, *threads]:
        thread.join(10)
    assert groups[0] == [99]
    assert [len(one) for one in groups] == [1, 5, 3]
    assert sorted(number for one in groups[1:] for number in one) == list(range(8))


def test_a_row_that_cannot_be_written_fails_alone() -> None:
    written: list[int] = []

    def write(rows: Sequence[int]) -> None:
        if 3 in rows:
            message = "three"
            raise ValueError(message)
        written.extend(rows)

    group = GroupCommit[int](write, at_most=50)
    failures = in_threads(12, group.commit)
    assert [number for number, failure in enumerate(failures) if failure] == [3]
    assert sorted(written) == [number for number in range(12) if number != 3]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_is_answered_is_committed_once() -> None:
    store = make_store()
    shop = connect(store)

    def send(number: int) -> None:
        receive_delivery(
            connection=shop, message_id=f"m-{number % 20}", topic="a", headers={}, body=b"{}", now=clock.now()
        )
        # Another connection sees it, so it is committed.
        assert f"m-{number % 20}" in {kept.message_id for kept in deliveries(store)}

    assert in_threads(40, send) == [None] * 40
    assert len(deliveries(store)) == 20


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_message_the_database_refuses_fails_alone() -> None:
    store = make_store()
    shop = connect(store)

    def send(number: int) -> None:
        message_id = "m-\0" if number == 5 else f"m-{number}"
        receive_delivery(connection=shop, message_id=message_id, topic="a", headers={}, body=b"", now=clock.now())

    failures = in_threads(10, send)
    assert [number for number, failure in enumerate(failures) if failure] == [5]
    assert len(deliveries(store)) == 9
