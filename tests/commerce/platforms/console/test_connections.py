"""The console's pages about connected shops."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from aftercare.commerce.platforms.actions import work_off
from aftercare.commerce.platforms.models import Connection, PrivacyRequest
from aftercare.commerce.platforms.queries import settings_of
from aftercare.commerce.platforms.tasks import fetch_history
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.platforms.shops import SECRET, SETTINGS, connect, push, shopify_order
from tests.commerce.platforms.wordpress import connect_wordpress, wordpress
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def test_nothing_is_connected_at_first(olga: Staff) -> None:
    words = words_of(olga.see("connections"))
    assert "No shop is connected yet" in words
    assert "Connect a shop Shopify" in words


def test_a_shop_is_set_up(olga: Staff, store: Store) -> None:
    assert "Client secret" in olga.see("connect", "shopify")
    answer = olga.do("connect", "shopify", source="my-shop", **SETTINGS["shopify"])
    with store_scope(store.pk):
        made = Connection.objects.get()
    assert answer["Location"] == olga.url("connection", made.public_id)
    page = olga.see("connection", made.public_id)
    assert f"/hooks/shops/{made.public_id}/" in page
    assert "customers/data_request" in page
    assert "Enter the address and topics there" in page
    assert SECRET not in page


def test_what_does_not_fit_is_said_at_its_field(olga: Staff, store: Store) -> None:
    page = olga.do("connect", "standard", expect=422, source="s", secret="no key").content.decode()
    assert "A secret is base64" in page
    connect(store, "standard")
    page = olga.do("connect", "standard", expect=422, source="standard", **SETTINGS["standard"]).content.decode()
    assert "Another connection is called" in page


def test_how_it_goes(olga: Staff, store: Store) -> None:
    shop = connect(store)
    push(shop, "orders/create", shopify_order(), message_id="1")
    push(shop, "orders/create", shopify_order(currency="EUX"), message_id="2")
    push(shop, "orders/create", shopify_order(), message_id="3", secret="forged")
    work_off(clock.now())
    assert "shopify Shopify Connected 2 0 1 1" in words_of(olga.see("connections"))
    assert "No signature fits the message" in olga.see("connection", shop.public_id)


def test_its_secret_is_changed(olga: Staff, store: Store) -> None:
    shop = connect(store)
    olga.do("connection_rotate", shop.public_id, secret="another secret, long enough")
    with store_scope(store.pk):
        told = settings_of(Connection.objects.get())
    assert (told["secret"], told["previous_secret"]) == ("another secret, long enough", SECRET)
    assert "at least 16" in olga.do("connection_rotate", shop.public_id, expect=422, secret="short").content.decode()


def test_it_is_let_go(olga: Staff, store: Store) -> None:
    shop = connect(store)
    olga.do("connection_disconnect", shop.public_id)
    assert "Disconnected" in olga.see("connections")
    page = olga.see("connection", shop.public_id)
    assert "Where the shop sends to" not in page
    assert push(shop, "a", {}).status_code == 404


def test_what_people_ask_is_settled(olga: Staff, store: Store) -> None:
    shop = connect(store)
    push(shop, "customers/redact", {"customer": {"id": 71, "email": "sam@example.org"}, "orders_to_redact": [5001]})
    work_off(clock.now())
    page = words_of(olga.see("connections"))
    assert "Wants to be forgotten shopify · Customer 71 · sam@example.org · Orders 5001" in page
    with store_scope(store.pk):
        asked = PrivacyRequest.objects.get()
    olga.do("privacy_settle", asked.pk, note="Erased")
    assert "Wants to be forgotten" not in olga.see("connections")


def test_lists_take_as_many_queries_for_three_as_for_one(olga: Staff, store: Store) -> None:
    def life(name: str) -> None:
        shop = connect(store, source=name)
        push(shop, "orders/create", shopify_order(), message_id="1")
        push(shop, "customers/data_request", {"customer": {"id": 1}}, message_id="2")
        work_off(clock.now())

    life("one")
    once = [olga.count_queries(name) for name in ("connections", "deliveries")]
    life("two")
    life("three")
    assert [olga.count_queries(name) for name in ("connections", "deliveries")] == once


def test_another_store_s_shop_is_not_found(store: Store) -> None:
    shop = connect(store)
    mallory = Staff(make_store("mallory"), email="mallory@other.example")
    assert mallory.get("connection", shop.public_id).status_code == 404
    mallory.do("connection_rotate", shop.public_id, expect=404, secret="a secret of Mallory's own")
    mallory.do("connection_disconnect", shop.public_id, expect=404)
    with store_scope(store.pk):
        assert settings_of(Connection.objects.get())["secret"] == SECRET


def test_whoever_may_only_read_is_offered_nothing(store: Store) -> None:
    shop = connect(store)
    ana = Staff(store, Role.ANALYST, "ana@juniper.example")
    assert "Connect a shop" not in ana.see("connections")
    assert "Change the secret" not in ana.see("connection", shop.public_id)
    ana.do("connection_disconnect", shop.public_id, expect=403)


def test_what_was_before_is_fetched_in_the_background(olga: Staff, store: Store, settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    with wordpress() as server:
        shop = connect_wordpress(store, server)
        olga.do("connection_test", shop.public_id)
        assert "The shop answers." in olga.see("connection", shop.public_id)
        olga.do("connection_fetch", shop.public_id)
        job = ProcrastinateJob.objects.get(task_name=fetch_history.name)
        fetch_history(**job.args)
    assert "Finished" in words_of(olga.see("connection", shop.public_id))
    assert "6 records fetched" in olga.see("connection", shop.public_id)


def test_a_shop_without_a_key_is_not_asked(olga: Staff, store: Store) -> None:
    shop = connect(store)
    olga.do("connection_fetch", shop.public_id)
    assert "There is no key to ask the shop with" in olga.see("connection", shop.public_id)
    olga.do("connection_test", shop.public_id)
    assert "There is no key to ask the shop with" in olga.see("connection", shop.public_id)
    assert "What was before" not in olga.see("connection", connect(store, "standard").public_id)


def test_what_staff_do_about_a_shop_stands_in_the_log_with_who_did_it(store: Store, olga: Staff) -> None:
    olga.do("connect", "shopify", shop="juniper-oak.myshopify.com", secret=SECRET, source="shop")
    with store_scope(store.pk):
        made = Connection.objects.get()
    olga.do("connection_rotate", made.public_id, secret="another secret, long enough", has_leaked="on")
    olga.do("connection_disconnect", made.public_id)
    with store_scope(store.pk):
        told = list(EventRow.objects.filter(type__startswith="shop_connection.").order_by("seq"))
        assert [(one.type, one.actor) for one in told] == [
            (f"shop_connection.{what}", f"staff:{olga.user.public_id}") for what in ("made", "secret_changed", "ended")
        ]
        assert told[1].data["had_leaked"] is True
    assert SECRET not in str([one.data for one in told])
    assert "Olga" in olga.see("connection", made.public_id)
