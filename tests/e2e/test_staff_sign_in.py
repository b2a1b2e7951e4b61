"""Signing in to the console in a real browser: passkeys, the app on the phone, and an invitation."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, expect

from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.e2e.barriers import barriers
from tests.e2e.signing_in import EMAIL, PASSWORD, add_olga
from tests.e2e.site import Site

Visit = Callable[..., BrowserContext]


class Olga:
    """Olga's browser, whose machine has a chip for passkeys that knows her finger."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        devtools = context.new_cdp_session(self.page)
        devtools.send("WebAuthn.enable")
        chip = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": chip})

    def go(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def arrives(self, path: str) -> None:
        self.page.wait_for_url(f"{self.origin}{path}")

    def give_password(self) -> None:
        self.go("/accounts/login/")
        self.page.get_by_label("Email").fill(EMAIL)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")

    def confirm_password(self) -> None:
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Confirm")

    def sign_out(self) -> None:
        self.go("/accounts/logout/")
        self.press("Sign out")
        self.page.wait_for_load_state()


@pytest.fixture
def olga(visit: Visit, shop: Store, site: Site) -> Olga:
    """On localhost, for browsers give passkeys to no bare address."""
    with store_scope(shop.pk):
        add_olga(shop)
    return Olga(visit(viewport={"width": 1280, "height": 900}), site.url.replace("127.0.0.1", "localhost"))


def test_a_passkey_is_set_up_and_then_enough_alone(olga: Olga) -> None:
    olga.give_password()
    olga.arrives("/console/juniper/")
    olga.go("/accounts/2fa/")
    olga.page.get_by_role("link", name="Add a passkey").click()
    olga.confirm_password()
    olga.page.get_by_label("Name").fill("Laptop")
    olga.press("Go on")
    olga.arrives("/accounts/2fa/recovery-codes/")
    expect(olga.page.locator("main li")).to_have_count(10)
    expect(olga.page.get_by_role("button", name="Print")).to_be_visible()
    with olga.page.expect_download() as download:
        olga.page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "recovery-codes.txt"

    olga.sign_out()
    olga.go("/accounts/login/")
    olga.press("Sign in with a passkey")
    olga.arrives("/console/juniper/")
    olga.go("/accounts/2fa/")
    expect(olga.page.get_by_text("Laptop")).to_be_visible()
    expect(olga.page.locator("main")).to_contain_text("Enough alone · last used just now")

    olga.sign_out()
    olga.give_password()
    olga.press("Use a passkey")
    olga.arrives("/console/juniper/")
    assert olga.complaints == []  # of the content policy, for one


def test_a_passkey_is_renamed_and_removed_only_by_who_proves_to_be_there(olga: Olga) -> None:
    olga.give_password()
    olga.go("/accounts/2fa/webauthn/add/")
    olga.confirm_password()
    olga.press("Go on")
    olga.arrives("/accounts/2fa/recovery-codes/")
    olga.go("/accounts/2fa/")
    olga.page.get_by_role("link", name=re.compile("^Rename")).click()
    olga.page.get_by_label("Name").fill("Old laptop")
    olga.press("Save")
    olga.arrives("/accounts/2fa/")
    olga.page.get_by_role("link", name="Remove Old laptop").click()
    olga.press("Remove")
    olga.arrives("/accounts/2fa/")
    expect(olga.page.get_by_text("Old laptop")).to_have_count(0)
    expect(olga.page.get_by_text("The passkey is removed.")).to_be_visible()
    olga.sign_out()
    olga.give_password()
    olga.arrives("/console/juniper/")
    assert olga.complaints == []


def test_the_app_is_set_up_by_its_picture_and_asked_for(olga: Olga) -> None:
    olga.give_password()
    olga.go("/accounts/2fa/totp/activate/")
    olga.confirm_password()
    picture = olga.page.get_by_alt_text("Code to be scanned by your app")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0"), "drawn, under the content policy"
    olga.page.get_by_text("The app cannot scan?").click()
    secret = olga.page.locator("[data-copy]").get_attribute("data-copy") or ""
    olga.page.get_by_label("Authenticator code").fill(_code_of(secret))
    olga.press("Turn it on")
    olga.arrives("/accounts/2fa/recovery-codes/")
    code = olga.page.locator("main li").first.inner_text()
    olga.sign_out()
    olga.give_password()
    olga.page.get_by_label("Code").fill("000000")
    olga.press("Sign in")
    expect(olga.page.get_by_text("Incorrect code.")).to_be_visible()
    olga.page.get_by_label("Code").fill(code)
    olga.press("Sign in")
    olga.arrives("/console/juniper/")
    assert olga.complaints == []


def test_whoever_is_invited_joins_and_must_set_up_what_the_store_asks_for(olga: Olga, visit: Visit) -> None:
    olga.give_password()
    olga.go("/accounts/2fa/webauthn/add/")
    olga.confirm_password()
    olga.press("Go on")
    olga.arrives("/accounts/2fa/recovery-codes/")
    olga.go("/console/juniper/settings/staff/")
    olga.page.get_by_label("Everyone needs a second factor").check()
    olga.press("Save")
    olga.page.get_by_label("E-mail").fill("arne@juniper.example")
    olga.press("Invite")
    link = olga.page.locator("[data-copy]").get_attribute("data-copy") or ""

    arne = Olga(visit(viewport={"width": 390, "height": 844}), olga.origin)
    arne.go("/accounts/invitation/" + link.partition("/accounts/invitation/")[2])
    arne.page.get_by_label("Your name").fill("Arne")
    arne.page.get_by_label("Password").fill("juniper and oak")
    arne.press("Join")
    expect(arne.page.get_by_text("which others know of you")).to_be_visible()
    arne.page.get_by_label("Password").fill("nine geese on ice")
    arne.press("Join")
    arne.arrives("/accounts/2fa/")
    expect(arne.page.get_by_text("Juniper & Oak asks everyone for a second factor")).to_be_visible()
    arne.page.get_by_role("link", name="Add a passkey").click()
    arne.page.get_by_label("Password").fill("nine geese on ice")
    arne.press("Confirm")
    arne.press("Go on")
    arne.arrives("/accounts/2fa/recovery-codes/")
    arne.page.get_by_role("link", name="I have kept them").click()
    arne.arrives("/console/juniper/")

    olga.go("/console/juniper/settings/audit/")
    for told in ("Works here now", "Invitation sent", "Settings changed", "Second factor added"):
        expect(olga.page.locator("main")).to_contain_text(told)
    assert olga.complaints == []
    assert [said for said in arne.complaints if "422" not in said] == []


def test_pages_about_signing_in_have_no_barriers_and_no_sideways_scroll(olga: Olga) -> None:
    olga.give_password()
    olga.go("/accounts/2fa/totp/activate/")
    olga.confirm_password()
    paths = [
        "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/password/change/",
        "/console/juniper/settings/staff/", "/console/juniper/settings/tokens/", "/console/juniper/settings/audit/",
        "/console/juniper/settings/permissions/", "/console/juniper/settings/sign-ins/",
    ]  # fmt: skip
    for path in paths:
        olga.go(path)
        assert barriers(olga.page) == [], path
        olga.page.set_viewport_size({"width": 390, "height": 844})
        width = olga.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, path
        olga.page.set_viewport_size({"width": 1280, "height": 900})


def _code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(clock.now().timestamp()) // 30))
