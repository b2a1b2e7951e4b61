"""Trying again, and giving up."""

from datetime import UTC, datetime, timedelta

from aftercare.foundation.kit.retry import after_failure

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_soon_at_first_and_not_for_ever() -> None:
    assert after_failure(attempts=1, now=NOON) == NOON + timedelta(seconds=30)
    assert after_failure(attempts=6, now=NOON) == NOON + timedelta(hours=12)
    assert after_failure(attempts=7, now=NOON) is None
