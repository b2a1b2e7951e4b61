"""Gift cards: issued with a code that is told once, turned into store credit, disabled."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.queries import surviving
from aftercare.commerce.orders.models import Order
from aftercare.engagement.credit.actions.granting import open_wallet
from aftercare.engagement.credit.actions.posting import (
    Draft,
    Line,
    check_usable,
    digest_of,
    entry_of,
    locked_accounts,
    once,
    other_sides,
    post,
)
from aftercare.engagement.credit.codes import GROUP, bare, digests_of, new_card_code
from aftercare.engagement.credit.errors import NotEnoughCredit
from aftercare.engagement.credit.events import GiftCardDisabled, GiftCardIssued, GiftCardRedeemed
from aftercare.engagement.credit.models import Account, GiftCard, Lot
from aftercare.engagement.credit.origins import EntryKind, Origin
from aftercare.engagement.credit.queries.wallets import good
from aftercare.engagement.credit.vocabulary import AccountKind, CardState
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money, is_currency
from aftercare.foundation.stores.models import Store


class Issued(NamedTuple):
    """A card and its code; empty where it was issued before under the same key, for a code is told once."""

    card: GiftCard
    code: str


@transaction.atomic
def issue_card(  # noqa: PLR0913 -- each is one thing callers say
    *, store: Store, amount: Money, key: str, by: str, now: datetime, expires_at: datetime | None = None,
    buyer: Customer | None = None, order: Order | None = None, reason: str = "",
) -> Issued:  # fmt: skip
    """Make a card of this value; raises Invalid or KeyTaken."""
    if amount.amount <= 0 or not is_currency(amount.currency):
        raise Invalid("A gift card has a value.", field="amount", remedy="Give an amount above zero, and its currency.")
    if expires_at is not None and expires_at <= now:
        raise Invalid("It would have expired already.", field="expires_at", remedy="Give a later day, or none.")
    ids = (buyer.pk if buyer else None, order.pk if order else None)
    digest = digest_of("card", amount.amount, amount.currency, expires_at, *ids, reason)
    known = entry_of(key=key, digest=digest)
    if known is not None:
        return Issued(GiftCard.objects.get(public_id=known.data["card"]), "")
    code = new_card_code()
    card = GiftCard.objects.create(
        store=store, digest=digests_of(code, store_id=store.pk)[0], last_four=bare(code)[-GROUP:],
        currency=amount.currency, amount=amount.amount, buyer=buyer, order=order, reason=reason, expires_at=expires_at,
        issued_at=now, by=by,
    )  # fmt: skip
    account = Account.objects.create(store=store, kind=AccountKind.CARD, currency=amount.currency, card=card)
    lot = Lot.objects.create(
        store=store, account=account, origin=Origin.GIFT, reason=reason, amount=amount.amount, expires_at=expires_at,
        order=order, granted_at=now,
    )  # fmt: skip
    sold = other_sides(store_id=store.pk, currency=amount.currency, kinds=[AccountKind.GIFTS_SOLD])
    lines = [Line(account.pk, amount.amount, lot.pk), Line(sold[AccountKind.GIFTS_SOLD], -amount.amount)]
    draft = Draft(
        store.pk, EntryKind.ISSUED, key, amount.currency, lines, digest=digest, reason=reason, order_id=ids[1],
        data={"card": card.public_id},
    )  # fmt: skip
    with once():
        post([draft], by=by, now=now)
    told = GiftCardIssued(**_named(card, amount.amount), expires_at=expires_at.isoformat() if expires_at else "")
    record([Fact(told, store.pk, now, customer_id=ids[0], order_id=ids[1], actor=by)], now=now)
    return Issued(card, code)


@transaction.atomic
def redeem_card(*, card: GiftCard, customer: Customer, key: str, by: str, now: datetime) -> Lot:
    """All that is on a card becomes the customer's credit, with the expiry it has.

    Raises UnknownCard, NotEnoughCredit or KeyTaken.
    """
    digest = digest_of("redeem", card.pk, customer.pk)
    wallet = open_wallet(customer=surviving(customer=customer), currency=card.currency)
    accounts = {one.pk: one for one in locked_accounts(ids=[card.account.pk, wallet.pk])}
    known = entry_of(key=key, digest=digest)
    if known is not None:
        return Lot.objects.select_related("account").get(public_id=known.data["grant"])
    check_usable(card=card)
    from_lot = Lot.objects.filter(good(now), account=card.account, remaining__gt=0).first()
    if from_lot is None:
        raise NotEnoughCredit("Nothing is left on this gift card.", field="code")
    value = from_lot.remaining
    lot = Lot.objects.create(
        store_id=card.store_id, account=wallet, origin=Origin.GIFT, reason=f"…{card.last_four}", amount=value,
        expires_at=from_lot.expires_at, granted_at=now,
    )  # fmt: skip
    draft = Draft(
        card.store_id, EntryKind.REDEEMED, key, card.currency,
        [Line(card.account.pk, -value, from_lot.pk), Line(wallet.pk, value, lot.pk)], digest=digest,
        customer_id=wallet.customer_id, data={"grant": lot.public_id, "card": card.public_id},
    )  # fmt: skip
    with once():
        post([draft], by=by, now=now)
    lot.remaining = value
    lot.account.balance = accounts[wallet.pk].balance + value
    fact = Fact(GiftCardRedeemed(**_named(card, value)), card.store_id, now, customer_id=wallet.customer_id, actor=by)
    record([fact], now=now)
    return lot


@transaction.atomic
def disable_card(*, card: GiftCard, reason: str, by: str, now: datetime) -> None:
    """Nobody can use it any more; what is on it stays on the ledger. Again is the same."""
    account = Account.objects.select_for_update(no_key=True).get(card=card)
    if not GiftCard.objects.filter(pk=card.pk, state=CardState.ACTIVE).update(state=CardState.DISABLED):
        return
    told = GiftCardDisabled(**_named(card, account.balance), reason=reason)
    record([Fact(told, card.store_id, now, customer_id=card.buyer_id, order_id=card.order_id, actor=by)], now=now)


def _named(card: GiftCard, amount: int) -> dict[str, Any]:
    return {"card": card.public_id, "last_four": card.last_four, "amount": amount, "currency": card.currency}
