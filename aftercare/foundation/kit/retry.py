"""When to try again what failed outside: soon at first, then more and more patiently, and not for ever."""

from datetime import datetime, timedelta

_AFTER = (
    timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4),
    timedelta(hours=12),
)  # fmt: skip


def after_failure(*, attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None where it is time to give up (after about 17 hours)."""
    return now + _AFTER[attempts - 1] if attempts <= len(_AFTER) else None
