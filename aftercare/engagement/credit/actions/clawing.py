"""Taking back what was given: what is left of it, and no more. What is spent is told, and never becomes a debt."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercare.engagement.credit.actions.posting import (
    Draft,
    Line,
    digest_of,
    entry_of,
    locked_accounts,
    once,
    other_sides,
    post,
)
from aftercare.engagement.credit.events import CreditClawedBack
from aftercare.engagement.credit.models import Lot
from aftercare.engagement.credit.origins import EntryKind
from aftercare.engagement.credit.policy.lots import Share, taken
from aftercare.engagement.credit.queries.wallets import spent_of_lots
from aftercare.engagement.credit.vocabulary import AccountKind
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money


@dataclass(frozen=True, slots=True)
class ClawedBack:
    """What was taken, and what of the grant (and its bonuses) is spent or reserved and stays with the customer."""

    taken: Money
    spent: Money


@transaction.atomic
def claw_back(*, grant: Lot, key: str, reason: str, by: str, now: datetime, amount: Money | None = None) -> ClawedBack:
    """Take back what is left of a grant and of its bonuses, or up to `amount` of that, from the bonuses first.

    The same key again answers the same. Raises Invalid or KeyTaken.
    """
    if amount is not None and (amount.currency != grant.account.currency or amount.amount <= 0):
        raise Invalid(f"Give an amount above zero in {grant.account.currency}.", field="amount")
    accounts = {account.pk: account for account in locked_accounts(ids=_accounts_of(grant))}
    currency = grant.account.currency
    digest = digest_of(grant.pk, amount.amount if amount else None, reason)
    known = entry_of(key=key, digest=digest)
    if known is not None:
        return ClawedBack(Money(known.data["taken"], currency), Money(known.data["spent"], currency))
    lots = list(_lots_of(grant))
    left = sum(lot.remaining for lot in lots)
    total = min(left, amount.amount) if amount else left
    shares = taken([Share(lot.account_id, lot.pk, lot.remaining) for lot in lots if lot.remaining], total) or []
    spent = spent_of_lots(lot_ids=[lot.pk for lot in lots])
    side = other_sides(store_id=grant.store_id, currency=currency, kinds=[AccountKind.CLAWED_BACK])
    lines = [Line(share.account_id, -share.amount, share.lot_id) for share in shares]
    draft = Draft(
        grant.store_id, EntryKind.CLAWED_BACK, key, currency,
        [*lines, Line(side[AccountKind.CLAWED_BACK], total)] if total else [], digest=digest, reason=reason,
        customer_id=grant.account.customer_id, order_id=grant.order_id, data={"taken": total, "spent": spent},
    )  # fmt: skip
    with once():
        post([draft], by=by, now=now)
    told = CreditClawedBack(
        amount=total, currency=currency, balance=sum(account.balance for account in accounts.values()) - total,
        grant=grant.public_id, reason=reason, spent=spent,
    )  # fmt: skip
    fact = Fact(told, grant.store_id, now, customer_id=grant.account.customer_id, order_id=grant.order_id, actor=by)
    record([fact], now=now)
    return ClawedBack(Money(total, currency), Money(spent, currency))


def _lots_of(grant: Lot) -> list[Lot]:
    """Its bonuses, then itself."""
    return [*Lot.objects.filter(bonus_of=grant).order_by("pk"), Lot.objects.get(pk=grant.pk)]


def _accounts_of(grant: Lot) -> set[int]:
    return {lot.account_id for lot in _lots_of(grant)}
