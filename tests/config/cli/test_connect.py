"""`aftercare connect`, as people call it."""

import pytest
from click.testing import CliRunner, Result
from pytest_django.fixtures import Settings

from aftercare.commerce.orders.models import Order
from aftercare.config.cli.connect import command
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.platforms.shops import connect
from tests.commerce.platforms.wordpress import connect_wordpress, wordpress


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def test_shops_are_listed(store: Store) -> None:
    connect(store)
    result = call("list", "--store", store.slug)
    assert result.stdout == "shopify  shopify  active  0 worked off  0 waiting  0 parked\n"


def test_what_was_before_is_fetched_and_taken_in(store: Store, settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    with wordpress() as server:
        connect_wordpress(store, server)
        result = call("backfill", "--store", store.slug, "--source", "woo")
    assert (result.exit_code, result.stdout) == (0, "6 records on 4 pages.\n")
    with store_scope(store.pk):
        assert Order.objects.count() == 3


def test_a_shop_that_refuses_ends_with_one(store: Store, settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    with wordpress() as server:
        connect_wordpress(store, server, consumer_secret="wrong")
        result = call("backfill", "--store", store.slug, "--source", "woo")
    assert result.exit_code == 1
    assert "The shop refuses with status 401." in result.stderr


@pytest.mark.parametrize(("source", "says"), [("nobody", "Connected: shopify."), ("shopify", "There is no key")])
def test_what_cannot_be_done_is_said(store: Store, source: str, says: str) -> None:
    connect(store)
    result = call("backfill", "--store", store.slug, "--source", source)
    assert result.exit_code == 1
    assert says in result.stderr
