"""What was before a shop was connected is fetched page by page, from a shop of our own."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from aftercare.commerce.orders.models import Order
from aftercare.commerce.platforms.actions import check_access, run_backfill, start_backfill, work_off
from aftercare.commerce.platforms.errors import NoAccess
from aftercare.commerce.platforms.models import Backfill, Connection
from aftercare.commerce.platforms.queries import backfill_by_id
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.platforms.shops import connect, deliveries
from tests.commerce.platforms.wordpress import WordPress, connect_wordpress, wordpress
from tests.factories import NOW

ALL = ["products 1", "customers 1", "orders 1", "orders 2"]


@pytest.fixture
def server(settings: Settings) -> Iterator[WordPress]:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    with wordpress() as running:
        yield running


def fetch(connection: Connection) -> tuple[Backfill, list[float]]:
    """One run, and how long it would have waited."""
    slept: list[float] = []
    run = start_backfill(connection=connection, by="olga", now=NOW)
    run_backfill(backfill=backfill_by_id(row_id=run.pk), clock=lambda: NOW, sleep=slept.append)
    return Backfill.objects.get(pk=run.pk), slept


def test_everything_is_fetched_and_taken_in(shop: Store, server: WordPress) -> None:
    run, slept = fetch(connect_wordpress(shop, server))
    assert (run.state, run.pages, run.records, run.failure, slept) == ("finished", 4, 6, "", [])
    assert server.asked == ALL
    assert work_off(clock.now()) == 6
    assert {kept.state for kept in deliveries(shop)} == {"done"}
    assert sorted(Order.objects.values_list("external_id", flat=True)) == ["701", "702", "703"]


def test_fetching_again_keeps_only_what_is_new(shop: Store, server: WordPress) -> None:
    connection = connect_wordpress(shop, server)
    fetch(connection)
    server.records["orders"] = [*server.records["orders"][:2], {**server.records["orders"][2], "customer_note": "Ring"}]
    fetch(connection)
    assert len(deliveries(shop)) == 7


def test_a_shop_that_asks_for_patience_gets_it(shop: Store, server: WordPress) -> None:
    server.troubles = [(429, {"Retry-After": "7"}), (503, {}), (502, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})]
    run, slept = fetch(connect_wordpress(shop, server))
    assert (run.state, slept) == ("finished", [7.0, 4.0, 8.0])


def test_patience_ends_and_the_next_run_goes_on_there(shop: Store, server: WordPress) -> None:
    connection = connect_wordpress(shop, server)
    run = start_backfill(connection=connection, by="olga", now=NOW)
    run_backfill(
        backfill=run,
        clock=lambda: NOW,
        sleep=lambda _seconds: None,
        progress=lambda run: server.troubles.extend([(500, {})] * 9) if run.pages == 3 else None,
    )
    run.refresh_from_db()
    assert (run.state, run.resource, run.cursor, run.records) == ("failed", "orders", "2", 5)
    assert run.failure == "The shop refuses with status 500. Go on later: what was fetched is kept."
    server.asked.clear()
    again, _ = fetch(connection)
    assert (again.pk, again.state, again.records, server.asked) == (run.pk, "finished", 6, ["orders 2"])


def test_a_key_that_may_not_read_is_told(shop: Store, server: WordPress) -> None:
    connection = connect_wordpress(shop, server, consumer_secret="wrong")
    with pytest.raises(NoAccess, match="status 401"):
        check_access(connection=connection)
    run, slept = fetch(connection)
    assert (run.state, slept) == ("failed", [])
    assert "status 401" in run.failure


def test_a_shop_that_answers_is_told_too(shop: Store, server: WordPress) -> None:
    check_access(connection=connect_wordpress(shop, server))
    assert server.asked == ["products 1"]


def test_what_is_no_page_of_records_ends_the_run(shop: Store, server: WordPress) -> None:
    server.records["products"] = {"code": "surprise"}  # type: ignore[assignment]  # a shop may say anything
    server.troubles = [(200, {})]
    run, _ = fetch(connect_wordpress(shop, server))
    assert (run.state, run.failure.partition(".")[0]) == ("failed", "'products' is no list")


def test_private_addresses_are_not_called(shop: Store, server: WordPress, settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset()
    with pytest.raises(NoAccess, match="private address"):
        check_access(connection=connect_wordpress(shop, server))
    assert server.asked == []


def test_without_a_key_nobody_is_asked(shop: Store) -> None:
    for platform in ("shopify", "woocommerce", "standard"):
        with pytest.raises(NoAccess):
            start_backfill(connection=connect(shop, platform), by="olga", now=NOW)


def test_two_at_once_are_one(shop: Store, server: WordPress) -> None:
    connection = connect_wordpress(shop, server)
    first = start_backfill(connection=connection, by="olga", now=NOW)
    assert start_backfill(connection=connection, by="arne", now=NOW).pk == first.pk


def test_a_run_is_found_without_its_store(store: Store, server: WordPress) -> None:
    connection = connect_wordpress(store, server)
    with store_scope(store.pk):
        run = start_backfill(connection=connection, by="olga", now=NOW)
    assert backfill_by_id(row_id=run.pk).connection.source == "woo"
