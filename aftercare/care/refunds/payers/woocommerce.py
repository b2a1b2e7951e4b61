"""WooCommerce: refunds of an order by its REST API, through the gateway that took the money."""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar

import orjson

from aftercare.care.refunds.payers import (
    Made,
    NotMade,
    Outcome,
    Payer,
    Unclear,
    Wanted,
    in_words,
    listed_in,
    register,
    told_in,
    unless_taken,
)
from aftercare.foundation.kit.money import Money
from aftercare.foundation.webhooks.outgoing import ask_provider

_MARK = "_aftercare_refund"
_AT_MOST = 2_000_000


@register
class WooCommerce(Payer):
    """With a key that may write. What comes back into stock is the inspection's business, so nothing is restocked here."""

    key: ClassVar = "woocommerce"
    label: ClassVar = "WooCommerce"
    platform: ClassVar = "woocommerce"

    def can(self, settings: Mapping[str, Any]) -> bool:
        return bool(settings.get("consumer_key") and settings.get("consumer_secret"))

    def find(self, wanted: Wanted) -> Made | NotMade | Unclear:
        url = f"{_address(wanted)}?per_page=100"
        answer = ask_provider(url=url, headers=_headers(wanted), at_most=_AT_MOST)
        kept = listed_in(answer)
        if answer.status != 200 or kept is None:
            return Unclear(in_words(answer))
        for refund in kept:
            if any(one.get("key") == _MARK and one.get("value") == wanted.mark for one in refund.get("meta_data", [])):
                return Made(str(refund.get("id", "")))
        return NotMade("The shop knows no such refund")

    def make(self, wanted: Wanted) -> Outcome:
        currency = wanted.money.currency
        told = {
            "amount": str(wanted.money.decimal()), "reason": wanted.reason, "api_refund": True, "api_restock": False,
            "meta_data": [{"key": _MARK, "value": wanted.mark}],
            "line_items": [
                {"id": int(one.line), "quantity": one.quantity,
                 "refund_total": float(Money(one.amount, currency).decimal())}
                for one in wanted.lines if one.line.isascii() and one.line.isdigit()
            ],
        }  # fmt: skip
        headers = _headers(wanted) | {"Content-Type": "application/json"}
        answer = ask_provider(url=_address(wanted), body=orjson.dumps(told), headers=headers, at_most=_AT_MOST)
        if answer.status not in {200, 201}:
            return unless_taken(answer)
        made = told_in(answer).get("id")
        return Made(str(made)) if made else Unclear("The shop's answer names no refund")


def _address(wanted: Wanted) -> str:
    return f"{str(wanted.settings['shop']).rstrip('/')}/wp-json/wc/v3/orders/{wanted.order}/refunds"


def _headers(wanted: Wanted) -> dict[str, str]:
    pair = f"{wanted.settings['consumer_key']}:{wanted.settings['consumer_secret']}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode(), "Accept": "application/json"}
