"""The story in pictures. See `__main__`."""

import os
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from aftercare.care.incidents.models import Incident, MassIncident
from aftercare.engagement.messaging.models import Message
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.events.timelines import read
from aftercare.foundation.staff.actions import add_staff
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import MONDAY, hours
from tests.config.silence import FOUND, LOST, SILENT, at, log_of, open_shop, order_of, scanned, send_parcels, thank
from tests.e2e.site import running_site
from tests.staffing import Staff
from tests.visiting import path_of

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in this thread
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
Shot = tuple[str, str, dict[str, int]]


class Album:
    """Pictures of pages, each as it is at a moment of the story."""

    def __init__(self, browser: Browser, folder: Path, session: str) -> None:
        self._browser, self._folder, self._session = browser, folder, session

    def take(self, moment: datetime, *shots: Shot) -> None:
        """Start the pages at this moment, and take each by its name, path and width."""
        os.environ["AFTERCARE_CLOCK"] = f"{datetime.now(UTC).isoformat()}={moment.isoformat()}@1"
        with running_site(loops="none") as site:
            for name, path, size in shots:
                context = self._browser.new_context(base_url=site.url, viewport=size, locale="en")  # type: ignore[arg-type]
                context.add_cookies([{"name": "sessionid", "value": self._session, "url": site.url}])
                page = context.new_page()
                answer = page.goto(path, wait_until="networkidle")
                assert answer is not None, path
                assert answer.ok, f"{path}: {answer.status}"
                page.screenshot(path=self._folder / f"{name}.png", full_page=True)
                context.close()
        del os.environ["AFTERCARE_CLOCK"]


def tell(folder: Path) -> None:
    """The whole story, of a shop with one parcel and of one with two hundred."""
    shop, busy = open_shop(), open_shop("willow")
    olga = Staff(shop)
    with store_scope(busy.pk):
        add_staff(store=busy, email=olga.user.email, role=Role.OWNER, now=MONDAY)
    session = olga.client.cookies["sessionid"].value
    with at(MONDAY):
        (number,) = send_parcels(shop)
        numbers = send_parcels(busy, 200, customers=150)
    with at(hours(5)):
        for store, known in ((shop, [number]), (busy, numbers)):
            scanned(store, known, status="in_transit", place="Leipzig", when=hours(4))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        album = Album(browser, folder, session)
        page = path_of(order_of(shop), shop)
        album.take(hours(5), ("1-under-way", page, PHONE))
        with at(SILENT):
            pass
        with at(hours(74)):
            thank(shop)
        album.take(hours(74), *_silent(olga, page), *_many(busy, olga))
        with at(LOST):
            pass
        album.take(LOST, ("3-lost", page, PHONE), ("3-today", olga.url("today"), DESK), _incident("3", olga))
        with at(FOUND):
            for store, known in ((shop, [number]), (busy, numbers)):
                scanned(store, known, status="in_transit", place="Berlin", when=FOUND)
        album.take(FOUND, ("4-found", page, PHONE), _message("4", olga, "incident_recovered"), _incident("4", olga))
        browser.close()
    _print_log(shop)
    print("\nOf 200 parcels of 150 customers:", dict(Counter(log_of(busy))))  # noqa: T201 -- what it is for


def _silent(olga: Staff, page: str) -> list[Shot]:
    return [
        ("2-silent", page, PHONE), ("2-today", olga.url("today"), DESK), _incident("2", olga),
        _message("2", olga, "incident_opened"), ("2-parcels", olga.url("shipments"), DESK),
        ("2-what-waits", olga.url("message", _message_id(olga.store, "thank_you")), DESK),
    ]  # fmt: skip


def _many(busy: Store, olga: Staff) -> list[Shot]:
    with store_scope(busy.pk):
        mass = MassIncident.objects.get()
    where = f"/console/{busy.slug}"
    there = path_of(order_of(busy), busy)
    message = _message_id(busy, "mass_incident")
    return [
        ("5-many-page", there, PHONE), ("5-many-today", f"{where}/", DESK),
        ("5-many-incidents", olga.url("incidents").replace(f"/{olga.store.slug}/", f"/{busy.slug}/"), DESK),
        ("5-many", f"{where}/incidents/mass/{mass.public_id}/", DESK),
        ("5-many-message", f"{where}/messages/{message}/html/", PHONE),
    ]  # fmt: skip


def _incident(step: str, olga: Staff) -> Shot:
    with store_scope(olga.store.pk):
        return f"{step}-incident", olga.url("incident", Incident.objects.get().public_id), DESK


def _message(step: str, olga: Staff, kind: str) -> Shot:
    return f"{step}-message", olga.url("message_html", _message_id(olga.store, kind)), PHONE


def _message_id(store: Store, kind: str) -> str:
    with store_scope(store.pk):
        return Message.objects.filter(message_type=kind).order_by("id")[0].public_id


def _print_log(store: Store) -> None:
    with store_scope(store.pk):
        rows = list(EventRow.objects.order_by("tx", "seq"))
        for row, entry in zip(rows, read(rows, store=store), strict=True):
            print(f"{row.recorded_at:%a %d %b %H:%M}  {row.type:26} {entry.text}")  # noqa: T201 -- what it is for
