"""A usual situation, and calendars, for tests of the policy."""

from datetime import UTC, datetime, time

from aftercare.engagement.messaging.policy import Calendar, LegalClass, Situation, hours_but

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # a Monday
NIGHT = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # 23:30 in Berlin, a Sunday
MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 8:00 in Berlin


def calendar(zone: str = "Europe/Berlin", *, quiet: tuple[time, time] = (time(21), time(8))) -> Calendar:
    """Where it is quiet at night."""
    hours = hours_but(*quiet, source="")
    return Calendar((zone,), "DE", (hours,) if hours else ())


USUAL = Situation(LegalClass.SERVICE, "sam@example.com", calendar())
