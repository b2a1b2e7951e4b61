"""Going on after the database went away for a moment."""

import pytest
from django.db import OperationalError, connection, transaction

from aftercare.commerce.platforms.errors import DatabaseLost
from aftercare.commerce.platforms.persistence import feed_persistently
from aftercare.foundation.database import persistence
from aftercare.foundation.database.persistence import persistently


def lose_connection() -> None:
    """The server ends our session: what a restart looks like from here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence, "PAUSES", (0.01, 0.01))


@pytest.mark.django_db(transaction=True)
def test_work_is_done_again_on_a_new_connection_once_that_is_restored() -> None:
    done: list[str] = []

    def work() -> int:
        done.append("work")
        if done.count("work") < 2:
            lose_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 42")
            return int(cursor.fetchone()[0])

    assert persistently(work, after_loss=lambda: done.append("restored")) == 42
    assert done == ["work", "restored", "work"]


@pytest.mark.django_db(transaction=True)
def test_patience_ends_and_who_feeds_a_file_reads_what_to_do() -> None:
    with pytest.raises(OperationalError):
        persistently(lose_connection, after_loss=lose_connection)
    with pytest.raises(DatabaseLost, match="does not answer") as lost:
        feed_persistently(lose_connection)
    assert "Feed the file again" in lost.value.remedy


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_nothing_is_done_again() -> None:
    done: list[str] = []

    def work() -> None:
        done.append("work")
        lose_connection()

    with pytest.raises(OperationalError), transaction.atomic():
        persistently(work)
    assert done == ["work"]


def test_what_is_no_loss_is_not_tried_again() -> None:
    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        persistently(work)
