"""Going on after the database went away for a moment."""

import pytest
from django.db import connection

from aftercare.commerce.platforms import persistence
from aftercare.commerce.platforms.errors import DatabaseLost
from aftercare.commerce.platforms.persistence import persistently


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
def test_patience_ends_with_a_sentence() -> None:
    with pytest.raises(DatabaseLost, match="does not answer") as lost:
        persistently(lose_connection, after_loss=lose_connection)
    assert "Feed the file again" in lost.value.remedy


def test_what_is_no_loss_is_not_tried_again() -> None:
    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        persistently(work)
