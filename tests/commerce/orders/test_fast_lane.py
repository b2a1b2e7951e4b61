"""The shorter way of asking for an order: the same answer as the longer one, and left alone whatever is unusual."""

from io import BytesIO
from typing import Any

import pytest

from aftercare.commerce.orders import fast_lane
from aftercare.commerce.orders.models import Order
from aftercare.config.wsgi import _pages
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.actions import issue_token, revoke_token
from aftercare.foundation.staff.models import ApiToken
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web import ratelimit
from tests.factories import line_in, make_order, make_store

# Either way ends by giving the connection back, and a transaction around the test with it.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_lane, "_carried", {})
    monkeypatch.setattr(ratelimit, "_ahead", {})


@pytest.fixture
def order(shop: Store) -> Order:
    lines = [line_in(id=str(number), title='Krug "groß" 💐') for number in range(3)]
    parts = [{"id": "f", "lines": [{"line": "1", "quantity": 1}]}]
    return make_order(shop, lines=lines, total="109.60", fulfilments=parts)


def token_of(store: Store, *scopes: Permission) -> tuple[ApiToken, str]:
    with store_scope(store.pk):
        return issue_token(store=store, name="Till", scopes=[scope.value for scope in scopes], by=None, now=clock.now())


def environ(order: Order, secret: str, **more: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": f"/api/v1/orders/{order.public_id}", "SCRIPT_NAME": "",
        "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http", "wsgi.input": BytesIO(b""), "HTTP_HOST": "localhost",
        "HTTP_AUTHORIZATION": f"Bearer {secret}", **more,
    }  # fmt: skip


def shorter(given: dict[str, Any]) -> tuple[dict[str, str], bytes] | None:
    said: list[Any] = []
    body = fast_lane.read(given, lambda *told: said.append(told))
    assert bool(said) == (body is not None)
    return None if body is None else (dict(said[0][1]), b"".join(body))


def longer(given: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    said: list[Any] = []
    body = b"".join(_pages(given, fast_lane.learning(given, lambda *told: said.append(told))))
    return dict(said[0][1]), body


def test_it_answers_what_the_api_answers(shop: Store, order: Order) -> None:
    _, secret = token_of(shop, Permission.ORDERS_READ)
    assert shorter(environ(order, secret)) is None
    (headers, body), quick = longer(environ(order, secret)), shorter(environ(order, secret))
    assert quick
    assert quick[1] == body
    assert quick[0].pop("X-Request-Id") != headers.pop("X-Request-Id")
    assert quick[0] == headers
    assert ApiToken.objects.get().last_used_at


def test_it_takes_three_queries_and_sees_every_change_at_once(
    shop: Store, order: Order, django_assert_num_queries
) -> None:
    _, secret = token_of(shop, Permission.ORDERS_READ)
    longer(environ(order, secret))
    shorter(environ(order, secret))
    with django_assert_num_queries(3):  # token, order, promise
        shorter(environ(order, secret))
    Order.objects.update(note="Ring twice")
    quick = shorter(environ(order, secret))
    assert quick
    assert b"Ring twice" in quick[1]


@pytest.mark.parametrize(("given", "is_taken"), [("mine-12345", True), ("mine", False), ("no word", False)])
def test_the_callers_own_id_is_said_again(shop: Store, order: Order, given: str, is_taken: bool) -> None:  # noqa: FBT001 -- a parameter
    _, secret = token_of(shop, Permission.ORDERS_READ)
    longer(environ(order, secret))
    quick = shorter(environ(order, secret, HTTP_X_REQUEST_ID=given))
    assert quick
    assert (quick[0]["X-Request-Id"] == given) is is_taken


def test_who_may_not_is_left_to_the_api(shop: Store, order: Order) -> None:
    token, secret = token_of(shop, Permission.ORDERS_READ)
    longer(environ(order, secret))
    _, other_scope = token_of(shop, Permission.CUSTOMERS_READ)
    _, mallory = token_of(make_store("mallory"), Permission.ORDERS_READ)
    for wrong in ("", "act_wrong", other_scope, mallory):
        assert shorter(environ(order, wrong)) is None
    assert shorter(environ(order, secret))
    revoke_token(token=token, by="olga", now=clock.now())
    assert shorter(environ(order, secret)) is None


@pytest.mark.parametrize(
    "unusual",
    [
        {"REQUEST_METHOD": "HEAD"}, {"QUERY_STRING": "a=1"}, {"HTTP_IF_NONE_MATCH": '"x"'}, {"HTTP_COOKIE": "a=b"},
        {"HTTP_ACCEPT_LANGUAGE": "de"}, {"HTTP_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_PROTO": "https"}, {"HTTP_AUTHORIZATION": "Basic x"},
        {"PATH_INFO": "/api/v1/orders/ord_0000000000000000"}, {"PATH_INFO": "/api/v1/orders/from/shop/1"},
    ],
)  # fmt: skip
def test_whatever_is_unusual_is_left_to_the_api(shop: Store, order: Order, unusual: dict[str, str]) -> None:
    _, secret = token_of(shop, Permission.ORDERS_READ)
    longer(environ(order, secret))
    assert shorter(environ(order, secret))
    assert shorter(environ(order, secret, **unusual)) is None


def test_a_host_that_is_refused_never_becomes_known(shop: Store, order: Order) -> None:
    _, secret = token_of(shop, Permission.ORDERS_READ)
    _, body = longer(environ(order, secret, HTTP_HOST="evil.example"))
    assert b"cannot be read" in body
    assert shorter(environ(order, secret, HTTP_HOST="evil.example")) is None


def test_calls_are_counted_as_elsewhere(shop: Store, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_lane, "CALLS", ratelimit.Limit("few", burst=100, seconds=100_000))
    _, secret = token_of(shop, Permission.ORDERS_READ)
    longer(environ(order, secret))
    answered = sum(shorter(environ(order, secret)) is not None for _ in range(110))
    assert answered == 100
