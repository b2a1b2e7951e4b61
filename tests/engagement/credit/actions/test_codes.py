"""Promotions and codes: made in sets, redeemed once, and never beyond the budget."""

from datetime import timedelta
from typing import Any

import pytest

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.credit.actions import (
    add_codes,
    cancel_due,
    cancel_redemption,
    confirm_redemption,
    end_promotion,
    generate_codes,
    give_codes,
    reserve_codes,
    revoke_codes,
    save_promotion,
)
from aftercare.engagement.credit.errors import CodeRefused, KeyTaken, PromotionEnded, RedemptionOver
from aftercare.engagement.credit.models import Code, Posting, Promotion, Redemption
from aftercare.engagement.credit.policy.quoting import Why
from aftercare.engagement.credit.queries.promotions import figures_of, quote_of
from aftercare.engagement.credit.schemas import BasketIn, PromotionIn
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import told
from tests.engagement.credit.actions.test_together import at_once
from tests.engagement.credit.things import check_ledger, new_key
from tests.factories import NOW, make_customer

HOUR = timedelta(hours=1)


def promote(store: Store, **terms: Any) -> Promotion:
    """Ten percent for whoever has a code, unless told otherwise."""
    told = {"name": "Winter", "discount": "percent", "percent": "10", "currency": "EUR", "once_per_customer": False}
    return save_promotion(store=store, told=PromotionIn.model_validate({**told, **terms}), by="staff:olga", now=NOW)


def basket(*codes: str, **more: Any) -> BasketIn:
    """A hundred euros' worth."""
    return BasketIn.model_validate({"codes": codes, "currency": "EUR", "lines": [{"amount": "100"}], **more})


def reserve(store: Store, *codes: str, **more: Any) -> Redemption:
    return reserve_codes(
        store=store, told=basket(*codes, **more), key=new_key(), hold_for=HOUR, by="api", now=NOW, reference="#7"
    )


def test_codes_are_made_imported_given_and_revoked(shop: Store) -> None:
    winter = promote(shop)
    assert generate_codes(promotion=winter, count=25, prefix="win", batch="b", by="staff:olga", now=NOW) == 25
    assert Code.objects.filter(code__startswith="WIN").count() == 25
    assert add_codes(promotion=winter, codes=["hello 1", "HELLO1", "bye"], by="staff:olga", now=NOW) == 2
    sam = make_customer(shop)
    first = give_codes(promotion=winter, customer_ids=[sam.pk], batch="j", by="journeys", now=NOW)
    assert give_codes(promotion=winter, customer_ids=[sam.pk], batch="j", by="journeys", now=NOW) == first
    assert revoke_codes(promotion=winter, batch="b", by="staff:olga", now=NOW) == 25
    assert revoke_codes(promotion=winter, codes=["bye", "nope"], by="staff:olga", now=NOW) == 1
    with pytest.raises(Invalid):
        add_codes(promotion=winter, codes=["x" * 41], by="staff:olga", now=NOW)
    with pytest.raises(Invalid):
        generate_codes(promotion=winter, count=0, by="staff:olga", now=NOW)
    assert told(shop, "promotion.") == [
        "promotion.saved",
        *["promotion.codes_made"] * 3,
        *["promotion.codes_revoked"] * 2,
    ]


def test_a_redemption_is_reserved_confirmed_and_cancelled(shop: Store) -> None:
    winter = promote(shop, budget_amount="10", budget_uses=1)
    add_codes(promotion=winter, codes=["ONE", "TWO"], by="staff:olga", now=NOW)
    held = reserve(shop, "one")
    with pytest.raises(CodeRefused, match="used up"):
        reserve(shop, "TWO")
    assert confirm_redemption(redemption=held, by="api", now=NOW) == confirm_redemption(
        redemption=held, by="api", now=NOW
    )
    assert figures_of(promotion_ids=[winter.pk])[winter.pk].given == 1000
    assert sorted(Posting.objects.values_list("amount", flat=True)) == [-1000, 1000]
    cancel_redemption(redemption=held, by="api", now=NOW)
    cancel_redemption(redemption=held, by="api", now=NOW)
    with pytest.raises(RedemptionOver):
        confirm_redemption(redemption=held, by="api", now=NOW)
    reserve(shop, "TWO")
    assert told(shop, "code.") == ["code.redeemed", "code.cancelled"]
    check_ledger()


