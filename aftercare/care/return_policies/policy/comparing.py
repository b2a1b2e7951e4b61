"""Which of two verdicts is better for the shopper: under the policy of when they ordered, or of now."""

from datetime import UTC, datetime

from aftercare.care.return_policies.policy.verdicts import Verdict
from aftercare.care.return_policies.vocabulary import Outcome

_ALWAYS = datetime.max.replace(tzinfo=UTC)


def better_of(then: Verdict, now: Verdict) -> Verdict:
    """A refund before none, more to choose from, more money, longer; where they are the same, the one of the order."""
    return now if _worth(now) > _worth(then) else then


def _worth(verdict: Verdict) -> tuple[bool, int, int, datetime]:
    refund, offered = verdict.offer(Outcome.REFUND), verdict.open_offers
    until = max((one.until or _ALWAYS for one in offered), default=datetime.min.replace(tzinfo=UTC))
    best = refund.best if refund.is_open else max((one.best for one in offered), default=0)
    return refund.is_open, len(offered), best, until
