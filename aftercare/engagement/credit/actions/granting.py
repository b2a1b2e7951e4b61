"""Giving credit: to one, or to thousands in the same few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import survivors
from aftercare.commerce.orders.models import Order
from aftercare.engagement.credit.actions.posting import Draft, Line, digest_of, locked_accounts, once, other_sides, post
from aftercare.engagement.credit.errors import KeyTaken
from aftercare.engagement.credit.events import CreditGranted
from aftercare.engagement.credit.models import Account, Entry, Lot
from aftercare.engagement.credit.origins import PAID_BY, EntryKind, Origin
from aftercare.engagement.credit.vocabulary import AccountKind
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money, is_currency

_OPEN = """
    INSERT INTO credit_account (store_id, kind, currency, customer_id, balance)
    SELECT %(store)s, %(kind)s, v.currency, v.customer, 0
    FROM unnest(%(currencies)s::text[], %(customers)s::bigint[]) AS v(currency, customer) ON CONFLICT DO NOTHING
    RETURNING id
"""
_WALLETS = """
    SELECT a.customer_id, a.currency, a.id FROM credit_account AS a
    JOIN unnest(%(currencies)s::text[], %(customers)s::bigint[]) AS v(currency, customer)
      ON a.customer_id = v.customer AND a.currency = v.currency
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """Credit to be given; `bonus_of` is the row id of the grant that it is a bonus of."""

    customer_id: int
    amount: Money
    kind: Origin
    reason: str
    key: str
    expires_at: datetime | None = None
    order_id: int | None = None
    bonus_of: int | None = None

    @property
    def digest(self) -> str:
        """Of what is given, to whom and why."""
        money = (self.amount.amount, self.amount.currency)
        return digest_of(self.customer_id, money, self.kind, self.reason, self.expires_at, self.order_id, self.bonus_of)


def grant_credit(  # noqa: PLR0913 -- each is one thing callers say
    *, customer: Customer, amount: Money, kind: Origin, reason: str, key: str, by: str, now: datetime,
    expires_at: datetime | None = None, order: Order | None = None, bonus_of: Lot | None = None,
) -> Lot:  # fmt: skip
    """Give a customer credit; the same key again answers the same grant. Raises Invalid or KeyTaken."""
    grant = Grant(
        customer.pk, amount, kind, reason, key, expires_at, order.pk if order else None,
        bonus_of.pk if bonus_of else None,
    )  # fmt: skip
    (lot,) = grant_many(store_id=customer.store_id, grants=[grant], by=by, now=now)
    return lot


@transaction.atomic
def grant_many(*, store_id: int, grants: Sequence[Grant], by: str, now: datetime) -> list[Lot]:
    """As many grants in as many statements as one, each by its own key; answers the lots in their order."""
    for one in grants:
        _check(one, now)
    ends = survivors(store_id=store_id, ids={one.customer_id for one in grants})
    wallets = _wallets(store_id, {(ends[one.customer_id], one.amount.currency) for one in grants})
    known = _known(grants)
    fresh = {one.key: one for one in grants if one.key not in known}
    lots = {
        key: Lot(
            store_id=store_id, account=wallets[ends[one.customer_id], one.amount.currency], origin=one.kind,
            reason=one.reason, amount=one.amount.amount, expires_at=one.expires_at, order_id=one.order_id,
            bonus_of_id=one.bonus_of, granted_at=now,
        )
        for key, one in fresh.items()
    }  # fmt: skip
    Lot.objects.bulk_create(lots.values())
    with once():
        post(_drafts(store_id, fresh, lots), by=by, now=now)
    _tell(store_id, fresh, lots, by, now)
    return [lots.get(one.key) or known[one.key] for one in grants]


def open_wallet(*, customer: Customer, currency: str) -> Account:
    """A customer's account in a currency, made where they have none yet; locked."""
    return _wallets(customer.store_id, {(customer.pk, currency)})[customer.pk, currency]


