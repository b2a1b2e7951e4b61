"""The one way in which money moves: entries with balanced postings, and what they do to balances and lots, in sets."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson
from django.db import IntegrityError

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import person_ids
from aftercare.engagement.credit.errors import KeyTaken, UnknownCard
from aftercare.engagement.credit.models import Account, Entry, GiftCard
from aftercare.engagement.credit.origins import EntryKind
from aftercare.engagement.credit.vocabulary import AccountKind, CardState
from aftercare.foundation.database.bulk import copy_rows, fetch, reserve_ids

_ENTRY_COLUMNS = (
    "id", "store_id", "kind", "key", "digest", "reason", "actor", "occurred_at", "customer_id", "order_id",
    "spending_id", "data",
)  # fmt: skip
_POSTING_COLUMNS = ("store_id", "entry_id", "account_id", "lot_id", "currency", "amount")
_ONCE = ("credit_entry_once", "credit_spending_once", "credit_redemption_once")
_SIDES = "SELECT kind, id FROM credit_account WHERE store_id = %s AND currency = %s AND kind = ANY(%s)"
_MAKE_SIDES = """
    INSERT INTO credit_account (store_id, kind, currency, balance) SELECT %s, k, %s, 0 FROM unnest(%s::text[]) AS k
    ON CONFLICT DO NOTHING RETURNING id
"""
_MOVE = """
    WITH lots AS (
        UPDATE credit_lot AS l SET remaining = l.remaining + v.change
        FROM unnest(%(lots)s::bigint[], %(lot_changes)s::bigint[]) AS v(id, change) WHERE l.id = v.id RETURNING 1
    )
    UPDATE credit_account AS a SET balance = a.balance + v.change
    FROM unnest(%(accounts)s::bigint[], %(changes)s::bigint[]) AS v(id, change) WHERE a.id = v.id RETURNING a.id
"""


class Line(NamedTuple):
    """One posting; what is held names its lot."""

    account_id: int
    amount: int
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be written."""

    store_id: int
    kind: EntryKind
    key: str
    currency: str
    lines: Sequence[Line]
    digest: str = ""
    reason: str = ""
    customer_id: int | None = None
    order_id: int | None = None
    spending_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


def post(drafts: Sequence[Draft], *, by: str, now: datetime) -> None:
    """Write entries, and move the balances and lots by just what their postings say.

    Whoever calls holds the locks of the accounts; postings name a lot where, and only where, they move what is held.
    """
    if not drafts:
        return
    ids = reserve_ids("credit_entry", len(drafts))
    numbered = list(zip(ids, drafts, strict=True))
    copy_rows("credit_entry", _ENTRY_COLUMNS, (
        (
            entry_id, one.store_id, one.kind.value, one.key, one.digest, one.reason, by, now, one.customer_id,
            one.order_id, one.spending_id, orjson.dumps(one.data).decode(),
        )
        for entry_id, one in numbered
    ))  # fmt: skip
    copy_rows("credit_posting", _POSTING_COLUMNS, (
        (one.store_id, entry_id, line.account_id, line.lot_id, one.currency, line.amount)
        for entry_id, one in numbered
        for line in one.lines
    ))  # fmt: skip
    _move([line for one in drafts for line in one.lines if line.lot_id is not None])


def _move(lines: Sequence[Line]) -> None:
    lots: dict[int, int] = defaultdict(int)
    accounts: dict[int, int] = defaultdict(int)
    for line in lines:
        assert line.lot_id is not None
        lots[line.lot_id] += line.amount
        accounts[line.account_id] += line.amount
    if lots:
        fetch(_MOVE, {
            "lots": list(lots), "lot_changes": list(lots.values()), "accounts": list(accounts),
            "changes": list(accounts.values()),
        })  # fmt: skip


def other_sides(*, store_id: int, currency: str, kinds: Collection[AccountKind]) -> dict[AccountKind, int]:
    """The accounts of these kinds, made where this is the first posting of theirs."""
    names = [kind.value for kind in kinds]
    found = dict(fetch(_SIDES, [store_id, currency, names]))
    if len(found) < len(set(names)):
        fetch(_MAKE_SIDES, [store_id, currency, [name for name in names if name not in found]])
        found = dict(fetch(_SIDES, [store_id, currency, names]))
    return {kind: found[kind.value] for kind in kinds}


def locked_wallets(*, customer: Customer, currency: str) -> list[Account]:
    """All that this person has in a currency, under whatever name it came: held until the transaction ends."""
    return _locked(customer_id__in=person_ids(customer=customer), currency=currency)


def locked_card(*, card: GiftCard) -> Account:
    """A card's account, held until the transaction ends."""
    (account,) = _locked(card_id=card.pk)
    return account


def check_usable(*, card: GiftCard) -> None:
    """Raises UnknownCard where the card, whose account is locked, has been disabled meanwhile."""
    if not GiftCard.objects.filter(pk=card.pk, state=CardState.ACTIVE).exists():
        raise UnknownCard


def locked_accounts(*, ids: Collection[int]) -> list[Account]:
    """These accounts, held until the transaction ends; always in the same order, so that nobody waits in a circle."""
    return _locked(pk__in=ids)


def entry_of(*, key: str, digest: str) -> Entry | None:
    """What this key stands for already; raises KeyTaken where that is something else."""
    found = Entry.objects.filter(key=key).first()
    if found is not None and found.digest != digest:
        raise KeyTaken
    return found


def digest_of(*content: object) -> str:
    """Equal for equal content, whoever sends it."""
    return blake2b(orjson.dumps(content, default=str), digest_size=16).hexdigest()


@contextmanager
def once() -> Iterator[None]:
    """Two calls with one key at the same moment about different things: the second is refused, not broken."""
    try:
        yield
    except IntegrityError as error:
        if any(name in str(error) for name in _ONCE):
            raise KeyTaken from error
        raise


def _locked(**which: object) -> list[Account]:
    return list(Account.objects.filter(**which).order_by("pk").select_for_update(no_key=True))
