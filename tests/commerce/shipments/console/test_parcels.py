"""The console's pages about parcels."""

import pytest

from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from tests.commerce.shipments.parcels import announce, parcel, place_order, report, scan, shipment, tracking
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


@pytest.fixture
def order(store: Store) -> None:
    place_order(store)


def test_the_list_is_narrowed_and_searched(olga: Staff, store: Store, order: None) -> None:
    announce(store, shipment("p1", scans=[scan(30, "delivered")]), shipment("p2", carrier="dhl"))
    assert "PPP1DE" in olga.see("shipments", status="delivered")
    assert "PPP2DE" not in olga.see("shipments", status="delivered")
    assert "PPP2DE" in olga.see("shipments", carrier="DHL")
    assert "PPP1DE" not in olga.see("shipments", carrier="DHL")
    assert "PPP2DE" in olga.see("shipments", q="pp p2")


def test_a_scan_stands_as_sent_beside_what_it_means(olga: Staff, store: Store, order: None) -> None:
    told = scan(
        30, "delivery_failed", code="X17", text="Kunde nicht angetroffen", place="Graz", zone_known=False,
        reason="consignee_not_home",
    )  # fmt: skip
    announce(store, shipment("p1", scans=[told]))
    words = words_of(olga.see("shipment", parcel(store).public_id))
    assert "X17 Kunde nicht angetroffen Graz Delivery attempt failed consignee not home" in words
    assert "zone not given" in words
    assert "Responsible Recipient" in words


def test_a_parcel_takes_as_many_queries_with_three_scans_as_with_one(olga: Staff, store: Store, order: None) -> None:
    announce(store, shipment("p1", scans=[scan(1, "picked_up")]))
    announce(store, shipment("p2", scans=[scan(hour, "in_transit") for hour in (1, 2, 3)]))
    one, three = (olga.count_queries("shipment", parcel(store, key).public_id) for key in ("p1", "p2"))
    assert one == three


def test_parcels_in_trouble_stand_on_today(olga: Staff, store: Store, order: None) -> None:
    announce(
        store,
        shipment("p1", scans=[scan(20, "on_hold", text="Customs")]),
        shipment("p2", scans=[scan(20, "return_to_sender")]),
        shipment("p3", scans=[scan(20, "delivery_failed"), scan(44, "delivery_failed")]),
        shipment("p4", scans=[scan(20, "delivery_failed")]),
        shipment("p5", scans=[scan(20, "delivered")]),
    )
    words = words_of(olga.see("today")).partition("Last seven days")[0]
    told = ["is coming back", "could not be delivered twice", "is held"]
    assert [words.index(text) for text in told] == sorted(words.index(text) for text in told)
    assert words.count("Look into it") == len(told)
    assert "#1042" in olga.see("orders", trouble="parcel")


def test_today_takes_as_many_queries_for_three_parcels_in_trouble_as_for_one(
    olga: Staff, store: Store, order: None
) -> None:
    announce(store, shipment("p1", scans=[scan(20, "on_hold")]))
    once = olga.count_queries("today")
    announce(store, *(shipment(key, scans=[scan(20, "on_hold")]) for key in ("p2", "p3")))
    assert olga.count_queries("today") == once


def test_what_does_not_fit_on_today_is_counted(olga: Staff, store: Store, order: None) -> None:
    announce(store, *(shipment(f"p{number}", scans=[scan(20, "on_hold")]) for number in range(7)))
    assert "3 more parcels in trouble" in olga.see("today")


def test_the_page_says_from_whom_news_were_last_heard(olga: Staff, store: Store, order: None) -> None:
    announce(store, shipment("p1", scans=[scan(20, "picked_up")]))
    assert "Last heard just now · shop" in words_of(olga.see("shipment", parcel(store).public_id))
    announce(store, shipment("p2"))
    assert "Last heard" not in words_of(olga.see("shipment", parcel(store, "p2").public_id))


def test_the_carrier_s_photo_is_linked(olga: Staff, store: Store, order: None) -> None:
    announce(store, shipment("p1"))
    report(store, tracking("p1", scan(50, "delivered"), proof_url="https://carrier.example/photo/1"))
    assert 'href="https://carrier.example/photo/1"' in olga.see("shipment", parcel(store).public_id)


def test_a_guessed_carrier_is_marked_and_corrected(olga: Staff, store: Store, order: None) -> None:
    announce(store, shipment("p1", carrier="", tracking_number="1Z999AA10123456784"))
    page = words_of(olga.see("shipment", parcel(store).public_id))
    assert "UPS guessed from the number" in page
    assert "The number could be of: UPS" in page
    olga.do(
        "shipment_carrier", parcel(store).public_id, carrier="Pigeon Post", tracking_url="https://pigeons.example/7"
    )
    corrected = olga.see("shipment", parcel(store).public_id)
    assert "Pigeon Post" in corrected
    assert "https://pigeons.example/7" in corrected
    assert "guessed" not in corrected


def test_a_correction_says_what_is_wrong_with_it(olga: Staff, store: Store, order: None) -> None:
    announce(store, shipment("p1"))
    answer = olga.do("shipment_carrier", parcel(store).public_id, expect=422, carrier="", tracking_url="not a page")
    assert "Enter a valid URL" in answer.content.decode()
    assert parcel(store).named_by == "source"


def test_who_only_reads_corrects_nothing(store: Store, order: None) -> None:
    announce(store, shipment("p1"))
    analyst = Staff(store, Role.ANALYST, "ana@juniper.example")
    assert "Another carrier has it" not in analyst.see("shipment", parcel(store).public_id)
    analyst.do("shipment_carrier", parcel(store).public_id, expect=403, carrier="DPD")
    assert parcel(store).carrier == "parcel_post"


def test_parcels_are_found_by_their_number(olga: Staff, store: Store, order: None) -> None:
    announce(store, shipment("p1"))
    assert "PPP1DE" in olga.see("search", q="ppp1")
    assert "PPP1DE" in olga.see("search_suggest", q=parcel(store).public_id)
