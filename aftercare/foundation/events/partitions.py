"""The log is partitioned by month, so that years of history cost the present nothing and can be let go by the month."""

from datetime import UTC, datetime, timedelta

from django.db import connection

from aftercare.foundation.kit.ids import uuid7_floor

MONTHS_AHEAD = 6


def ensure_partitions(*, now: datetime, months_ahead: int = MONTHS_AHEAD) -> list[str]:
    """Create the partitions of this month and the next ones; answers the names it made."""
    made = []
    month = datetime(now.year, now.month, 1, tzinfo=UTC)
    for _ in range(months_ahead + 1):
        following = (month + timedelta(days=32)).replace(day=1)
        name = f"events_event_{month:%Y_%m}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NULL", [name])
            if cursor.fetchone()[0]:
                bounds = f"FROM ('{uuid7_floor(month)}') TO ('{uuid7_floor(following)}')"
                cursor.execute(f"CREATE TABLE {name} PARTITION OF events_event FOR VALUES {bounds}")
                made.append(name)
        month = following
    return made