def test_what_is_never_confirmed_is_let_go(shop: Store) -> None:
    winter = promote(shop, budget_uses=1)
    add_codes(promotion=winter, codes=["ONE"], by="staff:olga", now=NOW)
    reserve(shop, "ONE")
    assert [cancel_due(NOW), cancel_due(NOW + HOUR), cancel_due(NOW + HOUR)] == [0, 1, 0]
    reserve(shop, "ONE")
    check_ledger()


def test_the_same_key_reserves_once(shop: Store) -> None:
    add_codes(promotion=promote(shop), codes=["ONE"], by="staff:olga", now=NOW)
    said: dict[str, Any] = {"store": shop, "key": "k", "hold_for": HOUR, "by": "api", "now": NOW}
    assert reserve_codes(told=basket("ONE"), **said) == reserve_codes(told=basket("ONE"), **said)
    with pytest.raises(KeyTaken):
        reserve_codes(told=basket("ONE", shipping="5"), **said)


def test_once_for_each_person_however_they_are_known(shop: Store) -> None:
    winter = promote(shop, once_per_customer=True)
    add_codes(promotion=winter, codes=["A", "B", "C"], by="staff:olga", now=NOW)
    sam = make_customer(shop)
    reserve(shop, "A", customer=sam.public_id)
    with pytest.raises(CodeRefused, match="already"):
        reserve(shop, "B", email="SAM@example.com")
    reserve(shop, "B", email="guest@example.com")
    with pytest.raises(CodeRefused, match="already"):
        reserve(shop, "C", email="Guest@example.com")
    with pytest.raises(CodeRefused, match="e-mail"):
        reserve(shop, "C")


def test_a_code_of_somebody_counts_for_them_alone(shop: Store) -> None:
    sam = make_customer(shop)
    code = give_codes(promotion=promote(shop), customer_ids=[sam.pk], batch="j", by="journeys", now=NOW)[sam.pk]
    assert quote_of(basket(code), now=NOW).answers[0].why == Why.WHO_ARE_YOU
    assert quote_of(basket(code, email="mallory@example.com"), now=NOW).answers[0].why == Why.NOT_YOURS
    assert quote_of(basket(code, customer=sam.public_id), now=NOW).total == 1000


def test_terms_change_and_end(shop: Store) -> None:
    winter = promote(shop)
    add_codes(promotion=winter, codes=["ONE"], by="staff:olga", now=NOW)
    reserve(shop, "ONE")
    terms = {"name": "Winter", "discount": "amount", "amount": "5", "currency": "EUR"}
    said: dict[str, Any] = {"store": shop, "promotion": winter, "by": "staff:olga", "now": NOW}
    changed = save_promotion(told=PromotionIn.model_validate({**terms, "budget_amount": "12"}), **said)
    assert (changed.amount, changed.given, changed.uses) == (500, 1000, 1)
    for wrong in ({"budget_amount": "9"}, {"amount": "0"}, {"currency": "JPY"}, {"minimum": "-1"}):
        with pytest.raises(Invalid):
            save_promotion(told=PromotionIn.model_validate({**terms, **wrong}), **said)
    end_promotion(promotion=winter, by="staff:olga", now=NOW)
    with pytest.raises(PromotionEnded):
        save_promotion(told=PromotionIn.model_validate(terms), **said)
    assert quote_of(basket("ONE"), now=NOW).answers[0].why == Why.OVER


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("budget", [{"budget_amount": "55"}, {"budget_uses": 5}, {"limit": 5}])
def test_no_budget_is_exceeded_however_many_come_at_once(store: Store, budget: dict[str, Any]) -> None:
    with store_scope(store.pk):
        limit = budget.pop("limit", None)
        winter = promote(store, **budget)
        add_codes(promotion=winter, codes=["ALL"], limit=limit, by="staff:olga", now=NOW)
    refused = at_once(store, lambda _number: reserve(store, "ALL"))
    assert refused.count(CodeRefused) == 7
    with store_scope(store.pk):
        assert figures_of(promotion_ids=[winter.pk])[winter.pk].uses == 5
        check_ledger()


@pytest.mark.django_db(transaction=True)
def test_a_promotion_for_each_once_is_had_once_however_quick(store: Store) -> None:
    with store_scope(store.pk):
        sam: Customer = make_customer(store)
        add_codes(
            promotion=promote(store, once_per_customer=True), codes=[f"C{n}" for n in range(12)], by="api", now=NOW
        )
    refused = at_once(store, lambda number: reserve(store, f"C{number}", customer=sam.public_id))
    assert refused.count(CodeRefused) == 11
