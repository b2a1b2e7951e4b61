"""Marketing needs a yes, everything else only no no. What is owed on a durable channel asks nobody: it comes in as None."""

from datetime import datetime

from aftercare.engagement.messaging.policy.situation import Decision, Situation
from aftercare.engagement.messaging.policy.vocabulary import LegalClass, Reason, Verdict


def needs_consent(situation: Situation, now: datetime) -> Decision | None:  # noqa: ARG001 -- a rule's signature
    """What the customer last said of this purpose on this channel."""
    if situation.consent is False:
        return Decision(Verdict.DROP, Reason.OPTED_OUT)
    if situation.consent is None and situation.legal_class is LegalClass.MARKETING:
        return Decision(Verdict.DROP, Reason.NO_CONSENT)
    return None
