"""What parcels show on an order's page."""

import re

import pytest

from aftercare.commerce.orders.policy.arrivals import Stage
from aftercare.commerce.shipments import wording
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.panels import arrival_of
from aftercare.commerce.shipments.vocabulary import Reason, Status
from tests.commerce.shipments.parcels import (
    MONDAY,
    announce,
    hours,
    parcel,
    place_order,
    report,
    scan,
    shipment,
    tracking,
)
from tests.visiting import path_of, title_of, visitor, words_of


def page_of(order, store) -> str:
    answer = visitor().get(path_of(order, store))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("status", Status.values)
def test_every_status_has_a_stage_and_words_for_the_page(store, status):
    order = place_order(store)
    announce(store, shipment(scans=[scan(1, status)]))

    page = page_of(order, store)

    assert arrival_of(parcel(store)).stage in Stage
    assert "Parcel Post" in page
    assert str(wording.PLAIN[status] if status != Status.UNKNOWN else "News from the carrier") in words_of(page)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_and_advice(reason):
    assert wording.REASONS[reason]
    assert wording.headline(Status.ON_HOLD, reason)
    assert wording.advice(Status.ON_HOLD, reason)


def test_words_no_carrier_explains_do_not_take_a_parcel_back(store):
    known = Shipment(status=Status.UNKNOWN, status_at=MONDAY, handed_over_at=MONDAY)

    assert arrival_of(known).stage is Stage.UNDER_WAY
    assert arrival_of(Shipment(status=Status.UNKNOWN, status_at=MONDAY)).stage is Stage.ANNOUNCED


def test_a_parcel_names_its_things_its_number_and_the_last_scan(store):
    order = place_order(store)
    announce(
        store,
        shipment(carrier_name="DHL", scans=[scan(1, "picked_up"), scan(9, "in_transit", text="Left", place="Leipzig")]),
    )

    words = words_of(page_of(order, store))

    assert "Parcel On its way" in words
    assert "Mug Quantity \u00d72" in words
    assert "PPP1DE" in words
    assert "On its way Left · Leipzig" in words
    assert words.index("On its way Left") < words.index("The carrier has the parcel")


def test_of_several_parcels_each_has_its_number(store):
    order = place_order(store)
    announce(
        store,
        shipment("p1", lines=[{"line": "mug", "quantity": 2}]),
        shipment("p2", lines=[{"line": "pot", "quantity": 1}]),
    )

    words = words_of(page_of(order, store))

    assert words.index("Parcel 1 of 2") < words.index("Mug") < words.index("Parcel 2 of 2") < words.index("Teapot")


def test_things_in_several_parcels_of_one_packing_are_told_once(store):
    order = place_order(store)
    announce(store, shipment("p1"), shipment("p2"))

    page = page_of(order, store).partition('id="order-details"')[0]

    assert page.count("Teapot") == 1
    assert "In this parcel and the others of the same packing:" in words_of(page)


def test_nobody_at_home_says_what_happens_next_and_leads_to_the_carrier(store):
    order = place_order(store)
    failed = scan(50, "delivery_failed", reason="consignee_not_home")
    announce(store, shipment(tracking_url="https://carrier.example/t/1", scans=[scan(1, "picked_up"), failed]))

    page = page_of(order, store)

    assert title_of(page) == "The carrier could not hand it over"
    assert "Nobody was at home" in words_of(page)
    assert 'href="https://carrier.example/t/1" rel="noreferrer"' in page


def test_the_second_parcel_in_trouble_is_named_while_the_first_is_the_answer(store):
    order = place_order(store)
    lines = [{"line": "mug", "quantity": 2}], [{"line": "pot", "quantity": 1}]
    announce(
        store,
        shipment("p1", lines=lines[0], expected_by=hours(24 * 30), scans=[scan(1, "in_transit")]),
        shipment(
            "p2", lines=lines[1], scans=[scan(1, "in_transit"), scan(9, "delivery_delayed", reason="weather_delay")]
        ),
    )

    page = page_of(order, store)

    assert title_of(page).startswith("Arrives by ")
    assert "Parcel 2: The weather holds it up" in words_of(page)


def test_who_signed_is_shown(store):
    order = place_order(store)
    announce(store, shipment(scans=[scan(1, "picked_up")]))
    report(store, tracking("p1", scan(20, "delivered"), signed_by="S. Okafor"))

    assert "Signed by S. Okafor" in words_of(page_of(order, store))


@pytest.mark.parametrize(
    ("proof_url", "status", "is_shown"),
    [
        ("https://carrier.example/photo/1", "delivered", True),
        ("https://carrier.example/photo/1", "delivery_failed", False),
        ("http://carrier.example/photo/1", "delivered", False),
    ],
)
def test_the_photo_of_the_delivery_is_linked_once_there_is_one_worth_it(store, proof_url, status, is_shown):
    order = place_order(store)
    announce(store, shipment(scans=[scan(1, "picked_up")]))
    report(store, tracking("p1", scan(20, status), proof_url=proof_url))

    page = page_of(order, store)

    link = f'href="{proof_url}" target="_blank" rel="noopener noreferrer"'
    assert (link in page) is is_shown


def test_the_photo_is_for_those_with_the_order_s_link(store):
    order = place_order(store)
    announce(store, shipment(scans=[scan(1, "picked_up")]))
    report(store, tracking("p1", scan(20, "delivered"), proof_url="https://carrier.example/photo/1"))
    path = path_of(order, store).rstrip("/")

    forged = visitor().get(path[:-2] + ("aa" if path[-2:] != "aa" else "bb") + "/")

    assert forged.status_code == 404
    assert "carrier.example" not in forged.content.decode()


def test_what_carriers_write_is_text(store):
    order = place_order(store)
    announce(
        store, shipment(carrier_name="<b>DHL</b>", scans=[scan(1, "in_transit", text="<script>alert(1)</script>")])
    )

    page = page_of(order, store)

    assert "<b>DHL" not in page
    assert not re.search(r"<script>alert", page)


@pytest.mark.parametrize("count", [1, 3])
def test_parcels_take_the_same_queries_however_many(store, django_assert_num_queries, count):
    order = place_order(store)
    announce(
        store, *(shipment(f"p{number}", scans=[scan(1, "picked_up"), scan(2, "in_transit")]) for number in range(count))
    )
    client, path = visitor(), path_of(order, store)
    client.get(path)

    with django_assert_num_queries(11):
        assert client.get(path).status_code == 200
