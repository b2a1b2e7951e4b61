"""Nothing without an address, nor to one that is suppressed, nor (but what is owed) to one that is nobody's."""

from datetime import datetime

from aftercare.engagement.messaging.policy.situation import Decision, Situation
from aftercare.engagement.messaging.policy.vocabulary import Reason, Verdict


def needs_an_address(situation: Situation, now: datetime) -> Decision | None:  # noqa: ARG001 -- a rule's signature
    """There is one, and a customer whose it is. The recipient of a gift, or somebody erased, never agreed to anything."""
    if not situation.address:
        return Decision(Verdict.DROP, Reason.NO_ADDRESS)
    if not situation.is_customer and not situation.is_owed:
        return Decision(Verdict.DROP, Reason.NOBODY)
    return None


def respects_suppression(situation: Situation, now: datetime) -> Decision | None:
    """The address bounced, complained, unsubscribed or was blocked."""
    for one in situation.suppressed:
        if one.stops(situation.legal_class, now):
            return Decision(Verdict.DROP, Reason.SUPPRESSED, detail=one.sentence)
    return None
