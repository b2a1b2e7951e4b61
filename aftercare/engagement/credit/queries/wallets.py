"""What customers have, where it came from, and what became of it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Q, Sum

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import person_ids
from aftercare.engagement.credit.models import Account, Entry, Lot, Spending
from aftercare.engagement.credit.origins import SPENDING_KINDS
from aftercare.engagement.credit.policy.lots import Share
from aftercare.engagement.credit.vocabulary import HELD
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.money import Money

_SHARES = """
    SELECT e.spending_id, p.account_id, p.lot_id, -sum(p.amount)::bigint
    FROM credit_entry AS e JOIN credit_posting AS p ON p.entry_id = e.id JOIN credit_lot AS l ON l.id = p.lot_id
    WHERE e.spending_id = ANY(%s) GROUP BY e.spending_id, p.account_id, p.lot_id, l.expires_at HAVING sum(p.amount) < 0
    ORDER BY e.spending_id, l.expires_at NULLS LAST, p.lot_id
"""


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a person can spend in one currency, and the lots it lies in, those that expire soonest first."""

    money: Money
    lots: list[Lot]

    @property
    def next_expiry(self) -> Lot | None:
        """What expires first, if anything does."""
        return next((lot for lot in self.lots if lot.expires_at), None)


def good(now: datetime) -> Q:
    """Of a query of lots, those that have not expired."""
    return Q(expires_at__isnull=True) | Q(expires_at__gt=now)


def wallets_of(*, customer_ids: Collection[int], now: datetime) -> list[Wallet]:
    """A person's credit by currency. One query."""
    lots = (
        Lot.objects.filter(good(now), account__customer_id__in=customer_ids, remaining__gt=0)
        .select_related("account").order_by(F("expires_at").asc(nulls_last=True), "pk")
    )  # fmt: skip
    by_currency: dict[str, list[Lot]] = defaultdict(list)
    for lot in lots:
        by_currency[lot.account.currency].append(lot)
    return [
        Wallet(Money(sum(lot.remaining for lot in found), currency), found)
        for currency, found in sorted(by_currency.items())
    ]


def wallets_of_customer(*, customer: Customer, now: datetime) -> list[Wallet]:
    """The same for a customer, with what came under names that were merged into theirs. Two queries."""
    return wallets_of(customer_ids=person_ids(customer=customer), now=now)


def balances_of(*, customer_ids: Collection[int]) -> list[Money]:
    """What lies in these customers' accounts, by currency. One query, of one table."""
    held = Account.objects.filter(customer_id__in=customer_ids, balance__gt=0).order_by("currency")
    sums: dict[str, int] = defaultdict(int)
    for account in held:
        sums[account.currency] += account.balance
    return [Money(amount, currency) for currency, amount in sums.items()]


def entries_of(*, customer_ids: Collection[int], after: str = "", limit: int = 50) -> Page[Entry]:
    """What happened to a person's credit, the latest first, each with its `change` of what they hold. One query."""
    change = Sum("postings__amount", filter=Q(postings__account__kind__in=HELD))
    found = Entry.objects.filter(customer_id__in=customer_ids).annotate(
        change=change, currency=Max("postings__currency")
    )  # type: ignore[no-redef]
    return page(found.select_related("order", "spending"), by="occurred_at", after=after, limit=limit)


def grant_by_public_id(*, public_id: str) -> Lot:
    """One grant with its account; raises NotFound."""
    found = Lot.objects.select_related("account__customer").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"There is no grant '{public_id}'.", field="grant")
    return found


def spending_by_public_id(*, public_id: str) -> Spending:
    """One spending; raises NotFound."""
    found = Spending.objects.select_related("customer", "card", "order").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(f"There is no spending '{public_id}'.", field="spending")
    return found


def shares_of(*, spending_ids: Collection[int]) -> dict[int, list[Share]]:
    """What each spending still has of which lots, in the order in which it took them. One query."""
    found: dict[int, list[Share]] = {spending_id: [] for spending_id in spending_ids}
    for spending_id, *share in fetch(_SHARES, [list(spending_ids)]) if spending_ids else []:
        found[spending_id].append(Share(*share))
    return found


def spent_of_lots(*, lot_ids: Collection[int]) -> int:
    """What of these lots is spent or reserved now. One query."""
    found = Lot.objects.filter(pk__in=lot_ids, postings__entry__kind__in=SPENDING_KINDS)
    return -(found.aggregate(change=Sum("postings__amount"))["change"] or 0)


def held_of(*, customer_ids: Collection[int], currency: str) -> int:
    """The balance of a person's accounts. One query."""
    held = Account.objects.filter(customer_id__in=customer_ids, currency=currency)
    return held.aggregate(total=Sum("balance"))["total"] or 0
