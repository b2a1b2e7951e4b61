"""Signs of use, first use, and what nobody used."""

from datetime import timedelta
from typing import Any

import pytest

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.ownership.actions import (
    Signal,
    find_unused,
    note_signals,
    own_lines,
    record_usage,
    set_usage_rule,
)
from aftercare.engagement.ownership.models import OwnedLine
from aftercare.engagement.ownership.schemas import UsageIn
from aftercare.engagement.ownership.vocabulary import Sign
from aftercare.foundation.kit.intake import Intake
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores
from tests.commerce.shipments.parcels import events, told
from tests.engagement.content.guides import make_guide
from tests.engagement.ownership.things import ARRIVED, delivered, owned
from tests.factories import NOW, make_product, make_store

LATER = NOW + timedelta(days=40)


@pytest.fixture
def jug(shop: Store) -> Product:
    """One that has a guide, so that its use would show."""
    product = make_product(shop, category="Kitchen")
    make_guide(shop, product_ids=(product.pk,))
    return product


def report(store: Store, *signs: dict[str, Any]) -> Intake:
    read = [UsageIn.model_validate({"id": f"u-{n}", "at": NOW, **one}) for n, one in enumerate(signs)]
    return record_usage(store_id=store.pk, told=read, by="api", now=NOW)


def seen() -> list[tuple[object, str, bool]]:
    rows = OwnedLine.objects.order_by("line_id")
    return [(row.first_used_at, row.first_use_sign, row.never_used_at is not None) for row in rows]


@pytest.mark.parametrize("how", ["line", "serial", "customer"])
def test_use_is_found_by_line_by_serial_and_by_who_bought_it(shop: Store, jug: Product, how: str) -> None:
    order = owned(shop, serials="A-1 A-2")
    assert order.customer
    named = {
        "line": {"order": order.public_id, "line": "1"},
        "serial": {"serial": "A-2"},
        "customer": {"product": jug.public_id, "customer": order.customer.public_id},
    }[how]
    assert report(shop, named).created == 1
    assert report(shop, named).unchanged == 1
    assert seen() == [(NOW, Sign.REPORTED, False)]
    assert told(shop, "usage.") == ["usage.recorded", "usage.began"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "line"),
        ({"order": "ord_nothing"}, "line"),
        ({"order": "ord_nothing", "line": "1"}, "line"),
        ({"product": "prd_nothing"}, "product"),
        ({"serial": "A-1", "at": NOW + timedelta(days=2)}, "at"),
    ],
)
def test_what_is_wrong_is_named_and_stops_nothing_else(shop: Store, jug: Product, wrong: Any, field: str) -> None:
    intake = report(shop, wrong, {"product": jug.public_id})
    assert intake.refused[0].field == field
    assert intake.created == 1


def test_the_same_id_twice_in_one_batch_counts_once(shop: Store, jug: Product) -> None:
    intake = report(shop, {"id": "u", "product": jug.public_id}, {"id": "u", "product": jug.public_id})
    assert (intake.created, intake.unchanged) == (1, 1)


def test_first_use_moves_only_to_an_earlier_moment_and_begins_once(shop: Store, jug: Product) -> None:
    order = owned(shop)
    with across_stores("a subscriber serves every store"):
        for at, sign in (
            (ARRIVED - timedelta(hours=1), Sign.GUIDE), (NOW, Sign.CHECKLIST), (LATER, Sign.GUIDE),
            (ARRIVED, Sign.GUIDE),
        ):  # fmt: skip
            note_signals(signals=[Signal(order.pk, "1", at, sign)], now=LATER)
    assert seen() == [(ARRIVED, Sign.GUIDE, False)]
    assert told(shop, "usage.") == ["usage.began"]


def test_use_that_was_reported_before_the_carriers_last_word_counts(shop: Store, jug: Product) -> None:
    order = delivered(shop)
    report(shop, {"order": order.public_id, "line": "1"})
    with across_stores("a subscriber serves every store"):
        own_lines(order_ids=[order.pk], now=NOW)
    assert seen() == [(NOW, Sign.REPORTED, False)]


def test_never_used_is_noticed_once_in_sets(shop: Store, jug: Product, django_assert_num_queries: Any) -> None:
    for number in range(5):
        owned(shop, str(number))
    owned(shop, "back", refunded_quantity=1)
    used = owned(shop, "used")
    report(shop, {"order": used.public_id, "line": "1"})
    owned(shop, "old", at=NOW - timedelta(days=400))

    with across_stores("a loop serves every store"):
        assert find_unused(NOW) == 0
        with django_assert_num_queries(5):  # a savepoint, the statement, the log by COPY, its wake-up, the savepoint
            assert find_unused(LATER) == 6
        assert find_unused(LATER + timedelta(days=1)) == 0
    found = events(shop, "usage.never_used")
    assert sorted(one.data["number"] for one in found) == ["#0", "#1", "#2", "#3", "#4"]
    assert {one.data["days"] for one in found} == {42}


def test_rules_of_a_product_a_category_and_all_else(shop: Store, jug: Product) -> None:
    order = owned(shop)

    def due_after() -> int | None:
        check = OwnedLine.objects.get(order=order).check_at
        return None if check is None else (check - ARRIVED).days

    assert due_after() == 30
    for days, about, after in ((10, {}, 10), (7, {"category": "Kitchen"}, 7), (3, {"product": jug}, 3)):
        set_usage_rule(store=shop, days=days, now=NOW, by="staff:olga", **about)
        assert due_after() == after
    set_usage_rule(store=shop, days=None, product=jug, now=NOW, by="staff:olga")
    assert due_after() is None


def test_without_a_guide_or_a_rule_nothing_is_asked_about(shop: Store) -> None:
    make_product(shop)
    owned(shop)
    with across_stores("a loop serves every store"):
        assert find_unused(LATER) == 0


def test_mallory_reaches_nothing(shop: Store, jug: Product) -> None:
    order = owned(shop, serials="A-1")
    mallory = make_store("mallory")
    with across_stores("to act as another store"):
        intake = report(mallory, {"order": order.public_id, "line": "1"}, {"product": jug.public_id}, {"serial": "A-1"})
    assert sorted(intake.refused) == [0, 1]
    assert seen() == [(None, "", False)]
