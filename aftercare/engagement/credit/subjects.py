"""Grants and spendings as what events are about."""

from aftercare.engagement.credit.queries.wallets import grant_by_public_id, spending_by_public_id
from aftercare.foundation.events.subjects import Told, register_subject


def _of_grant(public_id: str) -> list[int]:
    return [grant_by_public_id(public_id=public_id).account.customer_id or 0]


def _of_spending(public_id: str) -> list[int]:
    return [spending_by_public_id(public_id=public_id).customer_id or 0]


register_subject(Told(prefix="grt", name="grant", key="customer_id", rows=_of_grant))
register_subject(Told(prefix="spd", name="spending", key="customer_id", rows=_of_spending))
