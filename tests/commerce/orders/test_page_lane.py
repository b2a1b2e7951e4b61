"""The shorter way to an order's page: the very page that the longer one draws, and drawn anew once anything has changed."""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders import page_lane, page_rows
from aftercare.commerce.orders.models import Fulfilment, Line, Order, Refund
from aftercare.commerce.orders.showing import ShownOrder
from aftercare.commerce.shipments.models import Scan, Shipment
from aftercare.config.wsgi import _pages
from aftercare.engagement.content.models import Guide, GuideProduct
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.versions import tables_in
from aftercare.foundation.stores.actions import change_store
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web import panels
from tests.commerce.shipments.parcels import announce, report, scan, shipment, tracking
from tests.engagement.content.guides import make_guide
from tests.factories import NOW, line_in, make_order, make_product, make_store
from tests.visiting import path_of

# Either way ends by giving the connection back, and a transaction around the test with it.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("frozen")]
_OWN = re.compile(r'(csrfmiddlewaretoken" value="|nonce-|nonce="|/live/orders/|csrftoken=)[^"\'; ]*')
Told = tuple[dict[str, str], str]


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> Iterator[None]:
    page_lane._shelf.clear()
    yield
    page_lane._shelf.clear()


@pytest.fixture
def order(shop: Store) -> Order:
    """An order with one of everything that its page shows."""
    product = make_product(shop)
    lines = [line_in(id="1", product="jug", title='Krug "groß" <b>💐'), line_in(id="2"), line_in(id="3")]
    parts = [
        {"id": "f", "lines": [{"line": "1", "quantity": 1}]},
        {"id": "g", "kind": "pickup", "lines": [{"line": "2", "quantity": 1}]},
    ]
    refunds = [{"id": "r", "amount": "5.00", "at": NOW - timedelta(days=1)}]
    order = make_order(
        shop, lines=lines, total="109.60", fulfilments=parts, refunds=refunds, placed_at=NOW - timedelta(days=3),
        customer={"id": "7", "email": "sam@example.com"},
    )  # fmt: skip
    make_guide(shop, product_ids=(product.pk,))
    announce(shop, shipment(fulfilment="f", tracking_url="https://example.com/p1"))
    report(shop, tracking("p1", scan(50, "picked_up", place="Köln"), scan(145, "in_transit", text="L'étape <1>")))
    return order


def environ(path: str, **more: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(b""),
        "HTTP_HOST": "localhost", **more,
    }  # fmt: skip


def shorter(given: dict[str, Any]) -> Told | None:
    said: list[Any] = []
    body = page_lane.visit(given, lambda *told: said.append(told))
    assert bool(said) == (body is not None)
    return None if body is None else _heard(said, body)


def longer(given: dict[str, Any]) -> Told:
    said: list[Any] = []
    body = _pages(given, page_lane.learning(given, lambda *told: said.append(told)))
    return _heard(said, body)


def _heard(said: list[Any], body: Any) -> Told:
    status, headers = said[0]
    assert status.startswith("200"), status
    told = dict(headers)
    assert len(told) == len(headers), "no header is said twice"
    content = b"".join(body)
    assert told["Content-Length"] == str(len(content))
    if told.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return told, content.decode()


def visited(path: str, **more: Any) -> str:
    """What a visitor reads, whichever way it took."""
    given = environ(path, **more)
    return (shorter(given) or longer(given))[1]


def is_kept(path: str, **more: Any) -> bool:
    return shorter(environ(path, **more)) is not None


def without_own(told: Told) -> Told:
    """Without what is one visit's own: random, or said by the length of the random."""
    headers = {name: _OWN.sub(r"\1", value) for name, value in told[0].items()}
    return {**headers, "X-Request-Id": "", "Content-Length": ""}, _OWN.sub(r"\1", told[1])


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"HTTP_ACCEPT_LANGUAGE": "de"}, {"HTTP_ACCEPT_LANGUAGE": "ar;q=0.9, nn"}, {"HTTP_COOKIE": "theme=dark"},
        {"HTTP_COOKIE": "django_language=fr; csrftoken=" + "a" * 32}, {"HTTP_COOKIE": "csrftoken=wrong"},
        {"HTTP_ACCEPT_ENCODING": "br, gzip"}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_HX_REQUEST": "no"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("reader", ["buyer", "recipient"])
def test_it_is_the_page_that_the_longer_way_draws(
    shop: Store, order: Order, reader: str, asked: dict[str, str]
) -> None:
    path = path_of(order, shop, for_recipient=reader == "recipient")
    plain = longer(environ(path, **asked))
    given = environ(path, **asked)
    assert shorter(given) is None
    first = longer(given)
    again = shorter(environ(path, **asked))
    assert again
    for told in (first, again):
        for mine, its in zip(without_own(told), without_own(plain), strict=True):
            assert mine == its
    assert "\0" not in again[1]


def test_what_is_a_visits_own_is_its_own(shop: Store, order: Order) -> None:
    path = path_of(order, shop)
    visited(path)
    one, other = shorter(environ(path)), shorter(environ(path))
    assert one
    assert other
    for told in (one, other):
        nonce = re.search(r'<style nonce="([^"]{20,})"', told[1])
        assert nonce
        assert f"'nonce-{nonce[1]}'" in told[0]["Content-Security-Policy"]
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', told[1])
        assert token
        request = HttpRequest()
        request.COOKIES = {name: morsel.value for name, morsel in SimpleCookie(told[0]["Set-Cookie"]).items()}
        request.META, request.method = {"HTTP_X_CSRFTOKEN": token[1], "SERVER_NAME": "x", "SERVER_PORT": "80"}, "POST"
        checked = CsrfViewMiddleware(lambda _: HttpResponse())
        checked.process_request(request)
        assert checked.process_view(request, lambda: None, (), {}) is None, "its token is taken with its cookie"
    assert _OWN.findall(one[1]) == _OWN.findall(other[1])
    assert one[1] != other[1]


