"""Olga at the door of her shop's console."""

from playwright.sync_api import Page

from aftercare.foundation.staff.actions import add_staff
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from tests.factories import NOW

EMAIL, PASSWORD = "olga@juniper.example", "correct horse battery"


def add_olga(store: Store) -> None:
    """Let her in as the owner; the store's scope is open."""
    add_staff(store=store, email=EMAIL, name="Olga", role=Role.OWNER, password=PASSWORD, now=NOW)


def sign_in(page: Page) -> None:
    """As Olga, until her shop's first page is there."""
    page.goto("/console/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console/juniper/")
