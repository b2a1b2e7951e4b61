"""What tests of credit start from, and what must always hold of a ledger."""

from datetime import datetime
from itertools import count

from django.db import connection
from django.db.models import Sum

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.credit.actions import grant_credit, spend_credit
from aftercare.engagement.credit.models import Account, Lot, Posting, Promotion, Spending
from aftercare.engagement.credit.origins import SPENDING_KINDS, Origin
from aftercare.engagement.credit.vocabulary import HELD, SpendingState
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.money import Money
from tests.factories import NOW

_keys = count()


def new_key() -> str:
    return f"k{next(_keys)}"


def give(
    customer: Customer, amount: int, *, currency: str = "EUR", until: datetime | None = None, at: datetime = NOW,
    bonus_of: Lot | None = None,
) -> Lot:  # fmt: skip
    """Credit for Sam."""
    return grant_credit(
        customer=customer, amount=Money(amount, currency), kind=Origin.GOODWILL, reason="It was late", key=new_key(),
        by="staff:olga", now=at, expires_at=until, bonus_of=bonus_of,
    )  # fmt: skip


def spend(customer: Customer, amount: int, *, currency: str = "EUR", at: datetime = NOW, **more: object) -> Spending:
    """Sam pays with it."""
    return spend_credit(
        customer=customer, amount=Money(amount, currency), key=new_key(), by="api", now=at, **more  # type: ignore[arg-type]
    )  # fmt: skip


def left() -> list[int]:
    """What is left of each lot, in the order in which they were granted."""
    return list(Lot.objects.order_by("pk").values_list("remaining", flat=True))


def check_ledger() -> None:
    """Every entry balanced, every balance and lot the sum of its postings, nothing negative, no more back than spent."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert fetch("SELECT 1 FROM credit_posting GROUP BY entry_id, currency HAVING sum(amount) <> 0") == []
    for account in Account.objects.filter(kind__in=HELD):
        moved = Posting.objects.filter(account=account).aggregate(sum=Sum("amount"))["sum"] or 0
        in_lots = account.lots.aggregate(sum=Sum("remaining"))["sum"] or 0
        assert account.balance == moved == in_lots
        assert account.balance >= 0
    for lot in Lot.objects.all():
        postings = Posting.objects.filter(lot=lot)
        assert lot.remaining == (postings.aggregate(sum=Sum("amount"))["sum"] or 0)
        used = postings.filter(entry__kind__in=SPENDING_KINDS).aggregate(sum=Sum("amount"))["sum"] or 0
        assert -lot.amount <= used <= 0
    for spending in Spending.objects.exclude(state=SpendingState.RELEASED):
        gone = Posting.objects.filter(entry__spending=spending, lot__isnull=False).aggregate(sum=Sum("amount"))["sum"]
        assert -(gone or 0) == spending.amount - spending.restored
    for promotion in Promotion.objects.all():
        assert promotion.budget_amount is None or promotion.given <= promotion.budget_amount
        assert promotion.budget_uses is None or promotion.uses <= promotion.budget_uses
