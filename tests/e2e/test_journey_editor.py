"""A journey edited in a real browser: with the mouse, by keyboard alone, and without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aftercare.engagement.journeys.actions.publish import install_builtin_journeys
from aftercare.engagement.journeys.models import Journey, Version
from aftercare.engagement.messaging.actions.templates import install_builtin_templates
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.e2e.barriers import barriers
from tests.e2e.signing_in import add_olga, sign_in
from tests.factories import NOW
from tests.staffing import live

Visit = Callable[..., BrowserContext]


@pytest.fixture
def editor(shop: Store) -> str:
    """The address of the editor of "Thank you", in a shop where one order is on it."""
    with store_scope(shop.pk):
        install_builtin_templates(store=shop, now=NOW)
        install_builtin_journeys(store=shop, now=NOW)
        add_olga(shop)
    live(shop, 1)
    with store_scope(shop.pk):
        public_id = Journey.objects.get(key="thank-you").public_id
    return f"/console/juniper/journeys/{public_id}/edit/"


def steps_of(store: Store) -> list[str]:
    with store_scope(store.pk):
        live_version = Version.objects.get(journey__key="thank-you", is_live=True)
        return [step["id"] for step in live_version.definition["steps"]]


def add_a_wait(page: Page) -> None:
    page.get_by_role("link", name="Wait For some days").click()
    page.get_by_label("Hours").fill("6")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#step-wait")).to_contain_text("Wait 6 hours")


def test_a_step_is_added_in_place_moved_and_published(visit: Visit, editor: str, shop: Store) -> None:
    page = visit(viewport={"width": 1440, "height": 900}).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    sign_in(page)
    page.goto(editor)
    expect(page.locator("#preview")).to_contain_text("It has not happened yet")
    page.get_by_role("link", name="Add a step below step 3").click()
    expect(page.get_by_role("heading", name="What happens here?")).to_be_visible()
    expect(page.locator("#preview")).to_be_visible()  # opened in place: the rest of the page stays
    add_a_wait(page)
    page.get_by_role("button", name="Move step 4 down").click()
    expect(page.locator("#step-wait")).to_contain_text("5Wait 6 hours")
    expect(page.locator("#preview")).to_contain_text("Wait 6 hours")
    page.get_by_label("What changed, and why").fill("Not too early")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 2 is live.")).to_be_visible()
    assert steps_of(shop) == ["arrival", "never_arrived", "settle", "morning", "wait", "send"]
    page.get_by_role("link", name="All, compared").click()
    expect(page.locator("ins")).to_have_text(["Wait 6 hours"])
    assert complaints == []


def test_a_step_by_keyboard_alone(visit: Visit, editor: str) -> None:
    page = visit(viewport={"width": 1440, "height": 900}).new_page()
    sign_in(page)
    page.goto(editor)
    page.get_by_role("link", name="Add a step below step 3").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#opened a").first).to_be_focused()
    page.get_by_role("link", name="Wait For some days").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Days")).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator("#step-wait")).to_contain_text(re.compile("Wait (3|30|03) days"))
    page.get_by_role("link", name="Edit step 1").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#opened input[type=checkbox]").first).to_be_focused()
    page.get_by_role("link", name="Cancel").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#opened")).to_have_count(0)


def test_without_scripts_on_a_telephone(visit: Visit, editor: str, shop: Store) -> None:
    page = visit(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    sign_in(page)
    page.goto(editor)
    page.get_by_role("link", name="Add a step below step 3").click()
    add_a_wait(page)
    page.get_by_role("link", name="Edit step 4").click()
    page.get_by_label("Hours").fill("0")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("A wait lasts at least a minute.")).to_be_visible()
    page.get_by_label("Days").fill("1")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#step-wait")).to_contain_text("Wait 1 day")
    page.get_by_role("button", name="Remove step 4").click()
    page.get_by_role("link", name="Change what starts it").click()
    page.get_by_label("Again after, in days").fill("90")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#begin")).to_contain_text("again after 90 days")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 2 is live.")).to_be_visible()
    assert steps_of(shop) == ["arrival", "never_arrived", "settle", "morning", "send"]


def test_two_who_edit_at_once(visit: Visit, editor: str) -> None:
    first, second = (visit().new_page() for _ in range(2))
    for page in (first, second):
        sign_in(page)
        page.goto(f"{editor}?edit=settle")
    first.get_by_label("Days").fill("3")
    first.get_by_role("button", name="Keep it").click()
    expect(first.locator("#step-settle")).to_contain_text("Wait 3 days")
    second.get_by_label("Days").fill("5")
    second.get_by_role("button", name="Keep it").click()
    expect(second.get_by_role("alert")).to_contain_text("Olga has changed this draft meanwhile.")
    expect(second.get_by_label("Days")).to_have_value("5")
    second.get_by_role("button", name="Keep it").click()
    expect(second.locator("#step-settle")).to_contain_text("Wait 5 days")


PAGES = (
    "edit/", "edit/?edit=arrival", "edit/?edit=send", "edit/?add=settle", "edit/?add=&kind=split",
    "edit/?condition_at=0", "edit/?entry", "edit/?remove=arrival", "edit/?name", "versions/", "",
)  # fmt: skip


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_the_editor_shuts_nobody_out(visit: Visit, editor: str, scheme: str, width: int) -> None:
    page = visit(color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 844}).new_page()
    sign_in(page)
    page.goto(f"{editor}?edit=settle")
    page.get_by_label("Days").fill("3")
    page.get_by_role("button", name="Keep it").click()
    found = {}
    for path in [editor.removesuffix("edit/") + more for more in PAGES] + ["/console/juniper/journeys/new/"]:
        page.goto(path)
        serious = barriers(page, colours_only=scheme == "dark")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if serious or over > 0:
            found[path] = over, serious
    assert found == {}
