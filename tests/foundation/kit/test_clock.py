"""The one clock, which can run faster."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from aftercare.foundation.kit import clock

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _forget_the_pace() -> Iterator[None]:
    clock.pace.cache_clear()
    yield
    clock.pace.cache_clear()


def test_shows_the_worlds_time_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFTERCARE_CLOCK", raising=False)
    with time_machine.travel(START, tick=False):
        assert clock.now() == START


def test_runs_faster_from_an_instant_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERCARE_CLOCK", "2026-11-22T08:00:00+00:00@60")
    with time_machine.travel(START + timedelta(minutes=1), tick=False):
        assert clock.now() == START + timedelta(hours=1)
        assert clock.real_seconds(120) == 2


def test_goes_on_where_it_had_been(monkeypatch: pytest.MonkeyPatch) -> None:
    later = START + timedelta(days=7)
    with time_machine.travel(START, tick=False):
        monkeypatch.setenv("AFTERCARE_CLOCK", clock.setting_for(speed=60, shown=later))
    with time_machine.travel(START + timedelta(minutes=1), tick=False):
        assert clock.now() == later + timedelta(hours=1)


def test_says_when_in_the_world_it_shows_an_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERCARE_CLOCK", "2026-11-22T08:00:00+00:00@60")
    assert clock.in_the_world(START + timedelta(hours=1)) == START + timedelta(minutes=1)
    monkeypatch.delenv("AFTERCARE_CLOCK")
    clock.pace.cache_clear()
    assert clock.in_the_world(START) == START
