"""A message edited in a real browser: with the mouse, by keyboard alone, without scripts, and by whoever cannot see it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from aftercare.engagement.messaging.actions.templates import install_builtin_templates
from aftercare.engagement.messaging.models import TemplateVersion
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.e2e.barriers import barriers
from tests.e2e.signing_in import add_olga, sign_in
from tests.factories import NOW
from tests.staffing import live

Visit = Callable[..., BrowserContext]
EDITOR = "/console/juniper/messages/templates/packed/en/"


@pytest.fixture
def editor(shop: Store) -> str:
    """The address of the editor of "Packed", in a shop with an order."""
    with store_scope(shop.pk):
        install_builtin_templates(store=shop, now=NOW)
        add_olga(shop)
    live(shop, 1)
    return EDITOR


def live_subject(store: Store) -> str:
    with store_scope(store.pk):
        return TemplateVersion.objects.get(key="packed", locale="en", is_live=True).subject


def test_words_are_written_seen_and_published(visit: Visit, editor: str, shop: Store) -> None:
    page = visit(viewport={"width": 1440, "height": 900}).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    sign_in(page)
    page.goto(editor)
    frame = page.frame_locator("#preview iframe")
    expect(frame.get_by_text("Packed and ready to go")).to_be_visible()
    page.get_by_label("Heading").fill("Almost on its way, ")
    page.get_by_label("Heading").press("End")
    page.get_by_text("What it can fill in").click()
    page.get_by_role("button", name="Copy customer.first_name").click()
    expect(page.get_by_label("Heading")).to_have_value("Almost on its way, {{ customer.first_name }}")
    page.get_by_label("Subject").fill("{{ order.numbr }} is packed")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.locator("#part-subject")).to_contain_text("Did you mean “number”?")
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()
    page.get_by_label("Subject").fill("{{ order.number }} is packed")
    page.get_by_role("button", name="Keep the draft").click()
    expect(frame.get_by_text("Almost on its way, Sam")).to_be_visible()
    expect(page.get_by_role("group", name="As the inbox shows it")).to_contain_text("#1001 is packed")
    page.get_by_role("link", name="Phone").click()
    expect(page.locator("#preview iframe")).to_have_css("width", "375px")
    page.get_by_role("link", name="Dark").click()
    expect(frame.get_by_text("Almost on its way, Sam")).to_be_visible()
    page.get_by_label("What changed, and why").fill("Warmer")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Version 2 is live.")).to_be_visible()
    assert live_subject(shop) == "{{ order.number }} is packed"
    page.get_by_role("link", name="Versions").click()
    expect(page.locator("ins").first).to_have_text("{{ order.number }} is packed")
    assert complaints == []


def test_a_problem_of_the_source_leads_to_its_line(visit: Visit, editor: str) -> None:
    page = visit(viewport={"width": 1440, "height": 900}).new_page()
    sign_in(page)
    page.goto(editor)
    page.get_by_text("More than words").click()
    page.get_by_role("button", name="Go on with the source").click()
    area = page.get_by_label("Source (MJML and Liquid)")
    area.fill("<mjml>\n<mj-body>\n<mj-sectoin></mj-sectoin>\n</mj-body>\n</mjml>")
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("link", name="Line 3, column 1:").click()
    expect(area).to_be_focused()
    assert (
        area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == "<mj-sectoin></mj-sectoin>"
    )


def test_by_keyboard_alone_and_without_scripts_on_a_telephone(visit: Visit, editor: str, shop: Store) -> None:
    page = visit(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    sign_in(page)
    page.goto(editor)
    page.get_by_label("Subject").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Packed, {{ customer.first_name }}")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The draft is kept.")).to_be_visible()
    page.get_by_role("button", name="Publish").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Version 2 is live.")).to_be_visible()
    assert live_subject(shop) == "Packed, {{ customer.first_name }}"


PAGES = (
    "packed/en/", "packed/en/?part=text", "on_its_way/ar/?beside=de", "thank_you/de/?width=phone&scheme=dark",
    "packed/en/versions/", "packed/en/versions/?from=1&to=builtin", "",
)  # fmt: skip


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_the_editor_shuts_nobody_out(visit: Visit, editor: str, scheme: str, width: int) -> None:
    page = visit(color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 844}).new_page()
    sign_in(page)
    page.goto(editor)
    page.get_by_label("Text", exact=True).fill("Sehr geehrte {{ custmer.name }}\n\n{nonsense}\n\n{% if %}")
    page.get_by_role("button", name="Keep the draft").click()
    found = {}
    for path in PAGES:
        page.goto(f"/console/juniper/messages/templates/{path}")
        serious = barriers(page, colours_only=scheme == "dark")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if serious or over > 0:
            found[path] = over, serious
    assert found == {}
