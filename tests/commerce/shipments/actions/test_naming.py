"""Who carries a parcel: said, guessed from its number, corrected."""

import pytest

from aftercare.commerce.shipments.actions import correct_carrier
from aftercare.commerce.shipments.schemas import TrackingIn
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import (
    NOW,
    announce,
    events,
    hours,
    parcel,
    place_order,
    report,
    scan,
    shipment,
    told,
)

UPS = "1Z999AA10123456784"
NAMED = ("carrier", "carrier_name", "tracking_url", "named_by")


def named(store: Store) -> tuple[str, ...]:
    kept = parcel(store)
    return tuple(getattr(kept, name) for name in NAMED)


def correct(store: Store, carrier: str, tracking_url: str = "") -> bool:
    with store_scope(store.pk):
        return correct_carrier(
            shipment=parcel(store), carrier=carrier, tracking_url=tracking_url, by="staff:usr_1", now=NOW
        )


@pytest.fixture
def guessed(store: Store) -> Store:
    place_order(store)
    announce(store, shipment(carrier="", tracking_number="1Z 999 AA1 0123456784"))
    return store


def test_a_carrier_nobody_named_is_guessed_and_marked(guessed: Store) -> None:
    assert named(guessed) == ("ups", "UPS", f"https://www.ups.com/track?tracknum={UPS}", "number")
    assert events(guessed)[0].data["carrier"] == "ups"


def test_what_the_shop_says_is_no_guess(guessed: Store) -> None:
    announce(guessed, shipment(carrier="Ups", carrier_name="Our parcel man", tracking_number=UPS))
    assert named(guessed) == ("ups", "Our parcel man", f"https://www.ups.com/track?tracknum={UPS}", "source")


def test_an_unsure_number_is_nobody_s(store: Store) -> None:
    place_order(store)
    announce(store, shipment(carrier="", tracking_number="986578788855"))
    assert named(store) == ("", "", "", "source")


def test_staff_put_it_right_and_it_is_told(guessed: Store) -> None:
    assert correct(guessed, "Österreichische Post")
    page = f"https://www.post.at/sv/sendungsdetails?snr={UPS}"
    assert named(guessed) == ("post_at", "Österreichische Post", page, "staff")
    event = events(guessed)[-1]
    assert (event.type, event.actor, event.occurred_at) == ("shipment.carrier_corrected", "staff:usr_1", NOW)
    assert (event.data["before"], event.data["after"]) == ("UPS", "Österreichische Post")


def test_a_page_that_is_given_is_kept(guessed: Store) -> None:
    assert correct(guessed, "Pigeon Post", "https://pigeons.example/7")
    assert named(guessed) == ("pigeon_post", "Pigeon Post", "https://pigeons.example/7", "staff")


def test_the_same_again_is_no_news(guessed: Store) -> None:
    assert correct(guessed, "UPS")
    assert not correct(guessed, "UPS")
    assert told(guessed).count("shipment.carrier_corrected") == 1


def test_the_source_does_not_undo_it(guessed: Store) -> None:
    correct(guessed, "Pigeon Post", "https://pigeons.example/7")
    announce(guessed, shipment(carrier="ups", tracking_number=UPS, expected_by=hours(80)))
    assert named(guessed) == ("pigeon_post", "Pigeon Post", "https://pigeons.example/7", "staff")
    assert parcel(guessed).expected_by == hours(80)


def test_another_number_is_still_that_carrier_s_on_a_page_of_its_own(guessed: Store) -> None:
    correct(guessed, "DPD", "https://dpd.example/old")
    announce(guessed, shipment(carrier="", tracking_number="01505010076650F"))
    kept = parcel(guessed)
    assert (kept.carrier, kept.named_by, kept.tracking_number) == ("dpd", "staff", "01505010076650F")
    assert kept.tracking_url == "https://tracking.dpd.de/status/en_US/parcel/01505010076650F"


def test_a_guess_keeps_no_carrier_s_scans_away(guessed: Store) -> None:
    update = TrackingIn(tracking_number=UPS, carrier="Swift", scans=(scan(5, "in_transit"),))
    assert not report(guessed, update).refused
    correct(guessed, "UPS")
    assert report(guessed, update).refused
