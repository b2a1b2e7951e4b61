"""Who has a return, a claim or a late parcel on their mind is not asked for a review. Holds delay; they never filter."""

from datetime import datetime

from aftercare.engagement.messaging.policy.situation import Decision, Situation
from aftercare.engagement.messaging.policy.vocabulary import Reason, Verdict


def waits_for_holds(situation: Situation, now: datetime) -> Decision | None:
    """Holds silence what can wait; a transactional message never does."""
    if situation.held_until is None or situation.held_until <= now:
        return None
    # It may be released before its time, so what expires earlier than that is not given up yet.
    until = min(situation.held_until, situation.expires_at or situation.held_until)
    return Decision(Verdict.DEFER, Reason.HELD, until=until, detail=situation.held_because)
