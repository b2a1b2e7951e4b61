"""Shopify: webhooks of the Admin API, signed with the app's client secret.

Partial news (refunds/create, orders/edited) is left to orders/updated, which Shopify sends at the same time with the
whole order: a mirror is made of wholes.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.platforms.connectors import (
    Connector,
    Farewell,
    FetchedPage,
    Headers,
    Ignored,
    News,
    PageCall,
    Settings,
    register,
)
from aftercare.commerce.platforms.connectors.shopify.articles import product
from aftercare.commerce.platforms.connectors.shopify.orders import order_with_parcels
from aftercare.commerce.platforms.connectors.shopify.parcels import parcel_event, parcels
from aftercare.commerce.platforms.connectors.shopify.people import customer
from aftercare.commerce.platforms.connectors.shopify.privacy import data_request, redact_customer, redact_shop
from aftercare.commerce.platforms.errors import NotSigned
from aftercare.commerce.platforms.payloads import Payload, read_json
from aftercare.commerce.platforms.signatures import check_hmac, secrets_of

_SIGNATURE, _SHOP = "x-shopify-hmac-sha256", "x-shopify-shop-domain"
Translator = Callable[[Payload], list[News]]


class ShopifyForm(forms.Form):
    """Which shop, and what its app signs with."""

    shop = forms.RegexField(
        label=_("Shop"), regex=r"^[a-z0-9][a-z0-9-]*\.myshopify\.com$", max_length=120,
        help_text=_("Its address at Shopify, such as juniper-oak.myshopify.com."),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Client secret"), min_length=16, max_length=200,
        help_text=_("The API secret key of your app: Shopify signs every message with it."),
    )  # fmt: skip
    access_token = forms.CharField(
        label=_("Access token"), required=False, max_length=200,
        help_text=_("Of the Admin API, allowed to read: only needed to fetch what was before."),
    )  # fmt: skip


def _one(translate: Callable[[Payload], News]) -> Translator:
    return lambda payload: [translate(payload)]


def _left_to_updates(_payload: Payload) -> list[News]:
    return [Ignored("orders/updated brings the whole order with this.")]


def _kept(_payload: Payload) -> list[News]:
    return [Ignored("What the shop deletes is kept here as it was last known.")]


def _farewell(_payload: Payload) -> list[News]:
    return [Farewell("The app was uninstalled in Shopify.")]


_TRANSLATORS: dict[str, Translator] = {
    **dict.fromkeys(
        ("orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled",
         "orders/partially_fulfilled"),
        order_with_parcels,
    ),
    **dict.fromkeys(("orders/edited", "refunds/create"), _left_to_updates),
    **dict.fromkeys(("orders/delete", "customers/delete", "products/delete"), _kept),
    **dict.fromkeys(("fulfillments/create", "fulfillments/update"), parcels),
    "fulfillment_events/create": _one(parcel_event),
    **dict.fromkeys(("customers/create", "customers/update", "customers/enable", "customers/disable"), _one(customer)),
    **dict.fromkeys(("products/create", "products/update"), _one(product)),
    "app/uninstalled": _farewell,
    "customers/data_request": _one(data_request),
    "customers/redact": _one(redact_customer),
    "shop/redact": _one(redact_shop),
}  # fmt: skip


# Whoever subscribes to these is told why nothing is made of them; nobody needs to.
_TOLD_OTHERWISE = (_left_to_updates, _kept)
_VERSION = "2025-07"
_PER_PAGE = 250
_TOPICS = {"products": "products/update", "customers": "customers/update", "orders": "orders/updated"}
_NEXT = re.compile(r'<([^<>]+)>;\s*rel="?next"?')
# The bucket of calls leaks two a second; above this share of it we wait for some to leak.
_NEARLY_FULL = 0.8


@register
class Shopify(Connector):
    """A shop at Shopify."""

    key: ClassVar = "shopify"
    label: ClassVar = "Shopify"
    SettingsForm: ClassVar = ShopifyForm
    topics: ClassVar = tuple(topic for topic, translate in _TRANSLATORS.items() if translate not in _TOLD_OTHERWISE)
    where: ClassVar = _("In your app's configuration; the three privacy topics under “Compliance webhooks”.")
    topic_header: ClassVar = "x-shopify-topic"
    id_header: ClassVar = "x-shopify-webhook-id"
    header_prefix: ClassVar = "x-shopify-"
    resources: ClassVar = tuple(_TOPICS)

    def verify(self, *, headers: Headers, body: bytes, settings: Settings, now: datetime) -> None:
        given = headers.get(_SIGNATURE, "")
        check_hmac(body=body, given=given, secrets=secrets_of(settings, now=now), header=_SIGNATURE)
        # Every shop that installed the app signs with the same secret.
        if headers.get(_SHOP, settings["shop"]) != settings["shop"]:
            raise NotSigned("The message is another shop's.", field=_SHOP, remedy="Give each shop its own address.")

    def translate(self, *, topic: str, payload: Any) -> list[News]:
        translate = _TRANSLATORS.get(topic)
        return translate(Payload(payload)) if translate else [Ignored(f"Nothing here is made of '{topic}'.")]

    def has_access(self, settings: Settings) -> bool:
        return bool(settings.get("access_token"))

    def page_call(self, *, resource: str, cursor: str, settings: Settings) -> PageCall:
        first = {"limit": _PER_PAGE, **({"status": "any"} if resource == "orders" else {})}
        query = urlencode({"limit": _PER_PAGE, "page_info": cursor} if cursor else first)
        headers = {"X-Shopify-Access-Token": settings["access_token"], "Accept": "application/json"}
        return PageCall(f"https://{settings['shop']}/admin/api/{_VERSION}/{resource}.json?{query}", headers)

    def read_page(self, *, resource: str, cursor: str, headers: Headers, body: bytes) -> FetchedPage:
        del cursor
        records = Payload(read_json(body)).objects(resource)
        return FetchedPage([(_TOPICS[resource], record) for record in records], _following(headers), _pause(headers))


def _following(headers: Headers) -> str:
    """The cursor in `Link: <…page_info=…>; rel="next"`."""
    found = _NEXT.search(headers.get("link", ""))
    return next(iter(parse_qs(urlsplit(found[1]).query).get("page_info", [])), "") if found else ""


def _pause(headers: Headers) -> float:
    """A second where the bucket of calls, such as 35/40, is nearly full."""
    used, _, size = headers.get("x-shopify-shop-api-call-limit", "").partition("/")
    is_known = used.isdecimal() and size.isdecimal() and int(size) > 0
    return 1.0 if is_known and int(used) / int(size) >= _NEARLY_FULL else 0.0
