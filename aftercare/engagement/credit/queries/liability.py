"""What the store owes: by currency, by how long ago it was given, and by when it expires."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Sum

from aftercare.engagement.credit.models import Posting
from aftercare.engagement.credit.vocabulary import HELD, AccountKind
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.money import Money

# Days; what is beyond the last is a bucket of its own.
EDGES = (30, 90, 180, 365)
_OWED = """
    SELECT a.currency, a.kind, width_bucket(extract(day FROM %(now)s - l.granted_at), %(edges)s::numeric[]),
           CASE WHEN l.expires_at IS NULL THEN -1
                ELSE width_bucket(greatest(0, extract(day FROM l.expires_at - %(now)s)), %(edges)s::numeric[]) END,
           sum(l.remaining)::bigint, count(DISTINCT a.id)
    FROM credit_lot AS l JOIN credit_account AS a ON a.id = l.account_id
    WHERE l.store_id = %(store)s AND l.remaining > 0 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
_RESERVED = """
    SELECT currency, sum(amount)::bigint FROM credit_spending
    WHERE store_id = %s AND state = 'reserved' GROUP BY currency
"""
NEVER = -1


class Owed(NamedTuple):
    """So much, of one age and one distance to its expiry (places among the edges; NEVER for what does not expire)."""

    currency: str
    kind: AccountKind
    age: int
    expiry: int
    amount: int
    holders: int


@dataclass(frozen=True, slots=True)
class Liability:
    """All that is owed in one currency; what is reserved for baskets is owed, too."""

    currency: str
    owed: list[Owed]
    reserved: Money

    def of_kind(self, kind: AccountKind) -> Money:
        """What lies in wallets, or on cards."""
        return Money(sum(one.amount for one in self.owed if one.kind == kind), self.currency)

    @property
    def total(self) -> Money:
        return Money(sum(one.amount for one in self.owed) + self.reserved.amount, self.currency)

    def by_age(self) -> dict[int, int]:
        """Minor units by the place of the age."""
        return self._sums("age", range(len(EDGES) + 1))

    def by_expiry(self) -> dict[int, int]:
        """Minor units by the place of the expiry."""
        return self._sums("expiry", (*range(len(EDGES) + 1), NEVER))

    def _sums(self, name: str, places: "range | tuple[int, ...]") -> dict[int, int]:
        return {place: sum(one.amount for one in self.owed if getattr(one, name) == place) for place in places}


def liabilities(*, store_id: int, now: datetime) -> list[Liability]:
    """By currency. Two queries, however much is owed."""
    rows = fetch(_OWED, {"store": store_id, "now": now, "edges": list(EDGES)})
    owed = [Owed(currency, AccountKind(kind), *more) for currency, kind, *more in rows]
    reserved = dict(fetch(_RESERVED, [store_id]))
    currencies = sorted({one.currency for one in owed} | set(reserved))
    return [
        Liability(name, [one for one in owed if one.currency == name], Money(reserved.get(name, 0), name))
        for name in currencies
    ]


def moved(*, since: datetime) -> dict[tuple[str, AccountKind], Money]:
    """What came from and went to each other side since then, by currency; what came is below zero. One query."""
    found = Posting.objects.filter(entry__occurred_at__gte=since).exclude(account__kind__in=HELD).order_by()
    sums = found.values("currency", "account__kind").annotate(sum=Sum("amount"))
    return {
        (row["currency"], AccountKind(row["account__kind"])): Money(row["sum"], row["currency"])
        for row in sums if row["sum"]
    }  # fmt: skip


def month_before(now: datetime) -> datetime:
    """Thirty days ago."""
    return now - timedelta(days=30)
