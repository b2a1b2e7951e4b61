"""Between moments and days since 1970."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


def day_number(at: datetime) -> float:
    return (at - _EPOCH) / _DAY


def moment(day: float) -> datetime:
    """To the minute: nobody promises seconds."""
    return _EPOCH + timedelta(minutes=round(day * 1440))
