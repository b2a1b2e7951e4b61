"""Moving a claim on: to the carrier, to a decision, to its end."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercare.care.protection.actions.rows import close_incident_of, note_step, release_messages
from aftercare.care.protection.errors import NotNow
from aftercare.care.protection.models import Claim
from aftercare.care.protection.policy import moves
from aftercare.care.protection.vocabulary import UNSETTLED, ClaimState, Remedy
from aftercare.foundation.kit.errors import Invalid


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a claim goes, and the words to the customer, who is told unless `tells` is false.

    `remedy` and `amount` (minor units of the order's currency) go with an approval; `reference` is the carrier's number.
    """

    to: ClaimState
    reason: str = ""
    remedy: str = ""
    amount: int = 0
    reference: str = ""
    tells: bool = True


@transaction.atomic
def move_claim(
    *, claim: Claim, decision: Decision, by: str, now: datetime
) -> Claim:  # fmt: skip
    """Move a claim on; raises NotNow where it is elsewhere by now, or Invalid where the decision is not whole."""
    to = decision.to
    held = Claim.objects.select_for_update(of=["self"]).select_related("order", "shipment", "customer")
    claim = held.get(pk=claim.pk)
    if to not in moves.following(claim.state):
        raise NotNow(
            f"The claim is “{claim.get_state_display()}” by now.", field="state", remedy="Read the claim again."
        )
    _check(claim, decision)
    claim.state, claim.reason = to, decision.reason
    if to == ClaimState.APPROVED:
        claim.remedy, claim.amount = decision.remedy, decision.amount
    if decision.reference:
        claim.reference = decision.reference
    is_over = to not in UNSETTLED
    claim.due_at = now + moves.due_in(to)
    claim.closed_at = now if is_over else None
    claim.save(update_fields=["state", "reason", "remedy", "amount", "reference", "due_at", "closed_at"])
    if is_over:
        release_messages(claim, now=now)
        close_incident_of(claim, by=by, now=now)
    note_step(claim, by=by, now=now, tells=decision.tells)
    return claim


def _check(claim: Claim, decision: Decision) -> None:
    to, remedy, amount = decision.to, decision.remedy, decision.amount
    if moves.needs_reason(to) and not decision.reason.strip():
        raise Invalid("The customer is owed a reason.", field="reason", remedy="Say in a sentence why.")
    if not moves.needs_remedy(to):
        return
    if remedy not in Remedy.values:
        raise Invalid("An approval says what is done.", field="remedy", remedy=f"One of: {', '.join(Remedy.values)}.")
    if moves.costs(remedy) and not 0 < amount <= claim.order.total:
        raise Invalid(
            "The amount is nothing, or more than the order cost.", field="amount", remedy="Choose one in between."
        )
    if not moves.costs(remedy) and amount:
        raise Invalid("Sending it again costs the customer nothing.", field="amount", remedy="Leave it out.")
