"""What the tests of refunds start from: an order of 89.00 EUR, and who can give it back."""

from datetime import datetime
from typing import Any

from aftercare.care.refunds.actions.accounts import connect_account
from aftercare.care.refunds.actions.asking import NewRefund, ask_refund
from aftercare.care.refunds.models import AskedRefund
from aftercare.care.refunds.payers import RefundLine
from aftercare.commerce.orders.models import Order
from aftercare.commerce.platforms.actions import connect_shop
from aftercare.foundation.kit.money import Money
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.care.refunds.providers import SHOPIFY
from tests.engagement.messaging.cast import make_customer
from tests.factories import NOW

_SECRET = "x" * 24


def bought(store: Store, *, total: int = 8900, currency: str = "EUR", source: str = "shop", **fields: Any) -> Order:
    """An order that came from `source`."""
    with store_scope(store.pk):
        customer = make_customer(store, NOW, email="sam@example.com")
        return Order.objects.create(
            store=store, source=source, external_id="701", number="#701", customer=customer, placed_at=NOW,
            currency=currency, total=total, subtotal=total, changed_at=NOW, **fields,
        )  # fmt: skip


def connect(store: Store, platform: str, *, url: str = "") -> None:
    """A payer that may."""
    settings = {
        "shopify": {"shop": SHOPIFY, "secret": _SECRET, "access_token": "shpat_1"},
        "woocommerce": {"shop": url, "secret": _SECRET, "consumer_key": "ck_1", "consumer_secret": "cs_1"},
        "stripe": {"secret_key": "rk_1"},
    }[platform]
    with store_scope(store.pk):
        if platform == "stripe":
            connect_account(store_id=store.pk, payer=platform, settings=settings, by="olga", now=NOW)
        else:
            connect_shop(
                store_id=store.pk, platform=platform, source=platform, settings=settings, by="olga", now=NOW
            )  # fmt: skip


def ask(
    order: Order,
    amount: int = 1990,
    *,
    key: str = "ret_1",
    confirmed: bool = True,
    now: datetime = NOW,
    payment: str = "",
) -> AskedRefund:
    """Ask for so much of it, one of its first line."""
    wanted = NewRefund(
        key=key, money=Money(amount, order.currency), reason="Too small", lines=[RefundLine("10451", 1, amount)],
        payment=payment,
    )  # fmt: skip
    with store_scope(order.store_id):
        return ask_refund(order=order, wanted=wanted, is_confirmed=confirmed, by="staff:olga", now=now)


def again(refund: AskedRefund) -> AskedRefund:
    """As it is kept by now."""
    with store_scope(refund.store_id):
        return AskedRefund.objects.get(pk=refund.pk)
