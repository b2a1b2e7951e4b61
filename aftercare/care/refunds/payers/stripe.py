"""Stripe: refunds of a payment intent or a charge, repeated under one idempotency key."""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

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
from aftercare.foundation.webhooks.outgoing import ask_provider

_ADDRESS = "https://api.stripe.com/v1/refunds"
_MARK = "aftercare_refund"
_AT_MOST = 1_000_000
_FAILED = frozenset({"failed", "canceled"})


@register
class Stripe(Payer):
    """With a restricted key that may write refunds."""

    key: ClassVar = "stripe"
    label: ClassVar = "Stripe"

    def can(self, settings: Mapping[str, Any]) -> bool:
        return bool(settings.get("secret_key"))

    def find(self, wanted: Wanted) -> Made | NotMade | Unclear:
        query = urlencode({_kind(wanted.payment): wanted.payment, "limit": 100})
        answer = ask_provider(url=f"{_ADDRESS}?{query}", headers=_headers(wanted), at_most=_AT_MOST)
        kept = told_in(answer).get("data")
        if answer.status != 200 or kept is None:
            return Unclear(in_words(answer))
        for refund in kept:
            if refund.get("metadata", {}).get(_MARK) == wanted.mark and refund.get("status") not in _FAILED:
                return Made(str(refund.get("id", "")))
        return NotMade("Stripe knows no such refund")

    def make(self, wanted: Wanted) -> Outcome:
        told = {
            _kind(wanted.payment): wanted.payment, "amount": wanted.money.amount, "reason": "requested_by_customer",
            f"metadata[{_MARK}]": wanted.mark,
        }  # fmt: skip
        headers = _headers(wanted) | {
            "Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": wanted.mark,
        }  # fmt: skip
        answer = ask_provider(url=_ADDRESS, body=urlencode(told).encode(), headers=headers, at_most=_AT_MOST)
        if answer.status != 200:
            return unless_taken(answer)
        refund = told_in(answer)
        if refund.get("status") in _FAILED:
            return Refused(str(refund.get("failure_reason") or "Stripe says that it failed"))
        return Made(str(refund["id"])) if refund.get("id") else Unclear("Stripe's answer names no refund")


def _kind(payment: str) -> str:
    return "charge" if payment.startswith("ch_") else "payment_intent"


def _headers(wanted: Wanted) -> dict[str, str]:
    return {"Authorization": f"Bearer {wanted.settings['secret_key']}"}
