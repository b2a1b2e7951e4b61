"""Vonage Messages API: POST /v1/messages; statuses and inbound texts come signed by a JWT over the body.

https://developer.vonage.com/en/api/messages-olympus · https://developer.vonage.com/en/getting-started/concepts/webhooks
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.errors import NotGenuine, UnreadableEvent
from aftercare.engagement.messaging.gateways import Asked, Call, Heard, TextIn, ask, not_taken
from aftercare.engagement.messaging.jws import NotSigned, read_hs256
from aftercare.engagement.messaging.news import News, Price, key_of, moment_heard
from aftercare.engagement.messaging.providing import Setting, Webhook
from aftercare.engagement.messaging.receipts import Receipt
from aftercare.engagement.messaging.reputation import NewsKind, Severity
from aftercare.engagement.messaging.sms import SENDER, SENDERS, SmsGateway, TextOut, register

_API = "https://api.nexmo.com/v1/messages"
_KINDS = {
    "delivered": NewsKind.DELIVERED, "read": NewsKind.OPENED, "rejected": NewsKind.REJECTED,
    "undeliverable": NewsKind.BOUNCED,
}  # fmt: skip
# https://developer.vonage.com/en/messages/troubleshooting: absent for good, no such number, barred.
_NO_SUCH_NUMBER = frozenset({"1220", "1320", "1330", "1240"})
_OLDEST = timedelta(minutes=10)
_SIGNED_WITH = "signature_secret"


@register
class Vonage(SmsGateway):
    """Texts by Vonage; it tells the price with each status."""

    key = "vonage"
    label = "Vonage"
    where = _("Dashboard, API settings: key, secret and signature secret (Messages API). Status and inbound addresses.")
    settings = (
        Setting("api_key", _("API key")),
        Setting("api_secret", _("API secret"), secret=True),
        Setting(_SIGNED_WITH, _("Signature secret"), secret=True),
        SENDER,
        SENDERS,
    )
    answers_inline = False
    webhooks = {"status": Webhook(signed_by=_SIGNED_WITH), "inbound": Webhook(signed_by=_SIGNED_WITH)}

    def send(self, text: TextOut, settings: Mapping[str, Any]) -> Receipt:
        body = {
            "message_type": "text", "channel": "sms", "to": text.recipient.lstrip("+"),
            "from": self.sender(settings, text.recipient).lstrip("+"), "text": text.text,
            "client_ref": text.public_id,
        } | ({"webhook_url": text.reports_to} if text.reports_to else {})  # fmt: skip
        pair = b64encode(f"{settings['api_key']}:{settings['api_secret']}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/json"}
        answer = ask(Asked(_API, orjson.dumps(body), headers))
        if not 200 <= answer.status < 300:
            return not_taken(answer, label=self.label)
        named = _document(answer.body).get("message_uuid")
        return Receipt("sent", f"{self.label}: {named}", provider_id=str(named or ""), parts=text.parts)

    def read(self, webhook: str, call: Call, *, now: datetime) -> Heard:
        _check(call, now)
        told = _document(call.body)
        named = told.get("message_uuid")
        if not isinstance(named, str):
            raise UnreadableEvent("This is no event of Vonage.")
        if webhook == "inbound":
            return Heard(texts=[_text(told, named, now)]) if isinstance(told.get("text"), str) else Heard(ignored=1)
        kind = _KINDS.get(str(told.get("status")))
        return Heard(news=[_news(told, named, kind, now)]) if kind else Heard(ignored=1)


def _check(call: Call, now: datetime) -> None:
    token = call.header("Authorization").removeprefix("Bearer ").strip()
    try:
        claims = read_hs256(token, secret=str(call.settings[_SIGNED_WITH]))
    except NotSigned as error:
        raise NotGenuine(str(error), remedy="The signature secret must be the one of the API settings.") from None
    if not hmac.compare_digest(str(claims.get("payload_hash", "")), hashlib.sha256(call.body).hexdigest()):
        raise NotGenuine("The signature is of another body.")
    issued = claims.get("iat")
    if not isinstance(issued, int) or abs(now.timestamp() - issued) > _OLDEST.total_seconds():
        raise NotGenuine("The signature is of another time.")


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise UnreadableEvent("This is no event of Vonage.")
    return told


def _number(value: object) -> str:
    """In E.164: Vonage leaves out the plus."""
    told = str(value or "").replace("\0", "").lstrip("+")
    return f"+{told}" if told.isdecimal() else told


def _text(told: Mapping[str, Any], named: str, now: datetime) -> TextIn:
    text = str(told["text"]).replace("\0", "")
    return TextIn(key_of("vonage", named), _number(told.get("from")), _number(told.get("to")), text, _at(told, now))


def _news(told: Mapping[str, Any], named: str, kind: NewsKind, now: datetime) -> News:
    error = told.get("error")
    code, title = (
        ("", "") if not isinstance(error, dict) else (str(error.get("title", "")), str(error.get("detail", "")))
    )
    dead = code in _NO_SUCH_NUMBER
    failed = kind in {NewsKind.BOUNCED, NewsKind.REJECTED}
    return News(
        key=key_of("vonage", named, kind.value), kind=kind, at=_at(told, now), recipient=_number(told.get("to")),
        provider_id=named[:200], public_id="", answer=f"{code} {title}".replace("\0", "").strip()[:300],
        severity=(Severity.HARD if dead else Severity.SOFT) if failed else None, price=_price(told.get("usage")),
        reject_reason="invalid" if dead and kind == NewsKind.REJECTED else "",
    )  # fmt: skip


def _price(usage: object) -> Price | None:
    if not isinstance(usage, dict):
        return None
    currency = str(usage.get("currency", ""))
    try:
        amount = Decimal(str(usage.get("price")))
    except InvalidOperation:
        return None
    is_price = amount.is_finite() and 0 <= amount < 10**5 and len(currency) == 3 and currency.isalpha()
    return Price(amount, currency.upper()) if is_price else None


def _at(told: Mapping[str, Any], now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(told.get("timestamp")))
    except ValueError:
        return now
    return moment_heard(at if at.tzinfo else None, now=now)
