"""Making refunds that are due: claimed under a lease, called outside any transaction, concluded with what the payer said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from aftercare.care.refunds.actions.holding import end_as_made, held
from aftercare.care.refunds.choosing import settings_for
from aftercare.care.refunds.events import RefundFailed
from aftercare.care.refunds.facts import fact_of
from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.payers import Made, NotMade, Outcome, RefundLine, Refused, Unclear, Wanted, payers
from aftercare.care.refunds.policy import again_at
from aftercare.care.refunds.vocabulary import ENDED, RefundState
from aftercare.foundation.database.persistence import persistently
from aftercare.foundation.events.actions import record
from aftercare.foundation.stores.scope import across_stores, store_scope

log = structlog.get_logger(__name__)
# Longer than the few calls of one refund can take; so they are claimed one by one.
_LEASE = timedelta(minutes=5)
_MADE_BY = "worker"


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A refund under our lease; `was_unsure`: an earlier call of it may have gone through."""

    refund: AskedRefund
    was_unsure: bool


def make_due(now: datetime) -> int:
    """The one that has waited longest; answers how many were looked at."""
    claimed = _claim(now)
    if claimed is None:
        return 0
    outcome = _make(claimed)
    persistently(lambda: _conclude(claimed.refund, outcome, now))
    return 1


def _claim(now: datetime) -> _Claimed | None:
    """From here on nobody can be sure that it was not made, until somebody says so: that is written down first."""
    with transaction.atomic(), across_stores("refunds of every store are made by one loop"):
        due = AskedRefund.objects.filter(state=RefundState.DUE, due_at__lte=now).select_related("order")
        row = due.order_by("due_at").select_for_update(of=("self",), skip_locked=True).first()
        if row is None:
            return None
        claimed = _Claimed(row, row.is_unsure)
        row.is_unsure, row.attempts, row.due_at = True, row.attempts + 1, now + _LEASE
        row.save(update_fields=["is_unsure", "attempts", "due_at"])
    return claimed


def _make(claimed: _Claimed) -> Outcome:
    """What there may be already is looked for first; only what is certainly not there is made."""
    refund = claimed.refund
    with store_scope(refund.store_id):
        settings = settings_for(payer=refund.payer, order=refund.order)
    # One that an update took away can do nothing either.
    if refund.payer not in payers or not payers[refund.payer].can(settings):
        trouble = f"Nobody can make it: {refund.payer} is not connected, or may not"
        return Unclear(trouble) if claimed.was_unsure else Refused(trouble)
    payer, wanted = payers[refund.payer], _wanted(refund, settings)
    if claimed.was_unsure:
        found = payer.find(wanted)
        if not isinstance(found, NotMade):
            return found
    return payer.make(wanted)


def _wanted(refund: AskedRefund, settings: Mapping[str, Any]) -> Wanted:
    return Wanted(
        mark=refund.public_id, order=refund.order.external_id, money=refund.money,
        lines=[RefundLine(**line) for line in refund.lines], shipping=refund.shipping, reason=refund.reason,
        payment=refund.payment, settings=settings,
    )  # fmt: skip


def _conclude(refund: AskedRefund, outcome: Outcome, now: datetime) -> None:
    with transaction.atomic(), store_scope(refund.store_id):
        found = held(refund)
        # That it was made counts whoever says it; anything else is for whoever has the lease now.
        is_ours = found.state == RefundState.DUE and found.attempts == refund.attempts
        if found.state in ENDED or not (is_ours or isinstance(outcome, Made)):
            return
        match outcome:
            case Made(external_id):
                end_as_made(found, external_id=external_id, note="", by=_MADE_BY, now=now)
            case Refused(why):
                _failed(found, why, now, is_unsure=False)
            case Unclear(why):
                _later(found, why, now, is_unsure=True)
            case NotMade(why):
                _later(found, why, now, is_unsure=False)


def _later(refund: AskedRefund, why: str, now: datetime, *, is_unsure: bool) -> None:
    due_at = again_at(attempts=refund.attempts, is_unsure=is_unsure, now=now)
    if due_at is None:
        _failed(refund, why, now, is_unsure=is_unsure)
        return
    log.warning("refund not made yet", refund=refund.public_id, payer=refund.payer, why=why)
    refund.due_at, refund.is_unsure, refund.trouble = due_at, is_unsure, why[:300]
    refund.save(update_fields=["due_at", "is_unsure", "trouble"])


def _failed(refund: AskedRefund, why: str, now: datetime, *, is_unsure: bool) -> None:
    refund.state, refund.due_at, refund.is_unsure, refund.trouble = RefundState.FAILED, None, is_unsure, why[:300]
    refund.save(update_fields=["state", "due_at", "is_unsure", "trouble"])
    record([fact_of(refund, RefundFailed, by=_MADE_BY, now=now, trouble=refund.trouble)], now=now)
