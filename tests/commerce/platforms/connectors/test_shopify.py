"""Shopify's messages in our words."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.platforms.connectors import Farewell, FetchesPages, Ignored, News, PrivacyAsked, registry
from aftercare.commerce.platforms.connectors.shopify import ShopifyForm
from aftercare.commerce.platforms.errors import NotSigned, Untranslatable
from aftercare.commerce.shipments.schemas import ShipmentIn, TrackingIn
from tests.commerce.platforms.shops import SECRET, SETTINGS, shopify_fulfilment, shopify_order, signature
from tests.factories import NOW

EXAMPLE = SETTINGS["shopify"]
shopify = registry["shopify"]


def translate(topic: str, payload: dict[str, Any]) -> list[News]:
    return shopify.translate(topic=topic, payload=payload)


def order(**told: Any) -> OrderIn:
    found = translate("orders/updated", shopify_order(**told))[0]
    assert isinstance(found, OrderIn)
    return found


def line(**told: Any) -> dict[str, Any]:
    return {**shopify_order()["line_items"][0], **told}


def test_a_signature_fits_one_body_and_one_secret() -> None:
    headers = {"x-shopify-hmac-sha256": signature(b"{}")}
    shopify.verify(headers=headers, body=b"{}", settings=EXAMPLE, now=NOW)
    for body, secret in ((b"{ }", SECRET), (b"{}", SECRET + "x")):
        with pytest.raises(NotSigned):
            shopify.verify(headers=headers, body=body, settings={**EXAMPLE, "secret": secret}, now=NOW)


def test_another_shop_of_the_same_app_is_refused() -> None:
    headers = {"x-shopify-hmac-sha256": signature(b"{}"), "x-shopify-shop-domain": "juniper-oak.myshopify.com"}
    shopify.verify(headers=headers, body=b"{}", settings=EXAMPLE, now=NOW)
    with pytest.raises(NotSigned):
        shopify.verify(
            headers={**headers, "x-shopify-shop-domain": "mallory.myshopify.com"}, body=b"{}", settings=EXAMPLE, now=NOW
        )


def test_an_order_as_we_say_it() -> None:
    said = order()
    assert (said.id, said.number, said.currency, said.total, said.shipping) == (
        "5001", "#1042", "EUR", Decimal("54.80"), Decimal("4.90"),
    )  # fmt: skip
    assert (said.placed_at, said.updated_at) == (
        datetime(2026, 11, 20, 8, 30, tzinfo=UTC), datetime(2026, 11, 20, 8, 31, tzinfo=UTC),
    )  # fmt: skip
    assert said.customer == CustomerIn(id="71", email="sam@example.org", name="Sam Shopper")
    assert said.tags == ("vip", "filter club")
    (one,) = said.lines
    assert (one.product, one.variant, one.quantity, one.unit_price, one.kind) == (
        "881", "8811", 2, Decimal("24.95"), None,
    )  # fmt: skip
    assert (one.tax, one.cancelled_quantity, one.refunded_quantity) == (Decimal("7.97"), 0, 0)
    assert said.shipping_address is not None
    assert (said.shipping_address.recipient, said.shipping_address.country) == ("Sam Shopper", "DE")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("paid", "paid"), ("pending", "pending"), ("authorized", "pending"), (None, "pending"), ("voided", "voided"),
        ("partially_refunded", "partially_refunded"), ("refunded", "refunded"),
    ],
)  # fmt: skip
def test_payment(theirs: str | None, ours: str) -> None:
    assert order(financial_status=theirs).payment == ours


def test_refunds_take_pieces_and_money_back() -> None:
    refund = {
        "id": 3, "note": "damaged", "processed_at": "2026-11-21T10:00:00Z",
        "refund_line_items": [{"line_item_id": 1, "quantity": 1, "restock_type": "return"}],
        "transactions": [
            {"kind": "refund", "status": "success", "amount": "20.00"},
            {"kind": "refund", "status": "failure", "amount": "20.00"},
            {"kind": "refund", "status": "success", "amount": "4.95"},
        ],
    }  # fmt: skip
    said = order(refunds=[refund], line_items=[line(current_quantity=1)])
    assert [(one.id, one.amount, one.reason) for one in said.refunds] == [("3", Decimal("24.95"), "damaged")]
    assert (said.lines[0].refunded_quantity, said.lines[0].cancelled_quantity) == (1, 0)


def test_pieces_taken_out_before_they_were_sent_are_cancelled() -> None:
    restocked = {"id": 3, "refund_line_items": [{"line_item_id": 1, "quantity": 1, "restock_type": "cancel"}]}
    by_refund = order(refunds=[restocked], line_items=[line(current_quantity=1)])
    by_edit = order(line_items=[line(current_quantity=1)])
    for said in (by_refund, by_edit):
        assert (said.lines[0].cancelled_quantity, said.lines[0].refunded_quantity, said.refunds) == (1, 0, ())


def test_a_cancelled_order() -> None:
    said = order(cancelled_at="2026-11-21T10:00:00Z", cancel_reason="customer", financial_status="voided")
    assert (said.cancelled_at, said.cancel_reason) == (datetime(2026, 11, 21, 10, tzinfo=UTC), "customer")


def test_fulfilments_and_their_parcels() -> None:
    two_numbers = shopify_fulfilment(tracking_numbers=["A1", "A2"], tracking_urls=["https://dhl.example/A1"])
    said, first, second = translate("orders/fulfilled", shopify_order(fulfillments=[two_numbers]))
    assert isinstance(said, OrderIn)
    assert isinstance(first, ShipmentIn)
    assert isinstance(second, ShipmentIn)
    assert [(one.id, one.kind, one.status, len(one.lines)) for one in said.fulfilments] == [
        ("900", "shipment", "under_way", 1)
    ]
    assert (first.id, first.order, first.fulfilment, first.tracking_number) == ("900", "5001", "900", "A1")
    assert (second.id, second.tracking_number, second.tracking_url, second.lines) == ("900-2", "A2", "", ())


def test_what_needs_no_shipping_is_complete_when_fulfilled() -> None:
    digital = [{"id": 1, "quantity": 2, "requires_shipping": False}]
    said = order(fulfillments=[shopify_fulfilment(tracking_numbers=[], tracking_urls=[], line_items=digital)])
    assert [(one.kind, one.status) for one in said.fulfilments] == [("digital", "completed")]


def test_a_fulfilment_that_was_cancelled_has_no_parcel() -> None:
    cancelled = shopify_fulfilment(status="cancelled")
    assert order(fulfillments=[cancelled]).fulfilments[0].status == "cancelled"
    assert translate("fulfillments/update", cancelled) == [Ignored("The fulfilment was cancelled.")]


def test_scans_of_a_parcel() -> None:
    (told,) = translate("fulfillments/update", shopify_fulfilment(shipment_status="delivered"))
    assert isinstance(told, ShipmentIn)
    assert [(scan.status, scan.code) for scan in told.scans] == [("delivered", "delivered")]
    event = {"fulfillment_id": 900, "status": "attempted_delivery", "happened_at": "2026-11-21T08:00:00Z",
             "message": "Nobody home", "city": "Berlin", "country": "DE"}  # fmt: skip
    (scanned,) = translate("fulfillment_events/create", event)
    assert isinstance(scanned, TrackingIn)
    assert scanned.shipment == "900"
    assert [(scan.status, scan.place) for scan in scanned.scans] == [("delivery_failed", "Berlin, DE")]


@pytest.mark.parametrize(
    ("told", "granted"),
    [
        ({"email_marketing_consent": {"state": "subscribed"}}, [True]),
        ({"email_marketing_consent": {"state": "unsubscribed"}, "accepts_marketing": True}, [False]),
        ({"email_marketing_consent": {"state": "not_subscribed"}}, []),
        ({"accepts_marketing": True}, [True]),
        ({"accepts_marketing": False}, []),
        ({"accepts_marketing": False, "accepts_marketing_updated_at": "2026-11-01T10:00:00Z"}, [False]),
        ({"sms_marketing_consent": {"state": "subscribed"}}, [True]),
    ],
)
def test_only_what_a_customer_said_is_consent(told: dict[str, Any], granted: list[bool]) -> None:
    (said,) = translate("customers/update", {"id": 71, "email": "sam@example.org", **told})
    assert isinstance(said, CustomerIn)
    assert [consent.granted for consent in said.consents] == granted


def test_a_product() -> None:
    (said,) = translate("products/update", {
        "id": 881, "title": "Water filter", "body_html": "<p>Clean <b>water</b></p>", "vendor": "Juniper",
        "status": "archived", "images": [{"id": 5, "src": "https://cdn.example/f.jpg"}],
        "variants": [{"id": 8811, "price": "24.95", "grams": 200, "image_id": 5, "requires_shipping": True}],
    })  # fmt: skip
    assert isinstance(said, ProductIn)
    assert (said.description, said.archived, said.kind) == ("Clean water", True, "goods")
    assert (said.variants[0].image_url, said.variants[0].weight_g) == ("https://cdn.example/f.jpg", 200)


def test_what_people_ask_and_the_end() -> None:
    person = {"customer": {"id": 71, "email": "sam@example.org"}, "orders_requested": [5001]}
    assert translate("customers/data_request", person) == [
        PrivacyAsked("data_request", "71", "sam@example.org", ("5001",))
    ]
    assert translate("shop/redact", {"shop_id": 1}) == [PrivacyAsked("redact_shop")]
    assert translate("app/uninstalled", {}) == [Farewell("The app was uninstalled in Shopify.")]


@pytest.mark.parametrize("topic", ["refunds/create", "orders/edited", "orders/delete", "carts/update", ""])
def test_what_is_not_of_interest_says_why(topic: str) -> None:
    (said,) = translate(topic, {"id": 1})
    assert isinstance(said, Ignored)
    assert said.reason


def test_what_does_not_fit_names_its_place() -> None:
    with pytest.raises(Untranslatable) as refused:
        order(line_items=[line(), line(quantity="many")])
    assert (refused.value.field, refused.value.sentence) == (
        "line_items[1].quantity", "'line_items[1].quantity' is no number.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shop", "fits"),
    [("juniper-oak.myshopify.com", True), ("juniper-oak.example", False), ("evil.example/.myshopify.com", False)],
)
def test_the_shop_is_one_at_shopify(shop: str, fits: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    assert ShopifyForm(data={"shop": shop, "secret": SECRET}).is_valid() is fits


def test_pages_follow_the_link_header() -> None:
    told = {**EXAMPLE, "access_token": "shpat_1"}
    assert isinstance(shopify, FetchesPages)
    assert (shopify.has_access(told), shopify.has_access(EXAMPLE)) == (True, False)
    first = shopify.page_call(resource="orders", cursor="", settings=told)
    assert first.url == "https://juniper-oak.myshopify.com/admin/api/2025-07/orders.json?limit=250&status=any"
    assert first.headers["X-Shopify-Access-Token"] == "shpat_1"
    link = (
        '<https://juniper-oak.myshopify.com/admin/api/2025-07/orders.json?limit=250&page_info=before>; rel="previous", '
        '<https://juniper-oak.myshopify.com/admin/api/2025-07/orders.json?limit=250&page_info=ey%3D%3D>; rel="next"'
    )
    body = b'{"orders": [{"id": 1}]}'
    page = shopify.read_page(resource="orders", cursor="", headers={"link": link}, body=body)
    assert (page.records, page.following, page.pause) == ([("orders/updated", {"id": 1})], "ey==", 0)
    second = shopify.page_call(resource="orders", cursor="ey==", settings=told)
    assert second.url.endswith("orders.json?limit=250&page_info=ey%3D%3D")
    assert shopify.read_page(resource="orders", cursor="ey==", headers={}, body=body).following == ""


@pytest.mark.parametrize(("used", "pause"), [("1/40", 0), ("32/40", 1), ("40/40", 1), ("", 0), ("x/y", 0), ("1/0", 0)])
def test_a_full_bucket_of_calls_is_waited_for(used: str, pause: float) -> None:
    assert isinstance(shopify, FetchesPages)
    headers = {"x-shopify-shop-api-call-limit": used}
    assert shopify.read_page(resource="orders", cursor="", headers=headers, body=b'{"orders": []}').pause == pause
