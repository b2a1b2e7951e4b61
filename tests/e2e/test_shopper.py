"""A shopper's way: from the look-up to the order, its news as they happen, the tracking number, and the guide."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import announce, report, scan, shipment, tracking
from tests.engagement.content.guides import make_guide
from tests.factories import line_in, make_order, make_product
from tests.visiting import path_of


@pytest.fixture
def order(shop):
    """A filter jug in a parcel that the carrier has."""
    with store_scope(shop.pk):
        product = make_product(shop)
        make_guide(shop, product_ids=(product.pk,))
        order = make_order(shop, lines=[line_in(product="jug")])
    announce(shop, shipment(carrier_name="DHL", scans=[scan(1, "picked_up")]))
    return order


def look_up(page: Page) -> None:
    page.goto("/s/juniper/")
    page.get_by_label("Order number").fill("1042")
    page.get_by_label("E-mail").fill("sam@example.com")
    page.get_by_role("button", name="Show my order").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("On its way")


def wait_for_stream(page: Page) -> None:
    """Until the page hears of changes."""
    expect(page.locator("html")).to_have_attribute("data-heard", "open")


WATCH_STREAMS = """
    const Original = EventSource;
    window.EventSource = class extends Original {
        constructor(...given) {
            super(...given);
            this.addEventListener("open", () => { document.documentElement.dataset.heard = "open"; });
        }
    };
"""


def test_with_scripts(order, shop, visit):
    context = visit()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script(WATCH_STREAMS)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))

    look_up(page)
    wait_for_stream(page)
    page.evaluate("window.sameDocument = true")
    report(shop, tracking("p1", scan(20, "delivered", place="Berlin")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Delivered Tuesday, 17 November")
    assert page.evaluate("window.sameDocument") is True

    page.get_by_role("button", name="Copy tracking number").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "PPP1DE"

    page.get_by_role("link", name="Care guide").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The jug on its first day")
    assert problems == []


def test_without_scripts(order, shop, visit):
    page = visit(java_script_enabled=False).new_page()

    look_up(page)
    expect(page.get_by_text("PPP1DE")).to_be_visible()
    report(shop, tracking("p1", scan(20, "delivered", place="Berlin")))
    page.get_by_role("link", name="Look for news").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delivered Tuesday, 17 November")

    page.get_by_text("Items and amounts").click()
    expect(page.get_by_text("€39.80")).to_be_visible()
    page.get_by_role("link", name="Care guide").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The jug on its first day")


def focused(page: Page) -> str:
    """The name of what the keyboard is on; it can be seen there."""
    found = page.evaluate(
        """() => {
            const element = document.activeElement, style = getComputedStyle(element);
            const label = element.labels?.[0] ?? element;
            const name = element.getAttribute("aria-label") || label.innerText || element.name || "";
            return [name.trim().split("\\n")[0], style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0];
        }"""
    )
    assert found[1], f"nobody sees that the keyboard is on '{found[0]}'"
    return str(found[0])


def tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page).startswith(name):
            return
    pytest.fail(f"the keyboard does not get to '{name}'")


def test_by_keyboard_alone(order, shop, visit):
    context = visit()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/s/juniper/")

    page.keyboard.press("Tab")
    assert focused(page) == "Skip to content"
    page.keyboard.press("Enter")
    tab_to(page, "Order number")
    page.keyboard.type("#1042")
    tab_to(page, "E-mail")
    page.keyboard.type("sam@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("On its way")

    tab_to(page, "Copy tracking number")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    tab_to(page, "Items and amounts")
    page.keyboard.press("Enter")
    expect(page.get_by_text("€39.80")).to_be_visible()
    tab_to(page, "Care guide")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The jug on its first day")


def test_news_leave_open_what_was_opened_and_the_keyboard_where_it_was(order, shop, visit):
    page = visit().new_page()
    page.add_init_script(WATCH_STREAMS)
    page.goto(path_of(order, shop))
    wait_for_stream(page)
    page.get_by_text("Items and amounts").click()
    copy = page.get_by_role("button", name="Copy tracking number")
    copy.focus()

    report(shop, tracking("p1", scan(9, "in_transit", text="Left the depot"), scan(8, "in_transit", text="Arrived")))
    expect(page.get_by_text("Left the depot")).to_be_visible()

    expect(page.get_by_text("€39.80")).to_be_visible()
    expect(copy).to_be_focused()


def test_without_a_stream_the_page_looks_again_every_minute(order, shop, site, visit):
    page = visit().new_page()
    page.clock.install()
    page.route(f"{site.live_url}/**", lambda route: route.abort())
    page.goto(path_of(order, shop))
    report(shop, tracking("p1", scan(20, "delivered")))

    page.clock.run_for(30_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("On its way")
    page.clock.run_for(95_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Delivered Tuesday, 17 November")


def test_a_link_stays_out_of_other_sites_logs(order, shop, site, visit):
    page = visit().new_page()
    with page.expect_request(f"{site.live_url}/**") as asked:
        page.goto(path_of(order, shop))

    assert "referer" not in asked.value.all_headers()


def test_the_language_can_be_changed(order, shop, visit):
    page = visit(java_script_enabled=False).new_page()
    path = path_of(order, shop)
    page.goto(path)
    page.locator("summary", has_text="Language").click()
    page.get_by_role("button", name="Deutsch").click()

    assert page.locator("html").get_attribute("lang") == "de"
    assert urlsplit(page.url).path == path
