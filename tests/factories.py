"""Plain factories: each makes one real thing, through the action that makes it in the product.

The `…_in` functions answer what a shop sends; whatever a test is about is given as keywords, the rest is believable.
"""

from datetime import UTC, datetime
from typing import Any

from aftercare.commerce.catalog.actions import record_products
from aftercare.commerce.catalog.models import Product
from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.commerce.customers.actions import record_customers
from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.orders.actions import record_orders
from aftercare.commerce.orders.models import Order
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.foundation.staff.actions import add_staff
from aftercare.foundation.staff.models import User
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SOURCE = "shop"


def make_store(slug: str = "juniper", **settings: Any) -> Store:
    """Juniper & Oak of Berlin, unless told otherwise."""
    chosen = {"name": "Juniper & Oak", "locale": "en", "time_zone": "Europe/Berlin", "country": "DE", **settings}
    return open_store(slug=slug, now=NOW, **chosen)


def make_user(store: Store, email: str = "olga@juniper.example", role: Role = Role.OWNER) -> User:
    """Olga, who owns the shop, unless told otherwise."""
    return add_staff(store=store, email=email, role=role, now=NOW).user


def customer_in(**told: Any) -> CustomerIn:
    """Sam, who shops."""
    if not told.keys() & {"id", "email", "phone"}:
        told["email"] = "sam@example.com"
    return CustomerIn.model_validate({"name": "Sam Shopper", "country": "DE", **told})


def make_customer(store: Store, **told: Any) -> Customer:
    """Sam, known to the store. Needs the store's scope."""
    recorded = record_customers(store_id=store.pk, source=SOURCE, customers=[customer_in(**told)], now=NOW)
    return Customer.objects.get(pk=recorded.ids[0])


def product_in(**told: Any) -> ProductIn:
    """A filter jug with one variant."""
    product = {"id": "jug", "title": "Filter jug", **told}
    product.setdefault("variants", [{"id": f"{product['id']}-1", "sku": f"SKU-{product['id']}", "price": "34.90"}])
    return ProductIn.model_validate(product)


def make_product(store: Store, **told: Any) -> Product:
    """A filter jug, known to the store. Needs the store's scope."""
    recorded = record_products(store_id=store.pk, source=SOURCE, products=[product_in(**told)], now=NOW)
    return Product.objects.get(pk=recorded.ids[0])


def line_in(**told: Any) -> dict[str, Any]:
    """One filter jug."""
    return {"id": "1", "title": "Filter jug", "sku": "SKU-jug", "unit_price": "34.90", **told}


def order_in(**told: Any) -> OrderIn:
    """Sam's order of one filter jug, paid, on its way to Berlin."""
    return OrderIn.model_validate(
        {
            "id": "1042",
            "number": "#1042",
            "placed_at": "2026-11-01T09:30:00+00:00",
            "currency": "EUR",
            "total": "39.80",
            "shipping": "4.90",
            "email": "sam@example.com",
            "lines": [line_in()],
            "shipping_address": {
                "recipient": "Sam Shopper",
                "street": "Lindenweg 4",
                "city": "Berlin",
                "country": "DE",
            },
            **told,
        }
    )


def make_order(store: Store, **told: Any) -> Order:
    """Sam's order, known to the store. Needs the store's scope."""
    recorded = record_orders(store_id=store.pk, source=SOURCE, orders=[order_in(**told)], now=NOW)
    assert recorded.ids[0] is not None, recorded.refused
    return Order.objects.get(pk=recorded.ids[0])
