"""Holding one refund while it is decided about, and writing down that it was made."""

from datetime import datetime

from aftercare.care.refunds.errors import RefundNotThere
from aftercare.care.refunds.events import RefundMade
from aftercare.care.refunds.facts import fact_of
from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.vocabulary import RefundState
from aftercare.foundation.events.actions import record


def held(refund: AskedRefund) -> AskedRefund:
    """As it is now, until the transaction ends."""
    return AskedRefund.objects.select_for_update(of=("self",)).select_related("order").get(pk=refund.pk)


def held_in(refund: AskedRefund, *states: RefundState) -> AskedRefund:
    """The same; raises RefundNotThere where it is in none of these."""
    found = held(refund)
    if found.state not in states:
        raise RefundNotThere(f"It is: {found.get_state_display()}.", field="refund", remedy="Look at it anew.")
    return found


def end_as_made(refund: AskedRefund, *, external_id: str, note: str, by: str, now: datetime) -> None:
    """Of a refund that is held: it was made."""
    refund.state, refund.external_id, refund.note, refund.ended_at = (
        RefundState.MADE,
        external_id[:120],
        note[:300],
        now,
    )
    refund.is_unsure, refund.trouble = False, ""
    refund.save(update_fields=["state", "external_id", "note", "ended_at", "is_unsure", "trouble"])
    record([fact_of(refund, RefundMade, by=by, now=now, external_id=refund.external_id)], now=now)
