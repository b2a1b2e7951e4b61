"""Gift cards: a code that is told once and kept nowhere, and a value that moves."""

from datetime import timedelta

import pytest

from aftercare.engagement.credit.actions import (
    add_codes,
    cancel_due,
    disable_card,
    expire_due,
    issue_card,
    redeem_card,
    release_due,
    spend_credit,
    tell_expiring,
)
from aftercare.engagement.credit.codes import bare
from aftercare.engagement.credit.errors import KeyTaken, NotEnoughCredit, UnknownCard
from aftercare.engagement.credit.models import GiftCard, Lot
from aftercare.engagement.credit.queries.cards import card_of_code, cards_for_list, value_of
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import told
from tests.engagement.credit.actions.test_codes import promote, reserve
from tests.engagement.credit.things import check_ledger, give, spend
from tests.factories import NOW, make_customer, make_store

FIFTY = Money(5000, "EUR")


def test_a_code_is_told_once_and_kept_nowhere(shop: Store) -> None:
    card, code = issue_card(store=shop, amount=FIFTY, key="k", by="api", now=NOW)
    assert len(bare(code)) == 16
    assert issue_card(store=shop, amount=FIFTY, key="k", by="api", now=NOW) == (card, "")
    with pytest.raises(KeyTaken):
        issue_card(store=shop, amount=Money(1, "EUR"), key="k", by="api", now=NOW)
    kept = " ".join(map(str, [*GiftCard.objects.values_list().first(), *EventRow.objects.values_list("data")]))  # type: ignore[misc]
    assert bare(code) not in kept
    assert code not in kept
    assert card_of_code(code=code.lower().replace("-", " "), store_id=shop.pk) == card


def test_a_card_of_another_store_is_unknown(shop: Store) -> None:
    _, code = issue_card(store=shop, amount=FIFTY, key="k", by="api", now=NOW)
    mallory = make_store("mallory")
    with store_scope(mallory.pk), pytest.raises(UnknownCard):
        card_of_code(code=code, store_id=mallory.pk)


def test_a_new_secret_key_still_finds_cards_of_the_old(shop: Store, settings) -> None:  # type: ignore[no-untyped-def]
    card, code = issue_card(store=shop, amount=FIFTY, key="k", by="api", now=NOW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert card_of_code(code=code, store_id=shop.pk) == card


def test_a_card_is_spent_in_parts_then_becomes_credit_with_its_expiry(shop: Store) -> None:
    sam, until = make_customer(shop), NOW + timedelta(days=9)
    card, code = issue_card(store=shop, amount=FIFTY, key="k", by="api", now=NOW, expires_at=until)
    spend_credit(card=card, amount=Money(1990, "EUR"), key="s", by="api", now=NOW)
    assert value_of(card_of_code(code=code, store_id=shop.pk), now=NOW) == Money(3010, "EUR")
    lot = redeem_card(card=card, customer=sam, key="r", by="customer", now=NOW)
    assert (lot.remaining, lot.expires_at) == (3010, until)
    assert redeem_card(card=card, customer=sam, key="r", by="customer", now=NOW) == lot
    with pytest.raises(NotEnoughCredit):
        redeem_card(card=card, customer=sam, key="r2", by="customer", now=NOW)
    with pytest.raises(NotEnoughCredit):
        spend_credit(card=card, amount=Money(1, "EUR"), key="s2", by="api", now=NOW)
    assert told(shop, "gift_card.") == ["gift_card.issued", "gift_card.redeemed"]
    check_ledger()


def test_a_disabled_card_is_as_unknown_as_any(shop: Store) -> None:
    card, code = issue_card(store=shop, amount=FIFTY, key="k", by="api", now=NOW)
    disable_card(card=card, reason="Stolen", by="staff:olga", now=NOW)
    disable_card(card=card, reason="Stolen", by="staff:olga", now=NOW)
    with pytest.raises(UnknownCard):
        card_of_code(code=code, store_id=shop.pk)
    with pytest.raises(UnknownCard):
        spend_credit(card=card, amount=Money(1, "EUR"), key="s", by="api", now=NOW)
    with pytest.raises(UnknownCard):
        redeem_card(card=card, customer=make_customer(shop), key="r", by="customer", now=NOW)
    assert value_of(cards_for_list(last_four=card.last_four).rows[0], now=NOW).amount == 0
    assert told(shop, "gift_card.") == ["gift_card.issued", "gift_card.disabled"]


def test_what_is_on_an_expired_card_goes(shop: Store) -> None:
    until = NOW + timedelta(days=1)
    issue_card(store=shop, amount=FIFTY, key="k", by="api", now=NOW, expires_at=until)
    assert expire_due(until) == 1
    assert Lot.objects.get().remaining == 0
    check_ledger()


def test_loops_serve_every_store_by_themselves(store: Store) -> None:
    until = NOW + timedelta(hours=2)
    for one in (store, make_store("mallory")):
        with store_scope(one.pk):
            sam = make_customer(one)
            give(sam, 100, until=until, at=NOW - timedelta(days=2))
            spend(sam, 10, reserve_for=timedelta(hours=1))
            add_codes(promotion=promote(one), codes=["ONE"], by="api", now=NOW)
            reserve(one, "ONE")
    assert [loop(until) for loop in (tell_expiring, release_due, cancel_due, expire_due)] == [0, 2, 2, 2]
