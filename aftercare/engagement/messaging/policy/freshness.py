"""What came too late is worse than nothing."""

from datetime import datetime

from aftercare.engagement.messaging.policy.situation import Decision, Situation
from aftercare.engagement.messaging.policy.vocabulary import Reason, Verdict


def is_still_of_use(situation: Situation, now: datetime) -> Decision | None:
    """Each message type says for how long after its cause it is."""
    if situation.expires_at is not None and now >= situation.expires_at:
        return Decision(Verdict.DROP, Reason.EXPIRED)
    return None
