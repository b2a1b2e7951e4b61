"""Refunds as what events are about."""

from aftercare.care.refunds.queries import refund_by_public_id
from aftercare.foundation.events.subjects import Told, register_subject


def _order(public_id: str) -> list[int]:
    return [refund_by_public_id(public_id=public_id).order_id]


register_subject(Told(prefix="rfd", name="refund", key="order_id", rows=_order))
