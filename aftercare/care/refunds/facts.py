"""Refunds as the log tells of them."""

from datetime import datetime
from typing import Any

from aftercare.care.refunds.events import RefundEvent
from aftercare.care.refunds.models import AskedRefund
from aftercare.foundation.events.base import Fact


def fact_of(refund: AskedRefund, event: type[RefundEvent], *, by: str, now: datetime, **more: Any) -> Fact:
    """An event of a refund whose order is loaded."""
    told = event(refund.public_id, refund.amount, refund.currency, refund.payer, refund.reason, **more)
    return Fact(
        event=told, store_id=refund.store_id, occurred_at=now, customer_id=refund.order.customer_id,
        order_id=refund.order_id, actor=by,
    )  # fmt: skip
