"""A store that is connected to shops and aggregators, called over HTTP and worked off: what `shop_webhooks` drives."""

import hashlib
import hmac
import itertools
from base64 import b64encode
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.test import Client

from aftercare.commerce.orders.models import Fulfilment, FulfilmentLine, Line, Order
from aftercare.commerce.platforms.actions import connect_shop, work_off
from aftercare.commerce.platforms.connectors import registry
from aftercare.commerce.platforms.models import Connection, Delivery
from aftercare.commerce.shipments.actions import connect_carrier
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.scope import store_scope

SECRET = "a secret of the benchmark"
_SHOPIFY, _WOO = "bench.myshopify.com", "https://shop.example"
_ENDS = {"done": "taken", "ignored": "passed by", "parked": "refused", "waiting": "refused"}


class Intake:
    """Shops are worked off after each message; carriers answer at once."""

    def __init__(self) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        self._client = Client(raise_request_exception=False)
        self._numbers = itertools.count()
        self._store = open_store(slug="bench", name="Bench", now=clock.now())
        with store_scope(self._store.pk):
            for carrier in ("easypost", "aftership"):
                connect_carrier(
                    store_id=self._store.pk, carrier_key=carrier, settings={"secret": SECRET}, now=clock.now()
                )
        self._shops = {
            "shopify": self._connect("shopify", {"shop": _SHOPIFY, "secret": SECRET}),
            "woocommerce": self._connect("woocommerce", {"shop": _WOO, "secret": SECRET}),
        }

    def makes_something(self, sender: str, topic: str) -> bool:
        """Whether something is made of this topic; of the others there is nothing to spoil."""
        shop = self._shops.get(sender)
        return topic in registry[shop.platform].topics if shop else topic != "as it is"

    def tell(self, sender: str, topic: str, body: bytes) -> tuple[int, str, str]:
        """The status, what became of it (taken, passed by, refused, error), and why."""
        return (self._to_shop if sender in self._shops else self._to_carrier)(sender, topic, body)

    def half_written(self) -> int:
        """How many orders lack lines, or the event that tells of them."""
        with store_scope(self._store.pk):
            with_lines = set(Line.objects.values_list("order_id", flat=True))
            told = set(EventRow.objects.filter(type="order.placed").values_list("order_id", flat=True))
            sent = set(FulfilmentLine.objects.values_list("fulfilment_id", flat=True))
            orders = set(Order.objects.values_list("pk", flat=True))
            parcels = set(Fulfilment.objects.values_list("pk", flat=True))
        broken = len(orders - with_lines) + len(orders ^ told) + len(sent - parcels)
        print(f"half-written orders: {broken} of {len(orders)}")
        return broken

    def counts(self) -> str:
        with store_scope(self._store.pk):
            return f"{Order.objects.count()} orders, {Delivery.objects.count()} messages kept"

    def _connect(self, platform: str, told: dict[str, str]) -> Connection:
        with store_scope(self._store.pk):
            return connect_shop(
                store_id=self._store.pk, platform=platform, source=platform, settings=told, by="bench", now=clock.now()
            )

    def _to_shop(self, sender: str, topic: str, body: bytes) -> tuple[int, str, str]:
        shop, number = self._shops[sender], str(next(self._numbers))
        signed = b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
        headers = {
            "shopify": {"X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": number, "X-Shopify-Shop-Domain": _SHOPIFY,
                        "X-Shopify-Hmac-Sha256": signed},
            "woocommerce": {"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Delivery-ID": number,
                            "X-WC-Webhook-Source": f"{_WOO}/", "X-WC-Webhook-Signature": signed},
        }[sender]  # fmt: skip
        answer = self._call(f"/hooks/shops/{shop.public_id}/", body, headers)
        if answer.status_code != 200:
            return answer.status_code, "refused", _why(answer)
        while work_off(clock.now()):
            pass
        with store_scope(self._store.pk):
            kept = Delivery.objects.filter(connection=shop).latest("pk")
        end = "error" if kept.code == "unexpected" else _ENDS[kept.state]
        return 200, end, kept.problem or kept.outcome

    def _to_carrier(self, sender: str, _topic: str, body: bytes) -> tuple[int, str, str]:
        key = normalize("NFKD", SECRET).encode()
        headers = {
            "easypost": {"x-hmac-signature": f"hmac-sha256-hex={hmac.new(key, body, 'sha256').hexdigest()}"},
            "aftership": {"aftership-hmac-sha256": b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()},
        }[sender]
        answer = self._call(f"/hooks/bench/carriers/{sender}", body, headers)
        if answer.status_code != 200:
            return answer.status_code, "refused", _why(answer)
        refused = answer.json()["refused"]
        # Nobody ordered these parcels here: that they are read and then not known is all that can be.
        return (
            200,
            "taken" if refused or answer.json()["scans"] else "passed by",
            refused[0]["detail"] if refused else "",
        )

    def _call(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        return self._client.post(path, body, content_type="application/json", headers=headers)


def _why(answer: Any) -> str:
    told = answer.json()
    return f"{told.get('field', '')}: {told['detail']}"
