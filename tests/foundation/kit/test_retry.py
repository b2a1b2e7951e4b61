"""Trying again, and giving up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.foundation.kit.retry import after_failure, wait_asked_for

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_soon_at_first_and_not_for_ever() -> None:
    assert after_failure(attempts=1, now=NOON) == NOON + timedelta(seconds=30)
    assert after_failure(attempts=6, now=NOON) == NOON + timedelta(hours=12)
    assert after_failure(attempts=7, now=NOON) is None


@pytest.mark.parametrize(("told", "seconds"), [
    ("120", 120), (" 2.5 ", 2.5), ("0", 0), ("Sun, 22 Nov 2026 12:01:00 GMT", 60),
    ("Sun, 22 Nov 2026 12:01:00 -0000", 60), ("Sun, 22 Nov 2026 11:59:00 GMT", 0),
])  # fmt: skip
def test_a_wait_is_told_in_seconds_or_as_a_date(told: str, seconds: float) -> None:
    assert wait_asked_for(told, now=NOON) == timedelta(seconds=seconds)


@pytest.mark.parametrize("told", ["", "soon", "-5", "١٢", "9" * 12, "1e9", "nan"])
def test_what_says_nothing_asks_for_nothing(told: str) -> None:
    assert wait_asked_for(told, now=NOON) is None


@given(st.text())
def test_no_header_is_an_accident(told: str) -> None:
    wait = wait_asked_for(told, now=NOON)
    assert wait is None or wait >= timedelta(0)
