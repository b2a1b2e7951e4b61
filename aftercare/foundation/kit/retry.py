"""When to try again what failed outside: soon at first, then more and more patiently, and not for ever."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_AFTER = (
    timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4),
    timedelta(hours=12),
)  # fmt: skip
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)


def after_failure(*, attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None where it is time to give up (after about 17 hours)."""
    return now + _AFTER[attempts - 1] if attempts <= len(_AFTER) else None


def wait_asked_for(retry_after: str, *, now: datetime) -> timedelta | None:
    """What a `Retry-After` header asks for, in seconds or as a date (RFC 9110 §10.2.3); None where it says nothing.

    Some shops send fractions of a second. A date is one of the world's clock, so `now` must be too.
    """
    told = retry_after.strip()
    if _SECONDS.fullmatch(told):
        return timedelta(seconds=float(told))
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    # "-0000" is read as a time without a zone, and means UTC.
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(until - now, timedelta(0))
