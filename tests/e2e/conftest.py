"""A browser, and a shop to visit with it."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from aftercare.foundation.events.runner import install_cursors
from aftercare.foundation.stores.models import Store
from tests import factories
from tests.e2e.site import BUILT, Site, running_site

# Playwright keeps an event loop in this thread, and Django then takes every query for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

NewContext = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)


def skip_loudly(why: str) -> NoReturn:
    """A test that is skipped in silence is one nobody misses."""
    print(f"\n{'!' * 100}\n!! {why}\n{'!' * 100}")  # noqa: T201 -- besides the line in the summary
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without a window."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        skip_loudly("No browser: install chromium to run the end-to-end tests.")
    if not (BUILT / "portal.css").is_file():
        skip_loudly("No style sheets: run `.venv/bin/python frontend/build.py`.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[Site]:
    """The product, running."""
    with running_site() as running:
        yield running


@pytest.fixture
def shop(transactional_db: None, site: Site) -> Store:
    """Juniper & Oak, open for visitors, with the worker listening from now on."""
    install_cursors(now=factories.NOW)
    return factories.make_store(support_email="hello@juniper.example")


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[NewContext]:
    """Makes a fresh browser profile on the site: `visit(java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []

    def new_context(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=site.url, locale=options.pop("locale", "en"), **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context

    yield new_context
    for context in contexts:
        context.close()
