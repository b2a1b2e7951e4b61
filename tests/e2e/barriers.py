"""What keeps people out of a page: axe-core's serious and critical findings."""

from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.conftest import skip_loudly

_AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
# Frames hold previews of mail; style sheets are looked through for one rule only, which none of ours concerns.
_OPTIONS = {"resultTypes": ["violations"], "iframes": False, "preload": False}


def barriers(page: Page, *, colours_only: bool = False) -> list[tuple[str, list[str]]]:
    """Rules that the page breaks, with places; of a page checked in light already, the dark needs its colours checked."""
    if not _AXE.is_file():
        skip_loudly("No axe-core: run `npm ci` to check that pages are accessible.")
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    only = {"runOnly": ["color-contrast"]} if colours_only else {}
    found = page.evaluate("options => axe.run(options)", {**_OPTIONS, **only})
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
