"""Saying that somebody has given the money back."""

from datetime import datetime

from django.db import transaction

from aftercare.care.refunds.errors import RefundNotThere
from aftercare.care.refunds.events import RefundMade
from aftercare.care.refunds.facts import fact_of
from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.vocabulary import RefundState
from aftercare.foundation.events.actions import record


@transaction.atomic
def note_made(*, refund: AskedRefund, external_id: str, note: str, by: str, now: datetime) -> AskedRefund:
    """It was made: by hand, or by a payer whose answer never came. Raises RefundNotThere."""
    held = AskedRefund.objects.select_for_update(of=("self",)).select_related("order").get(pk=refund.pk)
    if held.state not in {RefundState.BY_HAND, RefundState.FAILED}:
        raise RefundNotThere(f"It is: {held.get_state_display()}.", field="refund", remedy="Look at it anew.")
    held.state, held.external_id, held.note, held.ended_at = RefundState.MADE, external_id[:120], note[:300], now
    held.is_unsure = False
    held.save(update_fields=["state", "external_id", "note", "ended_at", "is_unsure"])
    record([fact_of(held, RefundMade, by=by, now=now, external_id=held.external_id)], now=now)
    return held