def test_a_kept_page_takes_one_query(shop: Store, order: Order, django_assert_num_queries) -> None:
    path = path_of(order, shop)
    visited(path)
    with django_assert_num_queries(1):
        assert is_kept(path)


CHANGES: dict[str, Callable[[Store], object]] = {
    "a scan": lambda shop: report(shop, tracking("p1", scan(145.5, "out_for_delivery"))),
    "another parcel": lambda shop: announce(shop, shipment("p2", fulfilment="f")),
    "a scan's words": lambda _: Scan.objects.update(text="Left Leipzig"),
    "a scan that goes": lambda _: Scan.objects.filter(status="picked_up").delete(),
    "a parcel": lambda _: Shipment.objects.update(carrier_name="Another"),
    "the order": lambda _: Order.objects.update(number="#7"),
    "a line": lambda _: Line.objects.filter(external_id="2").update(title="Another"),
    "a fulfilment": lambda _: Fulfilment.objects.filter(kind="pickup").update(status="ready"),
    "a refund": lambda _: Refund.objects.update(amount=700),
    "the customer's zone": lambda _: Customer.objects.update(time_zone="Asia/Tokyo"),
    "a guide": lambda _: Guide.objects.update(title="Another"),
    "a guide's product": lambda _: GuideProduct.objects.all().delete(),
    "the brand": lambda shop: change_store(store=shop, brand_color="#aa0000"),
    "the store's language": lambda shop: change_store(store=shop, locale="de"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_by_the_next_visit(shop: Store, order: Order, change: str) -> None:
    path = path_of(order, shop)
    before = visited(path)
    assert is_kept(path)
    CHANGES[change](shop)
    assert not is_kept(path), change
    assert visited(path) != before
    assert is_kept(path)


def test_what_it_reads_has_all_been_declared(shop: Store, order: Order) -> None:
    """Whatever stands on the page: a panel that reads a table without saying so would keep every page from being kept."""
    with CaptureQueriesContext(connection) as queries:
        longer(environ(path_of(order, shop)))
    read = {table for query in queries for table in tables_in(query["sql"])}
    assert len(read) > 8
    assert read <= tables_in(page_rows._statement())


def test_a_page_with_a_panel_that_reads_something_else_is_not_kept(
    shop: Store, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def context(shown: ShownOrder, request: HttpRequest) -> dict[str, Any] | None:
        fetch("SELECT count(*) FROM staff_membership")
        return None

    panel = panels.Panel("portal.order.main", "test.nosy", 99, "orders/portal/waiting.html", context)
    monkeypatch.setattr(panels, "_panels", {**panels._panels, (panel.place, panel.key): panel})
    path = path_of(order, shop)
    assert "Krug" in visited(path)
    assert not is_kept(path)


def test_moments_go_on_and_the_day_ends(shop: Store, order: Order) -> None:
    path = path_of(order, shop)
    assert "1 hour ago" in visited(path)
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert is_kept(path)
        assert "3 hours ago" in visited(path)
    midnight_in_berlin = NOW.replace(hour=23)
    with time_machine.travel(midnight_in_berlin - timedelta(seconds=1), tick=False):
        assert is_kept(path)
    with time_machine.travel(midnight_in_berlin, tick=False):
        assert not is_kept(path)


def test_a_link_that_expires_soon_is_verified_at_every_visit(shop: Store, order: Order) -> None:
    path = path_of(order, shop)
    with time_machine.travel(NOW + timedelta(days=398), tick=False):
        visited(path)
        assert is_kept(path)
    with time_machine.travel(NOW + timedelta(days=399), tick=False):
        assert "Krug" in visited(path)
        assert not is_kept(path)
    with time_machine.travel(NOW + timedelta(days=401), tick=False):
        assert not is_kept(path)
        assert _pages(environ(path), lambda *_: None).status_code == 404


def test_an_order_that_is_gone_is_shown_to_nobody(shop: Store, order: Order) -> None:
    path = path_of(order, shop)
    visited(path)
    order.delete()
    assert not is_kept(path)


def test_another_stores_address_opens_nothing(shop: Store, order: Order) -> None:
    make_store("mallory")
    path = path_of(order, shop)
    visited(path)
    assert not is_kept(path.replace("/juniper/", "/mallory/"))
    with store_scope(shop.pk):
        assert _pages(environ(path.replace("/juniper/", "/mallory/")), lambda *_: None).status_code == 404


@pytest.mark.parametrize(
    "unusual",
    [
        {"REQUEST_METHOD": "HEAD"}, {"REQUEST_METHOD": "POST"}, {"QUERY_STRING": "a=1"}, {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_COOKIE": "theme=dark"}, {"HTTP_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_PROTO": "https"}, {"HTTP_ACCEPT_LANGUAGE": "fr"}, {"HTTP_HX_REQUEST": "true"},
    ],
)  # fmt: skip
def test_whoever_asks_otherwise_gets_no_page_of_others(shop: Store, order: Order, unusual: dict[str, str]) -> None:
    path = path_of(order, shop)
    visited(path)
    assert is_kept(path)
    assert not is_kept(path, **unusual)


def test_a_host_that_is_refused_never_keeps_a_page(shop: Store, order: Order) -> None:
    given = environ(path_of(order, shop), HTTP_HOST="evil.example")
    assert shorter(given) is None
    assert _pages(given, page_lane.learning(given, lambda *_: None)).status_code == 400
    assert not is_kept(path_of(order, shop), HTTP_HOST="evil.example")
