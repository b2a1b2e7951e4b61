"""The console's pages about connections to carriers, and what a parcel's page says of asking."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from aftercare.commerce.shipments.actions import connect_carrier, look_due
from aftercare.commerce.shipments.carriers.karrio.interpreter import THE_INTERPRETER
from aftercare.commerce.shipments.models import CarrierAccount, Look
from aftercare.commerce.shipments.queries import carrier_account, carrier_accounts
from aftercare.foundation.kit.sealing import unseal
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories
from tests.commerce.shipments.carriers.answering import KEYS, UNDER_WAY, FakeCarrier, fake_carrier
from tests.commerce.shipments.carriers.answering import parcel as answer
from tests.commerce.shipments.parcels import NOW, announce, parcel, place_order, shipment
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")
NUMBER = "1Z999AA10123456784"


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


@pytest.fixture
def ups(settings) -> Iterator[FakeCarrier]:
    with fake_carrier() as carrier:
        settings.CARRIER_GATEWAY = carrier.address
        yield carrier
    THE_INTERPRETER.stop()


def connect(store: Store, key: str = "ups", **settings: object) -> CarrierAccount:
    with store_scope(store.pk):
        return connect_carrier(store_id=store.pk, carrier_key=key, settings=settings or KEYS, now=NOW)


def account(store: Store, key: str = "ups") -> CarrierAccount:
    with store_scope(store.pk):
        return carrier_account(store_id=store.pk, carrier_key=key)


class TestConnecting:
    def test_one_that_pushes_shows_the_address_to_paste_and_what_comes_next(self, olga: Staff, store: Store):
        page = olga.see("carrier_connect", "easypost")
        assert f"/hooks/{store.slug}/carriers/easypost" in page
        assert "Account Settings, Webhooks" in page
        olga.do("carrier_connect", "easypost", secret="a long secret")
        connected = words_of(olga.see("carrier", "easypost"))
        assert "The first message arrives" in connected
        assert f"/hooks/{store.slug}/carriers/easypost" in connected
        assert "By Olga" in connected
        assert "a long secret" not in olga.see("carrier", "easypost")

    def test_one_that_is_asked_wants_its_own_keys(self, olga: Staff, store: Store):
        page = olga.see("carrier_connect", "ups")
        assert "developer.ups.com" in page
        assert 'type="password"' in page
        olga.do("carrier_connect", "ups", **KEYS)
        assert unseal(account(store).sealed_config)["client_secret"] == "s3cret"

    def test_what_is_missing_is_said_at_its_field_and_nothing_is_kept(self, olga: Staff, store: Store):
        answer = olga.do("carrier_connect", "ups", expect=422, client_id="juniper")
        assert "This field is required" in answer.content.decode()
        with store_scope(store.pk):
            assert carrier_accounts() == []

    def test_a_carrier_nobody_knows_is_not_found(self, olga: Staff):
        olga.see("carrier_connect", "pigeon", expect=404)
        olga.see("carrier", "ups", expect=404)

    def test_the_list_offers_what_is_not_connected_and_tells_of_what_is(self, olga: Staff, store: Store):
        assert "No carrier is connected yet" in olga.see("carriers")
        connect(store)
        with store_scope(store.pk):
            CarrierAccount.objects.update(
                problem="The carrier does not let us in.", looked=1204, looked_at=NOW, refused=3
            )
        page = olga.see("carriers")
        words = words_of(page)
        assert "In trouble" in words
        assert "1,204" in words
        assert "3 messages were turned away" in words
        assert olga.url("carrier_connect", "ups") not in page
        assert olga.url("carrier_connect", "fedex") in page
        assert olga.url("carrier_connect", "simulated") not in page


class TestCaring:
    def test_the_connection_is_tried_in_the_background(self, olga: Staff, store: Store, ups: FakeCarrier):
        connect(store, client_id="juniper", client_secret=ups.address)
        olga.do("carrier_test", "ups")
        assert 'hx-trigger="every 2s"' in olga.see("carrier", "ups")
        look_due(NOW)
        page = olga.see("carrier", "ups")
        assert "The carrier answers" in page
        assert "every 2s" not in page

    def test_a_secret_is_changed_and_the_rest_stays(self, olga: Staff, store: Store):
        connect(store)
        olga.do("carrier_change", "ups", client_secret="newer")
        kept = unseal(account(store).sealed_config)
        assert (kept["client_id"], kept["client_secret"]) == ("juniper", "newer")

    def test_a_bad_setting_says_so_and_changes_nothing(self, olga: Staff, store: Store):
        connect(store)
        answer = olga.do("carrier_change", "ups", expect=422, per_hour="0")
        assert "greater than or equal to 1" in answer.content.decode()

    def test_paused_taken_up_again_and_removed(self, olga: Staff, store: Store):
        connect(store)
        olga.do("carrier_pause", "ups")
        assert "Take it up again" in olga.see("carrier", "ups")
        olga.do("carrier_pause", "ups")
        assert account(store).state == "active"
        olga.do("carrier_disconnect", "ups")
        assert "No carrier is connected yet" in olga.see("carriers")

    def test_the_list_takes_as_many_queries_for_three_connections_as_for_one(self, olga: Staff, store: Store):
        connect(store)
        one = olga.count_queries("carriers")
        connect(store, "easypost", secret="a long secret")
        connect(store, "track17", secret="a long secret")
        assert olga.count_queries("carriers") == one


class TestWho:
    @pytest.mark.parametrize("role", list(Role))
    def test_settings_are_read_and_written_by_those_who_may(self, store: Store, role: Role):
        connect(store)
        one = Staff(store, role, "one@juniper.example")
        reads = one.get("connections").status_code
        assert one.get("carriers").status_code == reads
        assert one.get("carrier", "ups").status_code == reads
        writes = one.get("connect", "shopify").status_code
        assert one.get("carrier_connect", "fedex").status_code == writes
        for name in ("carrier_change", "carrier_test", "carrier_pause", "carrier_disconnect"):
            assert (one.client.post(one.url(name, "ups")).status_code == 403) == (writes == 403)

    def test_mallory_of_another_store_sees_nothing_of_it(self, store: Store):
        connect(store)
        other = factories.make_store(slug="mallory")
        mallory = Staff(other, email="mallory@elsewhere.example")
        mallory.see("carrier", "ups", expect=404)
        mallory.do("carrier_disconnect", "ups", expect=404)
        assert account(store).state == "active"
        assert mallory.client.get(Staff(store).url("carriers")).status_code in {302, 403, 404}


class TestParcel:
    @pytest.fixture
    def announced(self, store: Store, ups: FakeCarrier) -> Store:
        connect(store, client_id="juniper", client_secret=ups.address)
        place_order(store)
        announce(store, shipment(carrier="ups", tracking_number=NUMBER, created_at=NOW))
        return store

    def test_its_page_says_when_it_is_looked_at(self, olga: Staff, announced: Store, ups: FakeCarrier):
        page = words_of(olga.see("shipment", parcel(announced).public_id))
        assert "Not looked yet, next at 15:00" in page
        ups.parcels[NUMBER] = answer(NUMBER, UNDER_WAY)
        olga.do("shipment_look", parcel(announced).public_id)
        look_due(NOW)
        assert "Last looked just now, next at" in words_of(olga.see("shipment", parcel(announced).public_id))
        with store_scope(announced.pk):
            Look.objects.update(due_at=None, stopped="silent")
        page = words_of(olga.see("shipment", parcel(announced).public_id))
        assert "stopped: nothing was heard for thirty days" in page
        assert "Look now" not in page

    def test_a_parcel_that_nobody_is_asked_about_says_nothing_of_it(self, olga: Staff, announced: Store):
        announce(announced, shipment("p2", carrier="dpd"))
        shown = olga.see("shipment", parcel(announced, "p2").public_id)
        assert "Asking the carrier" not in shown
        answered = olga.client.post(olga.url("shipment_look", parcel(announced, "p2").public_id), follow=True)
        assert "No connection of this store can ask about this parcel." in answered.content.decode()

    def test_who_only_reads_has_nobody_asked(self, announced: Store):
        analyst = Staff(announced, Role.ANALYST, "ana@juniper.example")
        assert "Look now" not in analyst.see("shipment", parcel(announced).public_id)
        analyst.do("shipment_look", parcel(announced).public_id, expect=403)

    def test_the_list_takes_as_many_queries_with_looks_as_without(self, olga: Staff, announced: Store):
        one = olga.count_queries("shipments")
        announce(announced, *(
            shipment(f"q{n}", carrier="ups", tracking_number=f"1Z{n}", created_at=NOW - timedelta(hours=n))
            for n in range(3)
        ))  # fmt: skip
        assert olga.count_queries("shipments") == one
