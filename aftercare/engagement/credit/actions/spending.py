"""Spending: at once, or reserved and then captured or released. What expires soonest goes first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import person_ids
from aftercare.commerce.orders.models import Order
from aftercare.engagement.credit.actions.posting import (
    Draft,
    Line,
    check_usable,
    digest_of,
    locked_accounts,
    locked_card,
    locked_wallets,
    once,
    other_sides,
    post,
)
from aftercare.engagement.credit.errors import KeyTaken, NotEnoughCredit, SpendingOver
from aftercare.engagement.credit.events import CreditSpent
from aftercare.engagement.credit.models import Account, GiftCard, Lot, Spending
from aftercare.engagement.credit.origins import EntryKind
from aftercare.engagement.credit.policy.lots import Share, taken
from aftercare.engagement.credit.queries.wallets import good, held_of, shares_of
from aftercare.engagement.credit.vocabulary import AccountKind, SpendingState
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.scope import across_stores

BATCH = 1000
LONGEST_RESERVATION = timedelta(days=30)


@transaction.atomic
def spend_credit(  # noqa: PLR0913 -- each is one thing callers say
    *, amount: Money, key: str, by: str, now: datetime, customer: Customer | None = None, card: GiftCard | None = None,
    order: Order | None = None, reference: str = "", reserve_for: timedelta | None = None,
) -> Spending:  # fmt: skip
    """Pay with a customer's credit, or with a card; `reserve_for` only keeps it until it is captured or released.

    The same key again answers the same spending. Raises Invalid, NotEnoughCredit or KeyTaken.
    """
    if amount.amount <= 0:
        raise Invalid("Nothing is spent.", field="amount", remedy="Give an amount above zero.")
    if reserve_for is not None and not timedelta() < reserve_for <= LONGEST_RESERVATION:
        raise Invalid("It can be reserved for up to 30 days.", field="reserve_minutes")
    accounts = _held(customer, card, amount.currency)
    holder = (customer.pk if customer else None, card.pk if card else None)
    digest = digest_of(*holder, amount.amount, amount.currency, order.pk if order else None, reference, reserve_for)
    known = Spending.objects.filter(key=key).first()
    if known is not None:
        if known.digest != digest:
            raise KeyTaken
        return known
    shares = _shares(accounts, amount, now)
    with once():
        spending = Spending.objects.create(
            store_id=accounts[0].store_id, customer=customer, card=card, order=order, currency=amount.currency,
            amount=amount.amount, reference=reference, key=key, digest=digest, by=by, created_at=now,
            state=SpendingState.RESERVED if reserve_for else SpendingState.CAPTURED,
            expires_at=now + reserve_for if reserve_for else None,
        )  # fmt: skip
        kind = EntryKind.RESERVED if reserve_for else EntryKind.SPENT
        into = AccountKind.RESERVED if reserve_for else AccountKind.REDEEMED
        lines = [Line(share.account_id, -share.amount, share.lot_id) for share in shares]
        post([_draft(spending, kind, lines, into, amount.amount)], by=by, now=now)
    if reserve_for is None:
        balance = sum(account.balance for account in accounts) - amount.amount
        _tell(spending, balance=balance, by=by, now=now)
    return spending


@transaction.atomic
def capture(*, spending: Spending, by: str, now: datetime) -> Spending:
    """What was reserved is paid; again is the same. Raises SpendingOver where it was released."""
    held = _locked(spending)
    if held.state == SpendingState.CAPTURED:
        return held
    if held.state != SpendingState.RESERVED:
        raise SpendingOver("The reservation has been released.", remedy="Spend anew.")
    sides = other_sides(
        store_id=held.store_id, currency=held.currency, kinds=[AccountKind.RESERVED, AccountKind.REDEEMED]
    )
    lines = [Line(sides[AccountKind.RESERVED], -held.amount), Line(sides[AccountKind.REDEEMED], held.amount)]
    post([_entry(held, EntryKind.CAPTURED, lines)], by=by, now=now)
    held.state, held.expires_at = SpendingState.CAPTURED, None
    held.save(update_fields=["state", "expires_at"])
    _tell(held, balance=_balance(held), by=by, now=now)
    return held


@transaction.atomic
def release(*, spending: Spending, by: str, now: datetime) -> Spending:
    """What was reserved returns to the lots it came from; again is the same. Raises SpendingOver where it was captured."""
    held = _locked(spending)
    if held.state == SpendingState.RELEASED:
        return held
    if held.state != SpendingState.RESERVED:
        raise SpendingOver("It has been paid already.", remedy="Give it back instead.")
    _release([held], by=by, now=now)
    return held


@across_stores("time passes in every store")
@transaction.atomic
def release_due(now: datetime, *, limit: int = BATCH) -> int:
    """Release one batch of reservations that nobody captured in time; answers how many."""
    due = list(
        Spending.objects.filter(state=SpendingState.RESERVED, expires_at__lte=now)
        .order_by("expires_at")[:limit].select_for_update(skip_locked=True)
    )  # fmt: skip
    _release(due, by="system", now=now)
    return len(due)


def _release(due: Sequence[Spending], *, by: str, now: datetime) -> None:
    shares = shares_of(spending_ids=[one.pk for one in due])
    locked_accounts(ids={share.account_id for found in shares.values() for share in found})
    drafts = []
    for one in due:
        reserved = other_sides(store_id=one.store_id, currency=one.currency, kinds=[AccountKind.RESERVED])
        lines = [Line(share.account_id, share.amount, share.lot_id) for share in shares[one.pk]]
        drafts.append(_entry(one, EntryKind.RELEASED, [*lines, Line(reserved[AccountKind.RESERVED], -one.amount)]))
        one.state, one.expires_at, one.restored = SpendingState.RELEASED, None, one.amount
    post(drafts, by=by, now=now)
    Spending.objects.filter(pk__in=[one.pk for one in due]).update(
        state=SpendingState.RELEASED, expires_at=None, restored=F("amount")
    )


def _held(customer: Customer | None, card: GiftCard | None, currency: str) -> list[Account]:
    """Whose it is, locked."""
    if (customer is None) == (card is None):
        raise Invalid("Credit is a customer's, or a card's.", field="customer", remedy="Give one of them.")
    if card is not None:
        account = locked_card(card=card)
        check_usable(card=card)
        accounts = [account] if account.currency == currency else []
    else:
        assert customer is not None
        accounts = locked_wallets(customer=customer, currency=currency)
    if not accounts:
        raise NotEnoughCredit(f"There is no credit in {currency}.", field="amount")
    return accounts


def _shares(accounts: Sequence[Account], amount: Money, now: datetime) -> list[Share]:
    left = [
        Share(*row)
        for row in Lot.objects.filter(good(now), account__in=accounts, remaining__gt=0)
        .order_by(F("expires_at").asc(nulls_last=True), "pk").values_list("account_id", "pk", "remaining")
    ]  # fmt: skip
    shares = taken(left, amount.amount)
    if shares is None:
        there = Money(sum(share.amount for share in left), amount.currency)
        raise NotEnoughCredit(
            f"There is {there.decimal()} {amount.currency} of credit.",
            field="amount",
            remedy="Spend that much at most.",
        )
    return shares


def _draft(spending: Spending, kind: EntryKind, lines: list[Line], into: AccountKind, amount: int) -> Draft:
    sides = other_sides(store_id=spending.store_id, currency=spending.currency, kinds=[into])
    return _entry(spending, kind, [*lines, Line(sides[into], amount)])


def _entry(spending: Spending, kind: EntryKind, lines: Sequence[Line]) -> Draft:
    return Draft(
        spending.store_id, kind, f"{spending.public_id}:{kind.value}", spending.currency, lines,
        reason=spending.reference, customer_id=spending.customer_id, order_id=spending.order_id,
        spending_id=spending.pk,
    )  # fmt: skip


def _locked(spending: Spending) -> Spending:
    return Spending.objects.select_for_update(no_key=True).get(pk=spending.pk)


def _balance(spending: Spending) -> int:
    if spending.customer is not None:
        return held_of(customer_ids=person_ids(customer=spending.customer), currency=spending.currency)
    return sum(Account.objects.filter(card=spending.card_id).values_list("balance", flat=True))


def _tell(spending: Spending, *, balance: int, by: str, now: datetime) -> None:
    told = CreditSpent(
        amount=spending.amount, currency=spending.currency, balance=balance, spending=spending.public_id,
        reference=spending.reference, card=spending.card.public_id if spending.card else "",
    )  # fmt: skip
    fact = Fact(told, spending.store_id, now, customer_id=spending.customer_id, order_id=spending.order_id, actor=by)
    record([fact], now=now)
