"""Saying that somebody has given the money back."""

from datetime import datetime

from django.db import transaction

from aftercare.care.refunds.actions.holding import end_as_made, held_in
from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.vocabulary import RefundState


@transaction.atomic
def note_made(*, refund: AskedRefund, external_id: str, note: str, by: str, now: datetime) -> AskedRefund:
    """It was made: by hand, or by a payer whose answer never came. Raises RefundNotThere."""
    found = held_in(refund, RefundState.BY_HAND, RefundState.FAILED)
    end_as_made(found, external_id=external_id, note=note, by=by, now=now)
    return found
