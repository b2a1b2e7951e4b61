"""What connected shops send, over HTTP: signed, bounded, kept once, and never lost silently."""

import orjson
import pytest
from django.http import HttpResponse
from django.test import Client

from aftercare.commerce.platforms.actions import disconnect_shop, rotate_secret
from aftercare.commerce.platforms.hooks import LARGEST
from aftercare.commerce.platforms.models import Connection
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.models import Bucket
from tests.commerce.platforms.shops import SECRET, call, connect, deliveries, push, shopify_order, signature
from tests.factories import NOW


@pytest.fixture
def shop(store: Store) -> Connection:
    return connect(store)


def outcome(response: HttpResponse) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, orjson.loads(response.content)["code"]


def as_known_now(connection: Connection) -> Connection:
    with store_scope(connection.store_id):
        return Connection.objects.get(pk=connection.pk)


def test_a_message_is_kept_as_it_came(store: Store, shop: Connection) -> None:
    body = b'{"id":  5001, "name": "#1042" }'
    assert push(shop, "orders/create", body).status_code == 200
    (kept,) = deliveries(store)
    assert (bytes(kept.body), kept.topic, kept.message_id, kept.state) == (body, "orders/create", "m-1", "waiting")
    assert kept.headers["x-shopify-shop-domain"] == "juniper-oak.myshopify.com"
    assert "hmac" not in str(kept.headers)


def test_the_same_message_again_changes_nothing(store: Store, shop: Connection) -> None:
    first = push(shop, "orders/create", shopify_order())
    again = push(shop, "orders/create", shopify_order(total_price="1.00"))
    assert (first.status_code, again.status_code) == (200, 200)
    (kept,) = deliveries(store)
    assert orjson.loads(bytes(kept.body))["total_price"] == "54.80"


def test_ids_of_two_shops_do_not_meet(store: Store, shop: Connection) -> None:
    other = connect(store, source="second-shop")
    push(shop, "orders/create", shopify_order())
    push(other, "orders/create", shopify_order())
    assert len(deliveries(store)) == 2


@pytest.mark.parametrize(
    ("body", "secret", "refusal"),
    [
        (b"{}", "somebody else's secret", (401, "webhook_not_signed")),
        (b'{"id": ', SECRET, (400, "webhook_not_json")),
        (b"\xff\xfe", SECRET, (400, "webhook_not_json")),
        (b"[" * 5000, SECRET, (400, "webhook_not_json")),
        (b" " * (LARGEST + 1), SECRET, (413, "body_too_large")),
        (b" " * 3_000_000, SECRET, (413, "body_too_large")),
    ],
)
def test_what_is_turned_away_is_counted_and_told(
    store: Store, shop: Connection, body: bytes, secret: str, refusal: tuple[int, str]
) -> None:
    assert outcome(push(shop, "orders/create", body, secret=secret)) == refusal
    told = as_known_now(shop)
    assert (told.refused, told.last_refused_at is not None) == (1, True)
    assert told.last_refusal
    assert deliveries(store) == []


def test_the_largest_body_is_taken(store: Store, shop: Connection) -> None:
    body = b'"' + b"x" * (LARGEST - 2) + b'"'
    assert push(shop, "orders/create", body).status_code == 200
    assert len(deliveries(store)) == 1


def test_a_signature_is_checked_before_the_body_is_read(shop: Connection) -> None:
    assert outcome(push(shop, "orders/create", b"{", secret="wrong")) == (401, "webhook_not_signed")
    assert outcome(call(shop, b"{", {})) == (401, "webhook_not_signed")


def test_nobody_is_connected_at_other_addresses(store: Store, shop: Connection) -> None:
    assert Client().get(f"/hooks/shops/{shop.public_id}/").status_code == 405
    assert outcome(Client().post("/hooks/shops/con_nobody/", b"{}", content_type="application/json")) == (
        404,
        "shop_not_connected",
    )
    with store_scope(store.pk):
        disconnect_shop(connection=shop, now=NOW)
    assert outcome(push(shop, "orders/create", {})) == (404, "shop_not_connected")


def test_after_a_rotation_both_secrets_sign_for_a_while(store: Store, shop: Connection) -> None:
    with store_scope(store.pk):
        rotate_secret(connection=shop, secret="a new secret of some length", now=clock.now())
    assert push(shop, "a", {}, message_id="old").status_code == 200
    assert push(shop, "a", {}, message_id="new", secret="a new secret of some length").status_code == 200
    with store_scope(store.pk):
        rotate_secret(connection=shop, secret="the third of these secrets", now=NOW, keep_previous=False)
    assert push(shop, "a", {}, message_id="old again").status_code == 401


def test_a_shop_made_anew_is_greeted(store: Store) -> None:
    woo = connect(store, "woocommerce")
    assert call(woo, b"webhook_id=17", {}).status_code == 200
    assert call(woo, b"webhook_id=17&x=1", {}).status_code == 401
    assert call(woo, b"{}", {"X-WC-Webhook-Signature": signature(b"{}")}).status_code == 200
    assert [kept.body for kept in deliveries(store)] == [b"{}"]


def test_a_flood_of_forgeries_is_slowed_down(shop: Connection) -> None:
    assert push(shop, "a", {}, secret="wrong").status_code == 401
    Bucket.objects.update(tokens=-1000)
    assert outcome(push(shop, "a", {}, secret="wrong")) == (429, "too_many_requests")
    assert push(shop, "a", {}).status_code == 200
    assert as_known_now(shop).refused == 1