def _check(one: Grant, now: datetime) -> None:
    if one.amount.amount <= 0:
        raise Invalid("Nothing is given.", field="amount", remedy="Give an amount above zero.")
    if not is_currency(one.amount.currency):
        raise Invalid(f"'{one.amount.currency}' is no currency.", field="currency")
    if one.expires_at is not None and one.expires_at <= now:
        raise Invalid("It would have expired already.", field="expires_at", remedy="Give a later day, or none.")


def _wallets(store_id: int, wanted: set[tuple[int, str]]) -> dict[tuple[int, str], Account]:
    """Opened where there are none, and locked."""
    columns = {"customers": [who for who, _ in wanted], "currencies": [currency for _, currency in wanted]}
    found = fetch(_WALLETS, columns)
    if len(found) < len(wanted):
        fetch(_OPEN, {**columns, "store": store_id, "kind": AccountKind.WALLET.value})
        found = fetch(_WALLETS, columns)
    accounts = {account.pk: account for account in locked_accounts(ids=[row[2] for row in found])}
    return {(customer_id, currency): accounts[account_id] for customer_id, currency, account_id in found}


def _known(grants: Sequence[Grant]) -> dict[str, Lot]:
    """What these keys gave before; raises KeyTaken where that was something else, or two of them differ."""
    digests = {one.key: one.digest for one in grants}
    entries = {entry.key: entry for entry in Entry.objects.filter(key__in=digests)}
    if any(one.digest != digests[one.key] for one in grants):
        raise KeyTaken
    if any(entry.digest != digests[key] for key, entry in entries.items()):
        raise KeyTaken
    ids = {key: entry.data["grant"] for key, entry in entries.items()}
    lots = {lot.public_id: lot for lot in Lot.objects.select_related("account").filter(public_id__in=ids.values())}
    return {key: lots[public_id] for key, public_id in ids.items()}


def _drafts(store_id: int, fresh: dict[str, Grant], lots: dict[str, Lot]) -> list[Draft]:
    sides = {
        currency: other_sides(
            store_id=store_id, currency=currency,
            kinds={PAID_BY[one.kind] for one in fresh.values() if one.amount.currency == currency},
        )
        for currency in {one.amount.currency for one in fresh.values()}
    }  # fmt: skip
    return [
        Draft(
            store_id, EntryKind.GRANTED, key, one.amount.currency,
            [
                Line(lots[key].account_id, one.amount.amount, lots[key].pk),
                Line(sides[one.amount.currency][PAID_BY[one.kind]], -one.amount.amount),
            ],
            digest=one.digest, reason=one.reason, customer_id=lots[key].account.customer_id, order_id=one.order_id,
            data={"grant": lots[key].public_id},
        )
        for key, one in fresh.items()
    ]  # fmt: skip


def _tell(store_id: int, fresh: dict[str, Grant], lots: dict[str, Lot], by: str, now: datetime) -> None:
    bonus_of = dict(
        Lot.objects.filter(pk__in={one.bonus_of for one in fresh.values() if one.bonus_of}).values_list(
            "pk", "public_id"
        )
    )
    facts = []
    for key, one in fresh.items():
        lot = lots[key]
        # The accounts are locked, and these are all that changes them.
        lot.remaining = lot.amount
        lot.account.balance += lot.amount
        told = CreditGranted(
            amount=lot.amount, currency=one.amount.currency, balance=lot.account.balance, grant=lot.public_id,
            kind=one.kind.value, reason=one.reason, bonus_of=bonus_of.get(one.bonus_of or 0, ""),
            expires_at=one.expires_at.isoformat() if one.expires_at else "",
            tells=one.bonus_of is None and one.kind != Origin.OPENING,
        )  # fmt: skip
        facts.append(Fact(told, store_id, now, customer_id=lot.account.customer_id, order_id=one.order_id, actor=by))
    record(facts, now=now)
