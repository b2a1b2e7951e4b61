"""The one place that reads the system clock.

Decisions take `now` as an argument; edges and worker loops ask here. The clock can run faster than the world
(`AFTERCARE_CLOCK=2026-11-22T08:00:00Z@60`: sixty seconds for one, counted from that instant), so that a demo shows a
week of parcels in minutes, and may show another time than the world's from there on (`…Z=2026-11-29T08:00:00Z@60`).
All processes of an installation share the setting, hence the time.
"""

import os
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple


class Pace(NamedTuple):
    """At the world's instant `origin` this clock showed `shown`, and has run `speed` times as fast since."""

    origin: datetime
    shown: datetime
    speed: float


@cache
def pace() -> Pace | None:
    """How this installation's clock runs; None for the world's own."""
    setting = os.environ.get("AFTERCARE_CLOCK", "")
    if not setting:
        return None
    instants, _, speed = setting.partition("@")
    origin, _, shown = instants.partition("=")
    return Pace(_instant(origin), _instant(shown or origin), float(speed or 1))


def now() -> datetime:
    """The current instant, in UTC."""
    world = datetime.now(UTC)
    running = pace()
    if running is None:
        return world
    return running.shown + (world - running.origin) * running.speed


def in_the_world(at: datetime) -> datetime:
    """The world's instant at which this clock shows `at`: for those outside, whose clocks run with the world's."""
    running = pace()
    return at if running is None else running.origin + (at - running.shown) / running.speed


def setting_for(*, speed: float, shown: datetime | None = None) -> str:
    """The value of AFTERCARE_CLOCK that lets time pass `speed` times as fast from now on, starting at `shown`."""
    world = datetime.now(UTC)
    return f"{world.isoformat()}={(shown or world).isoformat()}@{speed:g}"


def real_seconds(seconds: float) -> float:
    """How long to sleep for `seconds` of this installation's time to pass."""
    running = pace()
    return seconds if running is None else seconds / running.speed


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
