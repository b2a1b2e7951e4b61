"""Taking orders in: rows, customers and events of many at once, each once."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.customers.actions import merge_customers
from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.models import Fulfilment, FulfilmentLine, Line, Order, Refund
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.intake import Intake, Outcome
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.happened import happened, types
from tests.factories import NOW, SOURCE, line_in, make_customer, make_order, make_product, make_store, order_in

PLACED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def record(store: Store, *orders: OrderIn, source: str = SOURCE) -> Intake:
    return record_orders(store_id=store.pk, source=source, orders=orders, now=NOW)


def everything() -> list[list[dict[str, Any]]]:
    """Every row of orders there is."""
    kinds: tuple[Any, ...] = (Order, Line, Fulfilment, FulfilmentLine, Refund, EventRow)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def whole() -> dict[str, Any]:
    """An order with every part there can be."""
    return {
        "lines": [line_in(quantity=2), line_in(id="2", kind="digital", unit_price="10")],
        "total": "84.70",
        "customer": {"id": "7", "email": "sam@example.com", "name": "Sam Shopper"},
        "fulfilments": [
            {
                "id": "f",
                "status": "under_way",
                "status_at": "2026-11-02T08:00:00Z",
                "lines": [{"line": "1", "quantity": 2}],
                "location": {"city": "Berlin"},
            },
            {"id": "g", "kind": "digital", "status": "completed", "status_at": "2026-11-01T09:31:00Z"},
        ],
        "refunds": [{"id": "r", "amount": "5", "reason": "late", "at": "2026-11-09T08:00:00Z"}],
        "gift": {"recipient": "Kim Friend", "email": "kim@example.com", "message": "Happy birthday!"},
        "promised_by": "2026-11-04T18:00:00Z",
        "tags": ["vip"],
        "payment": "partially_refunded",
    }


def test_an_order_becomes_rows(shop: Store) -> None:
    order = make_order(shop, **whole())
    first, second = Line.objects.filter(order=order).order_by("id")
    assert (order.number, order.total, order.subtotal, order.refunded, order.progress) == (
        "#1042", 8470, 7980, 500, "partly_delivered",
    )  # fmt: skip
    assert (order.placed_at, order.paid_at, order.changed_at) == (PLACED, PLACED, NOW)
    assert order.gift == {"recipient": "Kim Friend", "email": "kim@example.com", "message": "Happy birthday!"}
    assert order.shipping_address["city"] == "Berlin"
    assert order.customer == Customer.objects.get(email="sam@example.com")
    assert (first.quantity, first.total, first.delivered_at) == (2, 6980, None)
    assert (second.fulfilled_quantity, second.delivered_at) == (1, PLACED + timedelta(minutes=1))
    assert [
        (part.fulfilment.external_id, part.line_id, part.quantity) for part in FulfilmentLine.objects.order_by("id")
    ] == [
        ("f", first.pk, 2),
        ("g", second.pk, 1),
    ]
    assert Refund.objects.get().amount == 500


def test_its_past_is_recorded_with_the_times_it_happened_at(shop: Store) -> None:
    order = make_order(shop, **whole())
    events = EventRow.objects.about_order(order.pk).order_by("seq")
    assert [(event.type, event.occurred_at) for event in events] == [
        ("order.placed", PLACED),
        ("fulfilment.completed", PLACED + timedelta(minutes=1)),
        ("fulfilment.under_way", datetime(2026, 11, 2, 8, tzinfo=UTC)),
        ("order.refunded", datetime(2026, 11, 9, 8, tzinfo=UTC)),
    ]
    assert {(event.customer_id, event.actor, event.recorded_at) for event in events} == {
        (order.customer_id, SOURCE, NOW),
    }
    assert types("customer.") == ["customer.created"]


def test_the_same_version_again_changes_nothing(shop: Store) -> None:
    record(shop, order_in(**whole()))
    before = everything()
    again = record(shop, order_in(**whole()))
    assert again.outcomes == [Outcome.UNCHANGED]
    assert everything() == before


def test_the_same_content_written_otherwise_changes_no_row_but_its_digest(shop: Store) -> None:
    make_order(shop)
    recorded = record(shop, order_in(total="39.800"))
    assert recorded.outcomes == [Outcome.UNCHANGED]
    assert types("order.") == ["order.placed"]


def test_a_changed_version_changes_what_differs(shop: Store) -> None:
    order = make_order(shop, lines=[line_in(), line_in(id="2", unit_price="10")], total="49.80")
    recorded = record(
        shop,
        order_in(
            lines=[line_in(quantity=2), line_in(id="3", unit_price="5")],
            total="79.70",
            fulfilments=[{"id": "f", "status": "packed", "status_at": "2026-11-02T08:00:00Z"}],
            note="Please ring twice.",
        ),
    )
    assert recorded.outcomes == [Outcome.CHANGED]
    assert recorded.ids == [order.pk]
    order.refresh_from_db()
    assert (order.note, order.total, order.progress) == ("Please ring twice.", 7970, "packed")
    lines = Line.objects.order_by("external_id").values_list("external_id", "quantity", "cancelled_quantity")
    assert list(lines) == [("1", 2, 0), ("2", 1, 1), ("3", 1, 0)]
    carried = FulfilmentLine.objects.order_by("line").values_list("line__external_id", "quantity")
    assert list(carried) == [("1", 2), ("3", 1)]
    assert types("order.", "fulfilment.") == ["order.placed", "fulfilment.packed", "order.edited", "order.cancelled"]


def test_what_a_fulfilment_carries_is_brought_up_to_date(shop: Store) -> None:
    make_order(shop, lines=[line_in(quantity=2)], fulfilments=[{"id": "f"}])
    fulfilments = [{"id": "f", "lines": [{"line": "1", "quantity": 1}]}, {"id": "g"}]
    record(shop, order_in(lines=[line_in(quantity=2)], fulfilments=fulfilments))
    carried = FulfilmentLine.objects.order_by("fulfilment__external_id")
    assert list(carried.values_list("fulfilment__external_id", "quantity")) == [("f", 1), ("g", 1)]


def test_versions_of_one_order_in_one_batch_are_taken_in_their_order(shop: Store) -> None:
    recorded = record(
        shop, order_in(note="first"), order_in(id="other"), order_in(note="second"), order_in(note="second")
    )
    assert recorded.outcomes == [Outcome.CREATED, Outcome.CREATED, Outcome.CHANGED, Outcome.UNCHANGED]
    assert recorded.ids[0] == recorded.ids[2] == recorded.ids[3]
    assert Order.objects.get(external_id="1042").note == "second"
    assert types("order.") == ["order.placed", "order.placed", "order.edited"]


def test_one_bad_order_never_stops_the_others(shop: Store) -> None:
    recorded = record(shop, order_in(), order_in(id="bad", lines=[line_in(cancelled_quantity=9)]), order_in(id="good"))
    assert recorded.outcomes == [Outcome.CREATED, Outcome.REFUSED, Outcome.CREATED]
    assert {index: refusal.field for index, refusal in recorded.refused.items()} == {1: "lines[0].cancelled_quantity"}
    assert recorded.ids[1] is None
    assert list(Order.objects.order_by("id").values_list("external_id", flat=True)) == ["1042", "good"]


def test_a_version_that_contradicts_what_is_known_is_refused_and_changes_nothing(shop: Store) -> None:
    make_order(shop)
    before = everything()
    recorded = record(shop, order_in(currency="USD", email="new@example.com"))
    assert [refusal.code for refusal in recorded.refused.values()] == ["currency_changed"]
    assert everything() == before
    assert not Customer.objects.filter(email="new@example.com").exists()


def test_an_older_version_is_passed_over_and_reported(shop: Store) -> None:
    make_order(shop, updated_at="2026-11-05T08:00:00Z", note="newer")
    recorded = record(shop, order_in(updated_at="2026-11-04T08:00:00Z", note="older"))
    assert recorded.outcomes == [Outcome.UNCHANGED]
    assert [caveat.code for caveat in recorded.warnings] == ["older_version"]
    assert Order.objects.get().note == "newer"


def test_guests_of_one_address_are_one_customer(shop: Store) -> None:
    record(
        shop, order_in(), order_in(id="2", email="SAM@example.com"), order_in(id="3", email=None, phone="030 123456")
    )
    first, second, third = Order.objects.order_by("id")
    assert first.customer == second.customer != third.customer
    assert Customer.objects.count() == 2


def test_a_guests_order_never_corrects_what_a_customer_told(shop: Store) -> None:
    customer = make_customer(shop, name="Samantha Shopper", email="sam@example.com")
    make_order(shop, shipping_address={"recipient": "S. Shopper", "country": "AT"})
    customer.refresh_from_db()
    assert (customer.name, customer.country) == ("Samantha Shopper", "DE")


def test_an_order_can_be_nobodys_and_says_so(shop: Store) -> None:
    recorded = record(shop, order_in(email=None))
    assert Order.objects.get().customer is None
    assert [(caveat.code, caveat.field) for caveat in recorded.warnings] == [("no_customer", "email")]


def test_conflicts_of_identity_are_reported_with_the_order(shop: Store) -> None:
    make_customer(shop, id="7", email="sam@example.com")
    make_customer(shop, id="8", email="kim@example.com")
    recorded = record(shop, order_in(id="fine"), order_in(customer={"id": "7", "email": "kim@example.com"}))
    assert [(caveat.index, caveat.code, caveat.field) for caveat in recorded.warnings] == [
        (1, "identity_taken", "customer.email")
    ]


def test_orders_of_merged_customers_stay_and_new_ones_find_the_survivor(shop: Store) -> None:
    survivor = make_customer(shop, email="sam@example.com")
    absorbed = make_customer(shop, email="old@example.com")
    old = make_order(shop, email="old@example.com")
    merge_customers(survivor=survivor, absorbed=absorbed, by="olga", now=NOW)
    new = make_order(shop, id="new", email="old@example.com")
    changed = make_order(shop, email="old@example.com", note="changed")
    assert new.customer == survivor
    assert changed.pk == old.pk
    assert changed.customer == absorbed
    edited = EventRow.objects.get(type="order.edited")
    assert (edited.data["changed"], edited.customer_id) == (["note"], survivor.pk)


def test_lines_find_their_products(shop: Store) -> None:
    product = make_product(shop, kind="consumable")
    make_order(shop, lines=[line_in(product="jug"), line_in(id="2", variant="jug-1"), line_in(id="3")])
    lines = Line.objects.order_by("id")
    assert {line.product_id for line in lines} == {product.pk}
    assert [line.variant_id is not None for line in lines] == [False, True, True]
    assert {line.kind for line in lines} == {"consumable"}


def test_another_stores_and_another_sources_order_of_the_same_id_are_others(shop: Store) -> None:
    make_order(shop)
    record(shop, order_in(), source="marketplace")
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        recorded = record(mallory, order_in(note="mine"))
        assert recorded.outcomes == [Outcome.CREATED]
        assert Order.objects.count() == 1
        assert Customer.objects.count() == 1
    assert list(Order.objects.order_by("id").values_list("source", "note")) == [(SOURCE, ""), ("marketplace", "")]


def test_the_number_of_statements_does_not_grow_with_the_batch(shop: Store) -> None:
    def statements(*orders: OrderIn) -> int:
        with CaptureQueriesContext(connection) as captured:
            record(shop, *orders)
        return len(captured)

    few = statements(*(order_in(id=f"few-{number}", email=f"f{number}@example.com") for number in range(2)))
    many = statements(*(order_in(id=f"many-{number}", email=f"m{number}@example.com") for number in range(50)))
    assert few == many
    changed = [order_in(id=f"many-{number}", email=f"m{number}@example.com", note="x") for number in range(50)]
    assert statements(changed[0]) == statements(*changed[1:])


def test_text_of_every_script_and_sign_survives(shop: Store) -> None:
    note = "tab\t newline\n \\N backslash \\ \"quote\" 'single' {brace} ü 漢字 \u0627\u0644 🎁 \u2028."
    order = make_order(shop, note=note, tags=["a,b", '"', "\\"], shipping_address={"recipient": note[:80]})
    changed = make_order(shop, note=note + "!", tags=["a,b", '"', "\\"], shipping_address={"recipient": note[:80]})
    assert (order.note, order.tags) == (note, ["a,b", '"', "\\"])
    assert changed.note == note + "!"


@pytest.mark.django_db(transaction=True)
def test_two_doors_at_once_take_an_order_in_once() -> None:
    store = make_store()
    results: list[Intake] = []

    def door() -> None:
        try:
            results.append(record(store, *(order_in(id=str(number)) for number in range(20))))
        finally:
            connection.close()

    threads = [Thread(target=door) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.created for result in results) == [0, 0, 0, 20]
    with store_scope(store.pk):
        assert len(happened("order.placed")) == 20
        assert Customer.objects.count() == 1
