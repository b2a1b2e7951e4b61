"""The shorter way of a shop's message: the same effect as the longer one, and left alone whatever is unusual."""

import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import orjson
import pytest
from django.db import connection
from prometheus_client import REGISTRY

from aftercare.commerce.platforms import fast_lane
from aftercare.commerce.platforms.actions import disconnect_shop, receiving, rotate_secret
from aftercare.commerce.platforms.fast_lane import taken
from aftercare.commerce.platforms.models import Connection
from aftercare.config.wsgi import _pages
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.platforms.shops import SECRET, connect, deliveries, shopify_order, signature
from tests.factories import make_store

# Another thread and another connection must see what is written.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> Iterator[receiving._Apart]:
    """Nothing is remembered, and the connection of its own ends with the test."""
    own = receiving._Apart()
    monkeypatch.setattr(fast_lane, "_known", {})
    monkeypatch.setattr(receiving, "_apart", receiving.GroupCommit(own.write, at_most=50))
    yield own
    if own._connection is not None:
        own._connection.close()


@pytest.fixture
def shop() -> Connection:
    return connect(make_store())


def environ(shop: Connection, body: bytes, *, secret: str = SECRET, message_id: str = "m-1", **more: str) -> Any:
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/hooks/shops/{shop.public_id}/", "SCRIPT_NAME": "", "QUERY_STRING": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
        "HTTP_HOST": "localhost", "HTTP_X_SHOPIFY_TOPIC": "orders/create", "HTTP_X_SHOPIFY_WEBHOOK_ID": message_id,
        "HTTP_X_SHOPIFY_SHOP_DOMAIN": "juniper-oak.myshopify.com",
        "HTTP_X_SHOPIFY_HMAC_SHA256": signature(body, secret), **more,
    }  # fmt: skip


class Answered:
    """What an application answered."""

    def __init__(self, application: Any, given: Any) -> None:
        self.status, self.headers = "", {}
        parts = application(given, self._begin)
        self.body = None if parts is None else b"".join(parts)
        getattr(parts, "close", lambda: None)()

    def _begin(self, status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        self.status, self.headers = status, dict(headers)


def test_it_answers_and_keeps_the_same_as_the_longer_way(shop: Connection) -> None:
    body = orjson.dumps(shopify_order())
    quick = Answered(taken, environ(shop, body, message_id="quick"))
    slow = Answered(_pages, environ(shop, body, message_id="slow"))
    assert quick.headers.keys() >= {"Content-Type", "Content-Length", "X-Request-Id"}
    assert (quick.status, orjson.loads(quick.body or b"")) == ("200 OK", {"message": "quick"})
    assert (slow.status, orjson.loads(slow.body or b"")) == ("200 OK", {"message": "slow"})
    assert quick.headers["Content-Type"] == slow.headers["Content-Type"]
    kept = {one.message_id: one for one in deliveries(shop.store)}
    same = ("topic", "body", "state", "store_id", "connection_id", "attempts", "outcome", "problem")
    assert {name: getattr(kept["quick"], name) for name in same} == {name: getattr(kept["slow"], name) for name in same}
    assert kept["quick"].headers | {"x-shopify-webhook-id": ""} == kept["slow"].headers | {"x-shopify-webhook-id": ""}


def test_the_same_message_is_kept_once_however_it_comes(shop: Connection) -> None:
    body = orjson.dumps(shopify_order())
    for way in (taken, _pages, taken):
        assert Answered(way, environ(shop, body)).status == "200 OK"
    assert len(deliveries(shop.store)) == 1


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (b"{}", {"HTTP_X_SHOPIFY_HMAC_SHA256": "AAAA"}),
        (b"{}", {"HTTP_X_SHOPIFY_SHOP_DOMAIN": "mallory.myshopify.com"}),
        (b'{"id": ', {}),
        (b"x" * 3_000_000, {}),
        (b"{}", {"PATH_INFO": "/hooks/shops/con_nobody/"}),
        (b"{}", {"PATH_INFO": "/hooks/juniper/carriers/ups"}),
        (b"{}", {"REQUEST_METHOD": "GET"}),
        (b"{}", {"CONTENT_LENGTH": ""}),
    ],
)
def test_what_is_unusual_is_left_to_the_longer_way_as_it_was(
    shop: Connection, body: bytes, changes: dict[str, str]
) -> None:
    given = environ(shop, body) | changes
    answered = Answered(taken, given)
    assert (answered.body, answered.status) == (None, "")
    assert given["wsgi.input"].read() == body
    assert deliveries(shop.store) == []


def test_a_new_secret_is_known_at_once_and_a_shop_that_left_after_a_moment(
    shop: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = orjson.dumps(shopify_order())
    assert Answered(taken, environ(shop, body)).status == "200 OK"
    with store_scope(shop.store_id):
        rotate_secret(connection=shop, secret="another secret, long enough", keep_previous=False, now=clock.now())
    signed = environ(shop, body, secret="another secret, long enough", message_id="m-2")
    assert Answered(taken, signed).body is None
    assert Answered(_pages, signed).status == "200 OK"
    monkeypatch.setattr(fast_lane, "_FRESH_SECONDS", 0.0)
    fast_lane._known[shop.public_id].fresh_until = 0.0
    with store_scope(shop.store_id):
        disconnect_shop(connection=shop, now=clock.now())
    assert Answered(taken, environ(shop, body, message_id="m-3")).body is None


def test_the_server_may_restart_in_between(shop: Connection, apart: receiving._Apart) -> None:
    body = orjson.dumps(shopify_order())
    Answered(taken, environ(shop, body, message_id="m-1"))
    assert apart._connection is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [apart._connection.info.backend_pid])
    assert Answered(taken, environ(shop, body, message_id="m-2")).status == "200 OK"
    assert len(deliveries(shop.store)) == 2


def test_many_at_once_are_each_kept_and_answered(shop: Connection) -> None:
    body = orjson.dumps(shopify_order())
    answers: list[str] = []

    def call(number: int) -> None:
        try:
            answers.append(Answered(taken, environ(shop, body, message_id=f"m-{number % 40}")).status)
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=(number,)) for number in range(80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == ["200 OK"] * 80
    assert len(deliveries(shop.store)) == 40


def test_it_is_counted_as_the_longer_way_is(shop: Connection) -> None:
    def counted() -> float:
        labels = {"route": "hooks/shops/<str:connection>/", "method": "POST", "status": "200"}
        return REGISTRY.get_sample_value("aftercare_requests_total", labels) or 0

    body, before = orjson.dumps(shopify_order()), counted()
    Answered(taken, environ(shop, body, message_id="quick"))
    assert counted() == before + 1
    Answered(_pages, environ(shop, body, message_id="slow"))
    assert counted() == before + 2
