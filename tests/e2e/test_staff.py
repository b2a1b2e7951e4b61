"""A working day at the console, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.actions.publish import install_builtin_journeys
from aftercare.engagement.messaging.actions.templates import install_builtin_templates
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.e2e.barriers import barriers
from tests.e2e.signing_in import add_olga, sign_in
from tests.factories import NOW
from tests.staffing import live

Visit = Callable[..., BrowserContext]


@pytest.fixture
def orders(shop: Store) -> list[Order]:
    """Three orders with parcels, journeys and messages; Olga may sign in."""
    with store_scope(shop.pk):
        install_builtin_templates(store=shop, now=NOW)
        install_builtin_journeys(store=shop, now=NOW)
        add_olga(shop)
    return [live(shop, number) for number in (1, 2, 3)]


@pytest.fixture
def page(visit: Visit, orders: list[Order]) -> Page:
    """Olga, signed in. Whatever her browser complains of fails the test."""
    opened = visit(viewport={"width": 1440, "height": 900}).new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(opened)
    opened.complaints = complaints  # type: ignore[attr-defined]
    return opened


def test_from_a_question_to_its_answer(page: Page) -> None:
    """Sam calls: what did you write me?"""
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    page.keyboard.press("/")
    page.keyboard.type("1002", delay=20)
    page.locator("#suggestions").get_by_role("link", name="#1002").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#1002")
    page.get_by_role("link", name="Order confirmed").first.click()
    expect(page.get_by_text("Exactly as sent")).to_be_visible()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_role("link", name="Follow your order")).to_be_visible()
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_list_by_keyboard_alone(page: Page) -> None:
    page.goto("/console/juniper/orders/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"#100\d"))


def test_a_timeline_is_narrowed_in_place(page: Page, orders: list[Order]) -> None:
    page.goto(f"/console/juniper/orders/{orders[0].public_id}/")
    timeline = page.locator("#timeline")
    expect(timeline.get_by_text("Order placed")).to_be_visible()
    timeline.get_by_role("link", name="Parcels").click()
    expect(timeline.get_by_text("Order placed")).to_have_count(0)
    expect(timeline.get_by_text("Handed over, Berlin")).to_be_visible()


def test_a_colour_is_seen_while_it_is_chosen(page: Page) -> None:
    page.goto("/console/juniper/settings/look/")
    page.get_by_label("Brand colour").fill("#ffee00")
    expect(page.locator("#swatches")).to_contain_text("adjusted so that it can be read")


def test_a_token_is_made_and_works(page: Page) -> None:
    page.goto("/console/juniper/settings/tokens/")
    page.get_by_label("What it is for").fill("Shop connector")
    page.get_by_label("See orders").check()
    page.get_by_role("button", name="Make it").click()
    secret = page.get_by_role("button", name="Copy the token").get_attribute("data-copy")
    answer = page.request.get("/api/v1/orders", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status == 200
    assert len(answer.json()["items"]) == 3


def test_everything_without_scripts(visit: Visit, orders: list[Order]) -> None:
    page = visit(java_script_enabled=False).new_page()
    sign_in(page)
    page.goto("/console/juniper/orders/?q=%231003")
    page.get_by_role("link", name="#1003").click()
    page.get_by_role("link", name="Sam 1003").first.click()
    page.get_by_text("Note what they said").click()
    page.get_by_label("Kind of message").select_option("marketing")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("What was said, and where").fill("Told us on the phone")
    page.get_by_role("button", name="Note").click()
    expect(page.get_by_text("No to marketing by email (staff)")).to_be_visible()
    page.goto("/console/juniper/journeys/")
    page.get_by_role("link", name="Thank you, with a guide").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused").first).to_be_visible()


def everywhere(orders: list[Order]) -> list[str]:
    """A page of every kind."""
    base = "/console/juniper/"
    names = (
        "", "orders/", "customers/", "shipments/", "promises/", "products/", "messages/", "messages/templates/",
        "messages/blocked/", "journeys/", "guides/", "imports/", "system/", "system/subscribers/", "settings/", "settings/look/",
        "settings/hours/", "settings/staff/", "settings/tokens/", "settings/permissions/", "search/?q=sam",
        f"orders/{orders[0].public_id}/",
    )  # fmt: skip
    return [base + name for name in names]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_shuts_anybody_out(visit: Visit, orders: list[Order], scheme: str) -> None:
    page = visit(color_scheme=scheme, bypass_csp=True).new_page()
    sign_in(page)
    found = {}
    for path in everywhere(orders):
        page.goto(path)
        if serious := barriers(page, colours_only=scheme == "dark"):
            found[path] = serious
    assert found == {}


@pytest.mark.parametrize(("width", "locale"), [(390, "en"), (390, "ar"), (1440, "ar")])
def test_no_page_runs_over_its_edge(visit: Visit, orders: list[Order], width: int, locale: str) -> None:
    context = visit(viewport={"width": width, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    sign_in(page)
    context.add_cookies([{"name": "django_language", "value": locale, "url": page.url}])
    wide = {}
    for path in everywhere(orders):
        page.goto(path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[path] = over
    assert wide == {}
    assert complaints == []  # of the content policy, for one
