"""The shop's pages as an app: described, and readable without a network."""

import re

import pytest
from playwright.sync_api import Page, expect

from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import announce, report, scan, shipment, tracking
from tests.factories import line_in, make_order, make_product
from tests.visiting import path_of

CONTROLLED = "() => navigator.serviceWorker.controller !== null"


@pytest.fixture
def order(shop):
    with store_scope(shop.pk):
        make_product(shop)
        order = make_order(shop, lines=[line_in(product="jug")])
    announce(shop, shipment(carrier_name="DHL", scans=[scan(1, "picked_up")]))
    return order


@pytest.fixture
def page(visit) -> Page:
    return visit().new_page()


def kept_on(page: Page) -> str:
    return page.locator("[data-offline]").inner_text()


def test_an_order_opened_before_can_be_read_without_a_network(order, shop, page):
    page.goto(path_of(order, shop))
    page.wait_for_function(CONTROLLED)
    page.reload()
    expect(page.locator("[data-offline]")).to_be_hidden()
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("On its way")
    expect(page.locator("[data-offline]")).to_be_visible()
    assert "This is what we knew on" in kept_on(page)
    assert re.search(r"20\d\d", kept_on(page))
    page.goto("/s/juniper/guides/")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no connection")
    page.context.set_offline(False)
    report(shop, tracking("p1", scan(20, "delivered", place="Berlin")))
    page.goto(path_of(order, shop))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delivered")


def test_a_link_that_opens_nothing_any_more_is_not_kept(order, shop, page):
    path = path_of(order, shop)
    page.goto(path)
    page.wait_for_function(CONTROLLED)
    page.reload()
    with store_scope(shop.pk):
        order.delete()
    page.goto(path)
    page.context.set_offline(True)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no connection")


def test_browsers_find_nothing_that_keeps_it_from_being_installed(order, shop, page):
    page.goto(path_of(order, shop))
    page.wait_for_function(CONTROLLED)
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    assert told["errors"] == []
    assert '"start_url": "/s/juniper/"' in told["data"]
    obstacles = {one["errorId"] for one in session.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert obstacles <= {"in-incognito"}, obstacles
