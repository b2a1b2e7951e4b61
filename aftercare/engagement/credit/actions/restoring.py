"""Giving back what was spent: to the very lots it came from, with the expiry they had."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

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
from aftercare.engagement.credit.errors import MoreThanSpent, SpendingOver
from aftercare.engagement.credit.events import CreditRestored
from aftercare.engagement.credit.models import Lot, Spending
from aftercare.engagement.credit.origins import EntryKind
from aftercare.engagement.credit.policy.lots import given_back
from aftercare.engagement.credit.queries.wallets import good, shares_of
from aftercare.engagement.credit.vocabulary import AccountKind, SpendingState
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What returned; `expired` of it to lots that have expired meanwhile, which it cannot outlive."""

    restored: Money
    expired: Money


@transaction.atomic
def give_back(
    *, spending: Spending, key: str, reason: str, by: str, now: datetime, amount: Money | None = None
) -> GivenBack:
    """Give a captured spending back, or `amount` of it; the same key again answers the same.

    Raises Invalid, SpendingOver, MoreThanSpent or KeyTaken.
    """
    held = Spending.objects.select_for_update(no_key=True).get(pk=spending.pk)
    left = held.amount - held.restored
    digest = digest_of(held.pk, amount.amount if amount else None, reason)
    known = entry_of(key=key, digest=digest)
    if known is not None:
        return GivenBack(*(Money(known.data[name], held.currency) for name in ("restored", "expired")))
    if held.state != SpendingState.CAPTURED:
        raise SpendingOver("It has not been paid.", remedy="Release the reservation instead.")
    if amount is not None and (amount.currency != held.currency or amount.amount <= 0):
        raise Invalid(f"Give an amount above zero in {held.currency}.", field="amount")
    back = amount.amount if amount else left
    if not 0 < back <= left:
        raise MoreThanSpent(
            f"Of this spending {Money(left, held.currency).decimal()} {held.currency} can be given back.",
            field="amount",
        )
    return _restore(held, back, Draft(
        held.store_id, EntryKind.RESTORED, key, held.currency, [], digest=digest, reason=reason,
    ), by, now)  # fmt: skip


def _restore(held: Spending, back: int, told: Draft, by: str, now: datetime) -> GivenBack:
    shares = given_back(shares_of(spending_ids=[held.pk])[held.pk], back)
    accounts = locked_accounts(ids={share.account_id for share in shares})
    alive = set(Lot.objects.filter(good(now), pk__in=[share.lot_id for share in shares]).values_list("pk", flat=True))
    expired = sum(share.amount for share in shares if share.lot_id not in alive)
    sides = other_sides(store_id=held.store_id, currency=held.currency, kinds=[AccountKind.REDEEMED])
    lines = [Line(share.account_id, share.amount, share.lot_id) for share in shares]
    draft = Draft(
        held.store_id, EntryKind.RESTORED, told.key, held.currency,
        [*lines, Line(sides[AccountKind.REDEEMED], -back)], digest=told.digest, reason=told.reason,
        customer_id=held.customer_id, order_id=held.order_id, spending_id=held.pk,
        data={"restored": back, "expired": expired},
    )  # fmt: skip
    with once():
        post([draft], by=by, now=now)
    Spending.objects.filter(pk=held.pk).update(restored=F("restored") + back)
    event = CreditRestored(
        amount=back, currency=held.currency, balance=sum(account.balance for account in accounts) + back,
        spending=held.public_id, reason=told.reason, expired=expired, card=held.card.public_id if held.card else "",
    )  # fmt: skip
    fact = Fact(event, held.store_id, now, customer_id=held.customer_id, order_id=held.order_id, actor=by)
    record([fact], now=now)
    return GivenBack(Money(back, held.currency), Money(expired, held.currency))
