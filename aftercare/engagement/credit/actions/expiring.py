"""Time passes: reservations end, what expires soon is told of, and what has expired is gone. In sets."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aftercare.engagement.credit.actions.posting import Draft, Line, locked_accounts, other_sides, post
from aftercare.engagement.credit.events import CreditExpired, CreditExpiring
from aftercare.engagement.credit.models import Lot
from aftercare.engagement.credit.origins import EntryKind
from aftercare.engagement.credit.policy.lots import EXPIRES_SOON, NO_NEWS_WITHIN
from aftercare.engagement.credit.vocabulary import AccountKind
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.stores.scope import across_stores

BATCH = 2000
# Whoever spends at this moment holds the account; it is asked again when they are done.
_DUE_ACCOUNTS = """
    SELECT a.id FROM credit_account AS a WHERE a.id IN (
        SELECT account_id FROM credit_lot WHERE remaining > 0 AND expires_at <= %(now)s ORDER BY expires_at LIMIT %(limit)s)
    ORDER BY a.id FOR NO KEY UPDATE SKIP LOCKED
"""
_TELL = """
    WITH due AS (
        SELECT l.id FROM credit_lot AS l
        WHERE l.remaining > 0 AND l.expires_at > %(now)s AND l.expires_at <= %(soon)s AND l.told_at IS NULL
          AND l.granted_at <= %(before)s
        ORDER BY l.expires_at LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
    ), told AS (
        UPDATE credit_lot AS l SET told_at = %(now)s FROM due WHERE l.id = due.id
        RETURNING l.account_id, l.remaining, l.expires_at
    )
    SELECT a.store_id, a.customer_id, a.currency, a.balance, sum(t.remaining)::bigint, min(t.expires_at)
    FROM told AS t JOIN credit_account AS a ON a.id = t.account_id WHERE a.customer_id IS NOT NULL
    GROUP BY a.id ORDER BY a.id
"""


@across_stores("time passes in every store")
@transaction.atomic
def expire_due(now: datetime, *, limit: int = BATCH) -> int:
    """What is left of one batch of lots goes where expired credit goes; answers how many accounts it was of."""
    ids = [row[0] for row in fetch(_DUE_ACCOUNTS, {"now": now, "limit": limit})]
    if not ids:
        return 0
    lots = list(
        Lot.objects.filter(account_id__in=ids, remaining__gt=0, expires_at__lte=now)
        .select_related("account__card").order_by("pk")
    )  # fmt: skip
    sides: dict[tuple[int, str], int] = {}
    for store_id, currency in {(lot.store_id, lot.account.currency) for lot in lots}:
        made = other_sides(store_id=store_id, currency=currency, kinds=[AccountKind.EXPIRED])
        sides[store_id, currency] = made[AccountKind.EXPIRED]
    post(
        [
            Draft(
                lot.store_id, EntryKind.EXPIRED, f"{lot.public_id}:expired:{now.isoformat()}", lot.account.currency,
                [
                    Line(lot.account_id, -lot.remaining, lot.pk),
                    Line(sides[lot.store_id, lot.account.currency], lot.remaining),
                ],
                customer_id=lot.account.customer_id, order_id=lot.order_id,
            )
            for lot in lots
        ],
        by="system", now=now,
    )  # fmt: skip
    record(_facts(lots, now), now=now)
    return len(ids)


@transaction.atomic
def tell_expiring(now: datetime, *, limit: int = BATCH) -> int:
    """Tell of one batch of lots that expire soon, each once; answers of how many customers."""
    rows = fetch(_TELL, {"now": now, "soon": now + EXPIRES_SOON, "before": now - NO_NEWS_WITHIN, "limit": limit})
    facts = [
        Fact(
            CreditExpiring(amount=amount, currency=currency, balance=balance, expires_at=expires_at.isoformat()),
            store_id, now, customer_id=customer_id,
        )
        for store_id, customer_id, currency, balance, amount, expires_at in rows
    ]  # fmt: skip
    record(facts, now=now)
    return len(rows)


def _facts(lots: Sequence[Lot], now: datetime) -> list[Fact]:
    balances: dict[int, int] = defaultdict(int)
    for account in locked_accounts(ids={lot.account_id for lot in lots}):
        balances[account.pk] = account.balance
    return [
        Fact(
            CreditExpired(
                amount=lot.remaining, currency=lot.account.currency, balance=balances[lot.account_id],
                grant=lot.public_id, card=lot.account.card.public_id if lot.account.card else "",
            ),
            lot.store_id, now, customer_id=lot.account.customer_id, order_id=lot.order_id,
        )
        for lot in lots
    ]  # fmt: skip
