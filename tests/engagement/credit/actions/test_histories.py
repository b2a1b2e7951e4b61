"""Whatever happens in whatever order: the ledger adds up, in currencies of no, two and three decimals."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.credit.actions import (
    capture,
    claw_back,
    expire_due,
    give_back,
    release,
    release_due,
    tell_expiring,
)
from aftercare.engagement.credit.models import Lot, Spending
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from tests.engagement.credit.things import check_ledger, give, new_key, spend
from tests.factories import NOW, make_customer

_AMOUNTS = st.integers(1, 300)
_STEP = st.one_of(
    st.tuples(st.just("give"), _AMOUNTS, st.sampled_from([None, 1, 3])),
    st.tuples(st.just("spend"), _AMOUNTS, st.booleans()),
    st.tuples(st.sampled_from(["back", "claw"]), _AMOUNTS, st.integers(0, 9)),
    st.tuples(st.sampled_from(["capture", "release", "wait"]), st.just(1), st.integers(0, 9)),
)


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(_STEP, min_size=4, max_size=14))
def test_any_history_adds_up(shop: Store, currency: str, steps: list[tuple[str, int, Any]]) -> None:
    with transaction.atomic():
        sam, day = make_customer(shop), 0
        for step in steps:
            try:
                day += _live(sam, currency, step, day)
            except Refusal:
                continue
        check_ledger()
        transaction.set_rollback(True)


def _live(sam: Customer, currency: str, step: tuple[str, int, Any], day: int) -> int:
    """Let one thing happen; answers how many days pass."""
    what, amount, detail = step
    now = NOW + timedelta(days=day)
    spendings, lots = list(Spending.objects.order_by("pk")), list(Lot.objects.select_related("account").order_by("pk"))
    match what:
        case "give":
            until = now + timedelta(days=detail) if detail else None
            give(sam, amount, currency=currency, until=until, at=now, bonus_of=lots[-1] if lots else None)
        case "spend":
            spend(sam, amount, currency=currency, at=now, reserve_for=timedelta(days=2) if detail else None)
        case "back" if spendings:
            one = spendings[detail % len(spendings)]
            give_back(spending=one, key=new_key(), reason="", amount=Money(amount, currency), by="api", now=now)
        case "claw" if lots:
            one_lot = lots[detail % len(lots)]
            claw_back(grant=one_lot, key=new_key(), reason="", amount=Money(amount, currency), by="api", now=now)
        case ("capture" | "release") as do if spendings:
            act = {"capture": capture, "release": release}[do]
            act(spending=spendings[detail % len(spendings)], by="api", now=now)
        case "wait":
            for loop in (release_due, tell_expiring, expire_due):
                loop(now + timedelta(days=detail))
            return int(detail)
    return 0
