"""Shopify: refunds by the Admin API (GraphQL), shared out over the payments of which something is left.

Shopify is asked first what was paid and how much of it can still be given back, and which refunds it has: the mark stands
in their notes.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import orjson

from aftercare.care.refunds.payers import (
    Made,
    NotMade,
    Outcome,
    Payer,
    Refused,
    Unclear,
    Wanted,
    in_words,
    register,
    told_in,
    unless_taken,
)
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.money import Money, minor_units
from aftercare.foundation.webhooks.outgoing import ask_provider

_VERSION = "2026-01"
_AT_MOST = 1_000_000
_LOOK = """
query look($order: ID!, $lines: [RefundLineItemInput!]) {
  order(id: $order) {
    refunds(first: 100) { id note }
    suggestedRefund(refundLineItems: $lines) {
      suggestedTransactions {
        gateway parentTransaction { id } maximumRefundableSet { presentmentMoney { amount } }
      }
    }
  }
}
"""
_MAKE = """
mutation make($input: RefundInput!) {
  refundCreate(input: $input) { refund { id } userErrors { field message } }
}
"""


@register
class Shopify(Payer):
    """With a token of the Admin API that may write orders."""

    key: ClassVar = "shopify"
    label: ClassVar = "Shopify"
    platform: ClassVar = "shopify"

    def can(self, settings: Mapping[str, Any]) -> bool:
        return bool(settings.get("access_token"))

    def find(self, wanted: Wanted) -> Made | NotMade | Unclear:
        seen = _look(wanted)
        if isinstance(seen, Unclear):
            return seen
        return next(
            (Made(_number(one["id"])) for one in seen["refunds"] if wanted.mark in (one.get("note") or "")),
            NotMade("Shopify knows no such refund"),
        )

    def make(self, wanted: Wanted) -> Outcome:
        seen = _look(wanted)
        if isinstance(seen, Unclear):
            # Nothing was asked for yet.
            return NotMade(seen.why)
        shares = list(_shared_out(seen, wanted))
        if sum(share["minor"] for share in shares) < wanted.money.amount:
            return Refused("Of what was paid in Shopify less than this is left to give back")
        told = {
            "orderId": _order(wanted), "note": f"{wanted.reason} ({wanted.mark})", "notify": False,
            "refundLineItems": _lines(wanted),
            "transactions": [
                {"orderId": _order(wanted), "kind": "REFUND", "gateway": share["gateway"], "parentId": share["parent"],
                 "amount": str(Money(share["minor"], wanted.money.currency).decimal())}
                for share in shares
            ],
        }  # fmt: skip
        if wanted.shipping:
            told["shipping"] = {"amount": str(Money(wanted.shipping, wanted.money.currency).decimal())}
        answer = _ask(wanted, _MAKE, {"input": told})
        if isinstance(answer, Refused | Unclear | NotMade):
            return answer
        result = answer.get("refundCreate") or {}
        if result.get("userErrors"):
            return Refused("; ".join(str(one.get("message", "")) for one in result["userErrors"])[:300])
        made = (result.get("refund") or {}).get("id")
        return Made(_number(made)) if made else Unclear("Shopify's answer names no refund")


def _look(wanted: Wanted) -> dict[str, Any] | Unclear:
    answer = _ask(wanted, _LOOK, {"order": _order(wanted), "lines": _lines(wanted)})
    if isinstance(answer, Refused | Unclear | NotMade):
        return Unclear(answer.why)
    order = answer.get("order")
    return order if order and "refunds" in order else Unclear("Shopify does not say what it knows of the order")


def _ask(wanted: Wanted, query: str, variables: Mapping[str, Any]) -> dict[str, Any] | Refused | Unclear | NotMade:
    url = f"https://{wanted.settings['shop']}/admin/api/{_VERSION}/graphql.json"
    headers = {"X-Shopify-Access-Token": wanted.settings["access_token"], "Content-Type": "application/json"}
    body = orjson.dumps({"query": query, "variables": variables})
    answer = ask_provider(url=url, body=body, headers=headers, at_most=_AT_MOST)
    if answer.status != 200:
        return unless_taken(answer)
    told = told_in(answer)
    if told.get("errors"):
        # Throttled, or a query it does not understand: either way nothing was done.
        return NotMade(str(told["errors"])[:300])
    return told.get("data") or Unclear(in_words(answer))


def _shared_out(seen: Mapping[str, Any], wanted: Wanted) -> Iterator[dict[str, Any]]:
    left = wanted.money.amount
    for one in (seen.get("suggestedRefund") or {}).get("suggestedTransactions") or []:
        try:
            most = minor_units(one["maximumRefundableSet"]["presentmentMoney"]["amount"], wanted.money.currency)
        except Invalid:
            continue
        share = min(left, most)
        if share > 0 and one.get("parentTransaction"):
            left -= share
            yield {"gateway": one.get("gateway"), "parent": one["parentTransaction"]["id"], "minor": share}


def _lines(wanted: Wanted) -> list[dict[str, Any]]:
    return [
        {"lineItemId": f"gid://shopify/LineItem/{one.line}", "quantity": one.quantity, "restockType": "NO_RESTOCK"}
        for one in wanted.lines
        if one.quantity
    ]


def _order(wanted: Wanted) -> str:
    return f"gid://shopify/Order/{wanted.order}"


def _number(gid: str) -> str:
    """The id as webhooks of orders name it."""
    return str(gid).rpartition("/")[2]
