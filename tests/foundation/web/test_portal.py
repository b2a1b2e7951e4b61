"""The shop's pages as an app: what describes it."""

from xml.etree import ElementTree as ET

import orjson
import pytest
from django.test import Client

from aftercare.foundation.stores.models import Store
from tests.factories import make_store
from tests.visiting import visitor


@pytest.fixture
def visit(store: Store) -> Client:
    return visitor()


def test_the_manifest_speaks_for_the_store_in_the_readers_language(visit: Client) -> None:
    answer = visit.get("/s/juniper/app.webmanifest", headers={"Accept-Language": "ar"})
    assert answer["Content-Type"] == "application/manifest+json"
    told = orjson.loads(answer.content)
    assert (told["name"], told["lang"], told["dir"]) == ("Juniper & Oak", "ar", "rtl")
    assert told["scope"] == told["start_url"] == "/s/juniper/"
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}


def test_the_sign_is_a_drawing_whatever_the_store_is_called(visit: Client) -> None:
    make_store(slug="odd", name="<script>alert(1)</script>", brand_color="#123456")
    drawing = visit.get("/s/odd/app.svg")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert ET.fromstring(drawing.content).tag.endswith("svg")
    assert b"&lt;" in drawing.content


def test_the_worker_sees_one_store_and_is_asked_for_anew(visit: Client) -> None:
    worker = visit.get("/s/juniper/worker.js")
    assert (worker["Content-Type"], worker["Cache-Control"]) == ("text/javascript", "no-cache")
    assert b'"home": "/s/juniper/"' in worker.content
    assert b"__TOLD__" not in worker.content


def test_every_page_names_manifest_and_worker(visit: Client) -> None:
    page = visit.get("/s/juniper/").content.decode()
    assert 'rel="manifest" href="/s/juniper/app.webmanifest"' in page
    assert 'data-worker="/s/juniper/worker.js"' in page


@pytest.mark.parametrize("path", ["app.webmanifest", "app.svg", "worker.js", "offline/"])
def test_of_a_store_that_is_not_there_is_nothing(visit: Client, path: str) -> None:
    assert visit.get(f"/s/nobody/{path}").status_code == 404
    assert visit.post(f"/s/juniper/{path}").status_code == 405
