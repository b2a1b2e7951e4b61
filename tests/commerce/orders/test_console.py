"""The console's pages about orders."""

import csv
import io
import re
from datetime import timedelta

import pytest

from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.actions.publish import install_builtin_journeys
from aftercare.engagement.messaging.actions.templates import install_builtin_templates
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW, line_in, make_order
from tests.staffing import Staff, live
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def numbers(html: str) -> list[str]:
    """The orders of a list, in order."""
    return re.findall(r">(#[\w-]+)</a>", html)


def place(store: Store, *numbers: str, **told: object) -> list[Order]:
    """Orders an hour apart, the first the latest."""
    with store_scope(store.pk):
        return [
            make_order(store, id=number, number=number, **{"placed_at": NOW - timedelta(hours=age + 1), **told})
            for age, number in enumerate(numbers)
        ]


def test_the_list_shows_the_latest_first(olga: Staff, store: Store) -> None:
    place(store, "#3", "#2", "#1")
    assert numbers(olga.see("orders")) == ["#3", "#2", "#1"]


def test_the_list_is_sorted_as_the_address_says(olga: Staff, store: Store) -> None:
    place(store, "#cheap", total="10.00")
    place(store, "#dear", total="500.00")
    assert numbers(olga.see("orders", sort="-total")) == ["#dear", "#cheap"]
    assert numbers(olga.see("orders", sort="total")) == ["#cheap", "#dear"]
    assert len(numbers(olga.see("orders", sort="nonsense"))) == 2


def test_the_list_is_narrowed_by_what_is_chosen(olga: Staff, store: Store) -> None:
    place(store, "#open", payment="pending")
    place(store, "#gone", cancelled_at=NOW)
    assert numbers(olga.see("orders", payment="pending")) == ["#open"]
    assert numbers(olga.see("orders", progress="cancelled")) == ["#gone"]
    assert numbers(olga.see("orders", source="shop", q="#gone")) == ["#gone"]
    assert set(numbers(olga.see("orders", source="nowhere"))) == {"#open", "#gone"}


def test_days_are_the_days_of_the_store(olga: Staff, store: Store) -> None:
    # Half past midnight in Berlin is still the day before in UTC.
    place(store, "#late", placed_at="2026-11-20T23:30:00Z")
    assert numbers(olga.see("orders", placed_from="2026-11-21", placed_until="2026-11-21")) == ["#late"]
    assert numbers(olga.see("orders", placed_until="2026-11-20")) == []
    assert numbers(olga.see("orders", placed_from="0001-01-01")) == ["#late"]


def test_what_is_on_can_be_taken_away_again(olga: Staff, store: Store) -> None:
    place(store, "#1")
    html = olga.see("orders", payment="paid", q="berlin", cursor="")
    assert "Remove the filter Payment" in html
    assert 'href="/console/juniper/orders/?q=berlin"' in html


def test_pages_lead_on_and_back(olga: Staff, store: Store) -> None:
    place(store, *(f"#{number:02}" for number in range(60)))
    first = olga.see("orders")
    following = re.search(r'href="\?*([^"]*cursor=[^"]*)" rel="next"', first)
    assert following
    second = olga.client.get(following[1].replace("&amp;", "&")).content.decode()
    assert numbers(first) + numbers(second) == [f"#{number:02}" for number in range(60)]
    back = re.search(r'href="([^"]*cursor=[^"]*)" rel="prev"', second)
    assert back
    assert numbers(olga.client.get(back[1].replace("&amp;", "&")).content.decode()) == numbers(first)


@pytest.mark.parametrize(
    ("trouble", "found"),
    [
        ("late", ["#late"]),
        ("unfulfilled", ["#late", "#waits"]),
        ("back_ordered", ["#short"]),
        ("missed", ["#missed"]),
        ("any", ["#late", "#waits", "#short", "#missed"]),
        ("nonsense", ["#late", "#waits", "#short", "#missed", "#fine"]),
    ],
)
def test_what_is_wrong_can_be_asked_for(olga: Staff, store: Store, trouble: str, found: list[str]) -> None:
    old, fresh = NOW - timedelta(days=20), NOW - timedelta(hours=1)
    place(store, "#late", placed_at=old, promised_by=NOW - timedelta(days=10))
    place(store, "#waits", placed_at=old - timedelta(hours=1))
    place(store, "#unpaid", placed_at=old, payment="pending", cancelled_at=NOW)
    for number, status, kind in (("#short", "back_ordered", "shipment"), ("#missed", "missed", "service_visit")):
        place(store, number, placed_at=fresh, fulfilments=[{"id": "f", "status": status, "kind": kind}])
    place(store, "#fine", placed_at=fresh - timedelta(minutes=1))
    shown = set(numbers(olga.see("orders", trouble=trouble))) - {"#unpaid"}
    assert shown == set(found)


def test_the_file_holds_every_order_and_no_formula(olga: Staff, store: Store) -> None:
    place(store, "#1", customer={"name": "=SUM(A1)", "email": "sam@example.com"})
    place(store, "#2", "#3")
    response = olga.get("orders_csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="orders-juniper.csv"'
    text = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]  # it streams
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["number"] for row in rows} == {"#1", "#2", "#3"}
    assert rows[0]["total"] == "39.80"
    assert "'=SUM(A1)" in {row["customer"] for row in rows}


def test_the_file_is_narrowed_like_the_list(olga: Staff, store: Store) -> None:
    place(store, "#1", payment="pending")
    place(store, "#2")
    text = b"".join(olga.get("orders_csv", payment="pending")).decode()  # type: ignore[arg-type]  # it streams
    assert "#1" in text
    assert "#2" not in text


def test_an_order_with_all_that_belongs_to_it(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        install_builtin_templates(store=store, now=NOW)
        install_builtin_journeys(store=store, now=NOW)
    order = live(store, 1)
    words = words_of(olga.see("order", order.public_id))
    for said in (
        "#1001", "Sam 1001", "sam1001@example.com", "Lindenweg 4", "€34.90", "€39.80", "(late) \N{MINUS SIGN}€5.00",
        "0034041001", "Left the sorting centre, Leipzig", "Order confirmed Sent", "Order placed €39.80 · 1 line",
        "On its way Handed over, Berlin", "Refund made €5.00: late", "Thank you, with a guide Under way",
    ):  # fmt: skip
        assert said in words, said


def test_an_order_takes_as_many_queries_with_three_lines_as_with_one(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        one = make_order(store, id="one", number="#one")
        three = make_order(store, id="three", number="#three", lines=[line_in(id=str(number)) for number in range(3)])
    assert olga.count_queries("order", one.public_id) == olga.count_queries("order", three.public_id)


def test_the_timeline_is_narrowed_by_topic(olga: Staff, store: Store) -> None:
    order = live(store, 1)
    words = words_of(olga.see("order", order.public_id, topic="shipments"))
    timeline = words.partition("Timeline")[2]
    assert "Handed over, Berlin" in timeline
    assert "Order placed" not in timeline


def test_what_was_written_by_customers_stays_text(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        order = make_order(
            store, note="<script>alert(1)</script>", customer={"name": "<b>Sam", "email": "s@example.com"}
        )
    html = olga.see("order", order.public_id)
    assert "<script>alert(1)" not in html
    assert "<b>Sam" not in html


def test_the_customers_own_page_is_linked(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        order = make_order(store)
    link = re.search(r'href="(http://[^"]+/s/juniper/o/[^"]+)"', olga.see("order", order.public_id))
    assert link
