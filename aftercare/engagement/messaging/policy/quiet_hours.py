"""Nobody is woken, and nobody is disturbed on a day of rest: the store's quiet hours, its own rules, and the country's."""

from datetime import datetime

from aftercare.engagement.messaging.policy.situation import Decision, Situation
from aftercare.engagement.messaging.policy.vocabulary import Reason, Verdict


def keeps_quiet_hours(situation: Situation, now: datetime) -> Decision | None:
    """Only what is owed and urgent may break them, and what is owed and could not be said later."""
    if situation.urgent and situation.is_owed:
        return None
    until, source = situation.calendar.opening(now)
    if until <= now:
        return None
    if situation.expires_at is None or until < situation.expires_at:
        return Decision(Verdict.DEFER, Reason.QUIET_HOURS, until=until, detail=source)
    # What could only be sent after it has expired need not wait to be dropped.
    return None if situation.is_owed else Decision(Verdict.DROP, Reason.EXPIRED, detail=source)
