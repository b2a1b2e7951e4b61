import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.care.protection.actions import book_protection
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.protection.cast import asked, decide, judge, lapses, parcel_of, set_rules, valuable
from tests.commerce.shipments.parcels import NOW, events, hours, place_order, report, scan, tracking
from tests.factories import make_store

pytestmark = pytest.mark.django_db
LAMP = [{"id": "lamp", "title": "Lamp", "quantity": 1, "unit_price": "600.00"}]


def test_an_order_carries_what_the_rules_ask(store: Store) -> None:
    set_rules(store)
    valuable(store, "1", "199.99")
    valuable(store, "2", "200.00")
    valuable(store, "3", "999.00")
    valuable(store, "4", "1000.00")
    assert asked(store) == [(True, False, 0), (True, False, 99_900), (True, True, 100_000)]
    told = [event.data for event in events(store, "protection.asked")]
    assert [(one["number"], one["signature"], one["insured"], one["terms"]) for one in told] == [
        ("#2", True, 0, 1), ("#3", True, 99_900, 1), ("#4", True, 100_000, 1),
    ]  # fmt: skip


def test_deciding_again_changes_and_tells_nothing(store: Store) -> None:
    set_rules(store)
    decide(valuable(store))
    assert len(events(store, "protection.asked")) == 1


def test_an_order_stands_under_the_rules_of_its_time(store: Store) -> None:
    order = valuable(store)
    set_rules(store, now=hours(24))
    decide(order)
    assert asked(store) == [], "it was placed before there were any"
    set_rules(store, {"wants": "signature", "at_least": "1", "currency": "EUR"}, now=hours(48))
    later = valuable(store, "2", "250.00", placed_at=hours(30))
    decide(later)
    assert asked(store) == [(True, False, 0)]
    assert events(store, "protection.asked")[0].data["terms"] == 1


def test_what_is_called_off_is_asked_for_no_more(store: Store) -> None:
    set_rules(store)
    valuable(store)
    valuable(store, cancelled_at=hours(30))
    assert asked(store) == [(False, False, 0)]
    assert [event.data["signature"] for event in events(store, "protection.asked")] == [True, False]


def test_what_is_not_sent_is_not_worth_protecting(store: Store) -> None:
    set_rules(store)
    lines = [
        {"id": "1", "title": "Card", "quantity": 1, "unit_price": "900.00", "kind": "digital"},
        {"id": "2", "title": "Mug", "quantity": 1, "unit_price": "12.00"},
    ]
    valuable(store, total="912.00", lines=lines)
    assert asked(store) == []


def test_a_rule_for_a_carrier_waits_for_its_parcel(store: Store) -> None:
    set_rules(store, {"wants": "signature", "at_least": "200", "currency": "EUR", "carrier": "Parcel Post"})
    order = valuable(store)
    assert asked(store) == []
    parcel_of(store)
    decide(order)
    assert asked(store) == [(True, False, 0)]


def test_a_parcel_announced_without_what_was_asked_is_noticed_and_settled_by_booking_it(store: Store) -> None:
    set_rules(store)
    valuable(store)
    parcel = parcel_of(store)
    judge(parcel)
    judge(parcel)
    assert lapses(store) == [("announced", ["signature", "insurance"], False)]
    assert [event.data["missing"] for event in events(store, "protection.lapsed")] == [["signature", "insurance"]]
    with store_scope(store.pk):
        for insured in (100, 60_000, 60_000):
            book_protection(
                shipment=parcel, signature=True, in_person=False, insured=insured, by="token:shop", now=NOW
            )  # fmt: skip
    assert lapses(store) == [("announced", ["signature", "insurance"], True)]
    assert len(events(store, "protection.booked")) == 2, "saying the same again is no news"


def test_a_service_that_says_so_needs_no_booking(store: Store) -> None:
    set_rules(store)
    valuable(store)
    judge(parcel_of(store, service="Registered, insured"))
    assert lapses(store) == []


def test_a_delivery_without_proof_is_noticed_and_settled_by_the_proof(store: Store) -> None:
    set_rules(store)
    valuable(store)
    parcel = parcel_of(store, service="registered insured")
    report(store, tracking("p-1042", scan(30, "delivered")))
    judge(parcel)
    assert lapses(store) == [("delivered", ["signature"], False)]
    report(store, tracking("p-1042", scan(30, "delivered"), signed_by="S. Shopper"))
    judge(parcel)
    assert lapses(store) == [("delivered", ["signature"], True)]


def test_what_was_left_with_a_neighbour_was_not_handed_over(store: Store) -> None:
    set_rules(store)
    valuable(store, price="1200.00")
    parcel = parcel_of(store, service="registered insured, in person")
    report(store, tracking("p-1042", scan(30, "delivered", text="Left with a neighbour"), signed_by="N."))
    judge(parcel)
    assert lapses(store) == [("delivered", ["in_person"], False)]


def test_what_is_asked_is_each_stores_own(store: Store) -> None:
    other = make_store("other")
    set_rules(store)
    orders = [valuable(store), valuable(other)]
    decide(*orders)
    assert (len(asked(store)), asked(other)) == (1, [])


def statements(store: Store, count: int) -> int:
    orders = [place_order(store, f"{count}-{number}", total="600.00", lines=LAMP) for number in range(count)]
    with CaptureQueriesContext(connection) as captured:
        decide(*orders)
    return len(captured)


def test_more_orders_cost_no_more_statements(store: Store) -> None:
    set_rules(store)
    assert statements(store, 1) == statements(store, 3)
    assert len(asked(store)) == 4
