"""A share of the customers gets only what is owed, so that all the rest has something to be measured against.

Who belongs to it follows from a salt and the customer's id alone: it is the same tomorrow, on every channel and in every
programme, and a larger share keeps whoever was in the smaller one. `queries` computes the same in SQL.
"""

import hashlib
from datetime import datetime

from aftercare.engagement.messaging.policy.situation import Decision, Situation
from aftercare.engagement.messaging.policy.vocabulary import Reason, Verdict

# As many leading hexadecimal digits of SHA-256 as fit a bigint with room to spare.
DIGITS = 8
_ALL = 4_294_967_296


def is_control(*, salt: str, customer: str, percent: float) -> bool:
    """Whether this customer, by their public id, is in the control group of so many percent."""
    if percent <= 0:
        return False
    place = int(hashlib.sha256(f"{salt}:{customer}".encode()).hexdigest()[:DIGITS], 16)
    return place < share_of(percent)


def share_of(percent: float) -> int:
    """Places below this one belong to the group."""
    return round(_ALL * percent / 100)


def spares_the_control_group(situation: Situation, now: datetime) -> Decision | None:  # noqa: ARG001 -- a rule's signature
    """Asked last of what forbids: who is spared for this reason alone would have got it."""
    if situation.in_control_group:
        return Decision(Verdict.DROP, Reason.CONTROL_GROUP)
    return None
