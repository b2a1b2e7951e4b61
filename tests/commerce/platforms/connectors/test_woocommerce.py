"""WooCommerce's messages in our words."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.platforms.connectors import Ignored, News, registry
from aftercare.commerce.shipments.schemas import ShipmentIn
from tests.commerce.platforms.shops import SETTINGS, signature, woo_order
from tests.factories import NOW

EXAMPLE = SETTINGS["woocommerce"]
woocommerce = registry["woocommerce"]


def translate(topic: str, payload: dict[str, Any]) -> list[News]:
    return woocommerce.translate(topic=topic, payload=payload)


def order(**told: Any) -> OrderIn:
    found = translate("order.updated", woo_order(**told))[0]
    assert isinstance(found, OrderIn)
    return found


def test_its_signature() -> None:
    headers = {"x-wc-webhook-signature": signature(b"{}")}
    woocommerce.verify(headers=headers, body=b"{}", settings=EXAMPLE, now=NOW)


def test_a_ping_is_a_greeting_and_a_message_is_not() -> None:
    assert woocommerce.is_greeting(headers={}, body=b"webhook_id=17")
    assert not woocommerce.is_greeting(headers={"x-wc-webhook-signature": "x"}, body=b"webhook_id=17")
    assert not woocommerce.is_greeting(headers={}, body=b'{"id": 17}')


def test_an_order_as_we_say_it() -> None:
    said = order()
    assert (said.id, said.total, said.shipping, said.payment) == ("727", Decimal("54.80"), Decimal("4.90"), "paid")
    assert (said.placed_at, said.customer) == (datetime(2026, 11, 20, 8, 30, tzinfo=UTC), None)
    assert said.email == "sam@example.org"
    (one,) = said.lines
    assert (one.unit_price, one.tax, one.discount, one.variant) == (
        Decimal("24.95"), Decimal("7.97"), Decimal(0), None,
    )  # fmt: skip


def test_the_account_that_ordered() -> None:
    said = order(customer_id=25).customer
    assert said is not None
    assert (said.id, said.name, said.country) == ("25", "Sam Shopper", "DE")


def test_a_discount_is_what_the_line_lost() -> None:
    reduced = {**woo_order()["line_items"][0], "total": "33.54", "total_tax": "6.37"}
    assert order(line_items=[reduced]).lines[0].discount == Decimal("9.99")


@pytest.mark.parametrize(
    ("status", "payment", "fulfilled"),
    [
        ("on-hold", "pending", []), ("processing", "paid", []), ("completed", "paid", ["under_way"]),
        ("refunded", "refunded", []), ("cancelled", "voided", []), ("of-a-plugin", "paid", []),
    ],
)  # fmt: skip
def test_statuses(status: str, payment: str, fulfilled: list[str]) -> None:
    said = order(status=status, date_completed_gmt="2026-11-21T09:00:00")
    assert (said.payment, [one.status for one in said.fulfilments]) == (payment, fulfilled)
    assert (said.cancelled_at is not None) == (status == "cancelled")


@pytest.mark.parametrize("status", ["pending", "failed", "checkout-draft", "trash"])
def test_what_is_no_order_yet(status: str) -> None:
    assert translate("order.created", woo_order(status=status)) == [
        Ignored(f"'{status}' is no order yet, or no longer one.")
    ]


def test_refunds_come_with_negative_totals() -> None:
    said = order(refunds=[{"id": 9, "reason": "late", "total": "-4.90"}])
    assert [(one.id, one.amount, one.at) for one in said.refunds] == [("9", Decimal("4.90"), said.updated_at)]
    assert said.payment == "partially_refunded"


def test_parcels_of_the_tracking_plugin() -> None:
    item = {"tracking_provider": "DHL", "tracking_number": "00340434", "tracking_id": "ab", "date_shipped": 1763683200}
    meta = [{"key": "_other", "value": "x"}, {"key": "_wc_shipment_tracking_items", "value": [item]}]
    _, parcel = translate("order.updated", woo_order(meta_data=meta))
    assert isinstance(parcel, ShipmentIn)
    assert (parcel.id, parcel.order, parcel.fulfilment, parcel.carrier) == ("727-ab", "727", "order", "DHL")
    assert parcel.created_at == datetime(2025, 11, 21, tzinfo=UTC)


def test_a_customer_and_a_product() -> None:
    (person,) = translate("customer.created", {
        "id": 25, "email": "sam@example.org", "first_name": "Sam", "last_name": "Shopper",
        "billing": woo_order()["billing"], "shipping": woo_order()["shipping"],
    })  # fmt: skip
    assert isinstance(person, CustomerIn)
    assert (person.name, len(person.addresses)) == ("Sam Shopper", 2)
    (thing,) = translate("product.updated", {
        "id": 93, "name": "Water filter", "status": "publish", "price": "24.95", "sku": "FIL", "virtual": False,
        "description": "<p>Clean</p>", "permalink": "https://juniper-oak.example/filter", "variations": [],
        "categories": [{"name": "Filters"}], "tags": [{"name": "water"}],
    })  # fmt: skip
    assert isinstance(thing, ProductIn)
    assert (thing.category, thing.tags, thing.description, thing.variants[0].sku) == (
        "Filters", ("water",), "Clean", "FIL",
    )  # fmt: skip


@pytest.mark.parametrize("topic", ["order.deleted", "coupon.created", "action.woocommerce_x", ""])
def test_what_is_not_of_interest_says_why(topic: str) -> None:
    (said,) = translate(topic, {"id": 1})
    assert isinstance(said, Ignored)
