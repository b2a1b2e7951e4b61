"""Credit in the console: a customer's wallet, gift cards, promotions and what is owed; and who may do what."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.credit.actions import add_codes, issue_card
from aftercare.engagement.credit.models import Code, Entry, GiftCard, Lot, Promotion
from aftercare.foundation.kit.money import Money
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.credit.actions.test_codes import promote
from tests.engagement.credit.things import give, spend
from tests.factories import NOW, make_customer, make_product, make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")
TERMS = {
    "name": "Winter", "discount": "percent", "percent": "12,5", "currency": "EUR", "minimum": "20", "stacking": "alone",
    "products": "filter jug\n", "budget_amount": "500", "starts_on": "2026-11-20", "ends_on": "2026-12-24",
}  # fmt: skip


@pytest.fixture
def sam(store: Store) -> Customer:
    with store_scope(store.pk):
        make_product(store)
        return make_customer(store)


def test_staff_give_and_take_with_a_reason(sam: Customer, store: Store) -> None:
    olga = Staff(store)
    form = {"amount": "19,90", "currency": "eur", "kind": "goodwill", "reason": "Late", "key": "f1"}
    olga.do("credit_give", sam.public_id, **form, expires_on="2026-12-24")
    olga.do("credit_give", sam.public_id, **form, expires_on="2026-12-24")
    words = words_of(olga.see("customer_credit", sam.public_id))
    assert "€19.90 · Goodwill · Late expires Thursday, 24 December" in words
    assert "Olga" in words
    assert "€19.90" in words_of(olga.see("customer", sam.public_id))
    with store_scope(store.pk):
        lot = Lot.objects.get()
        spend(sam, 990)
    olga.do("credit_take", sam.public_id, lot.public_id, reason="", key="t0")
    olga.do("credit_take", sam.public_id, lot.public_id, reason="A mistake", key="t1")
    words = words_of(olga.see("customer_credit", sam.public_id))
    assert "Nothing to spend" in words
    assert "Taken back A mistake -€10.00" in words
    for wrong in ({"amount": "0"}, {"currency": "XXZ"}, {"expires_on": "2026-01-01"}, {"reason": ""}):
        olga.do("credit_give", sam.public_id, expect=422, **{**form, "key": "f2", **wrong})


def test_a_gift_cards_code_is_shown_once(store: Store) -> None:
    olga = Staff(store)
    form = {"amount": "50", "currency": "EUR", "reason": "Prize", "key": "f1"}
    shown = words_of(olga.do("gift_card_issue", expect=200, **form).content.decode())
    assert re.search(r"Copy it now\. ([0-9A-Z]{4}-){3}[0-9A-Z]{4}", shown)
    assert "shown then" in words_of(olga.do("gift_card_issue", expect=200, **form).content.decode())
    with store_scope(store.pk):
        card = GiftCard.objects.get()
    assert f"… {card.last_four} Prize €50.00 €50.00" in words_of(olga.see("gift_cards", q=card.last_four.lower()))
    olga.do("gift_card_disable", card.public_id)
    assert "Disabled" in words_of(olga.see("gift_cards"))
    olga.do("gift_card_issue", expect=422, **{**form, "amount": "-1"})


def test_staff_write_a_promotion_and_fill_its_pool(sam: Customer, store: Store) -> None:
    olga = Staff(store)
    olga.do("promotion_new", **TERMS)
    with store_scope(store.pk):
        winter = Promotion.objects.get()
    words = words_of(olga.see("promotion", winter.public_id))
    assert "12.5% off · 1 product · from €20.00 · alone, without credit Used 0" in words
    olga.do("promotion_act", winter.public_id, do="make", count="30", begin="W-", batch="mail")
    olga.do("promotion_act", winter.public_id, do="add", codes="HELLO hi", limit="", batch="")
    olga.do("promotion_act", winter.public_id, do="revoke", batch="mail", code="")
    olga.do("promotion_act", winter.public_id, do="revoke", expect=422, batch="", code="")
    olga.do("promotion_act", winter.public_id, do="make", expect=422, count="0")
    assert "HELLO used 0 times" in words_of(olga.see("promotion", winter.public_id, q="hello"))
    lines = b"".join(olga.get("promotion_codes", winter.public_id)).decode().splitlines()  # type: ignore[arg-type]
    assert len(lines) == 33
    with store_scope(store.pk):
        assert Code.objects.filter(revoked_at=None).count() == 2
    assert 'value="12.50"' in olga.see("promotion_edit", winter.public_id)
    olga.do("promotion_edit", winter.public_id, **{**TERMS, "name": "Advent", "products": ""})
    olga.do("promotion_edit", winter.public_id, expect=422, **{**TERMS, "percent": ""})
    olga.do("promotion_edit", winter.public_id, expect=422, **{**TERMS, "products": "Nothing"})
    olga.do("promotion_edit", winter.public_id, expect=422, **{**TERMS, "budget_amount": "much"})
    olga.do("promotion_act", winter.public_id, do="end")
    assert "Advent Ended" in words_of(olga.see("promotions"))


def test_codes_come_from_a_file(store: Store) -> None:
    olga = Staff(store)
    with store_scope(store.pk):
        winter = promote(store)
    olga.do("promotion_act", winter.public_id, do="add", file=from_file("code,note\nA1,x\n=B2,y\n"), limit="1")
    with store_scope(store.pk):
        assert set(Code.objects.values_list("code", flat=True)) == {"A1", "=B2"}
    olga.do("promotion_act", winter.public_id, do="add", expect=422, file=from_file(b"\xff\xfe"), limit="1")


def test_what_is_owed_by_currency_age_and_expiry(sam: Customer, store: Store) -> None:
    olga = Staff(store)
    assert "Nothing is owed" in words_of(olga.see("credit"))
    with store_scope(store.pk):
        give(sam, 5000, at=NOW - timedelta(days=100))
        give(sam, 1500, currency="JPY", until=NOW + timedelta(days=10))
        spend(sam, 1000, reserve_for=timedelta(hours=1))
        issue_card(store=store, amount=Money(2500, "EUR"), key="c", by="api", now=NOW)
    words = words_of(olga.see("credit"))
    assert "Owed to customers: €75.00 In wallets €40.00 On gift cards €25.00 Reserved for baskets €10.00" in words
    assert "Within 30 days JP¥1,500" in words
    assert "91 to" not in words
    assert "90 to 180 days ago €40.00" in words
    lines = b"".join(olga.get("credit_export")).decode().splitlines()  # type: ignore[arg-type]
    assert lines[1:] == [
        "EUR,card,In the last 30 days,Does not expire,25.00,1", "EUR,wallet,90 to 180 days ago,Does not expire,40.00,1",
        "JPY,wallet,In the last 30 days,Within 30 days,1500,1",
    ]  # fmt: skip


def test_who_may_only_read_moves_nothing_and_mallory_sees_nothing(sam: Customer, store: Store) -> None:
    with store_scope(store.pk):
        lot, winter = give(sam, 100), promote(store)
        card, _ = issue_card(store=store, amount=Money(2500, "EUR"), key="c", by="api", now=NOW)
    pages = [("customer_credit", sam), ("promotion", winter)]
    moves = [
        ("credit_give", sam.public_id), ("credit_take", sam.public_id, lot.public_id), ("gift_card_issue",),
        ("gift_card_disable", card.public_id), ("promotion_new",), ("promotion_act", winter.public_id),
    ]  # fmt: skip
    analyst = Staff(store, Role.ANALYST, "ana@juniper.example")
    mallory = Staff(make_store("mallory"), email="mallory@evil.example")
    for name, thing in pages:
        analyst.see(name, thing.public_id)
        mallory.see(name, thing.public_id, expect=404)
    for name, *args in moves:
        analyst.do(name, *args, expect=403)
    mallory.see("promotion_codes", winter.public_id, expect=404)
    mallory.do("gift_card_disable", card.public_id, expect=404)
    mallory.do("credit_take", sam.public_id, lot.public_id, expect=404, reason="x", key="k")
    with store_scope(store.pk):
        assert Entry.objects.count() == 2
    agent, marketer = (Staff(store, role, f"{role}@juniper.example") for role in (Role.AGENT, Role.MARKETER))
    agent.do("promotion_new", expect=403)
    marketer.do("credit_give", sam.public_id, expect=403)


def test_pages_take_as_many_queries_for_three_as_for_one(sam: Customer, store: Store) -> None:
    olga = Staff(store)

    def happen(number: int) -> Promotion:
        give(sam, 100, until=NOW + timedelta(days=number))
        issue_card(store=store, amount=Money(2500, "EUR"), key=f"c{number}", by="api", now=NOW)
        made = promote(store)
        add_codes(promotion=made, codes=[f"C{number}"], by="api", now=NOW)
        return made

    def count() -> list[int]:
        named = (("customer_credit", sam), ("promotion", winter), ("customer", sam))
        return [
            *(olga.count_queries(name, thing.public_id) for name, thing in named),
            *(olga.count_queries(name) for name in ("promotions", "gift_cards", "credit")),
        ]

    with store_scope(store.pk):
        winter = happen(1)
    once = count()
    with store_scope(store.pk):
        happen(2)
        happen(3)
        add_codes(promotion=winter, codes=["D", "E"], by="api", now=NOW)
    assert count() == once


def from_file(content: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("codes.csv", content.encode() if isinstance(content, str) else content)
