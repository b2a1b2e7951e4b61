"""Twilio Programmable Messaging: POST Messages.json, status callbacks and inbound texts, both signed.

https://www.twilio.com/docs/messaging/api/message-resource · https://www.twilio.com/docs/usage/security
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.errors import UnreadableEvent
from aftercare.engagement.messaging.gateways import Asked, Call, Heard, TextIn, ask, not_taken
from aftercare.engagement.messaging.news import News, key_of
from aftercare.engagement.messaging.providing import Webhook
from aftercare.engagement.messaging.receipts import Receipt
from aftercare.engagement.messaging.reputation import NewsKind, Severity
from aftercare.engagement.messaging.sms import SENDER, SENDERS, SmsGateway, TextOut, register
from aftercare.engagement.messaging.twilio import ACCOUNT, TOKEN, basic, fields_of, said_by

_API = "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages.json"
_SERVICE = "MG"
_KINDS = {
    "delivered": NewsKind.DELIVERED, "read": NewsKind.OPENED, "undelivered": NewsKind.BOUNCED, "failed": NewsKind.BOUNCED,
}  # fmt: skip
# https://www.twilio.com/docs/api/errors: no such number, no mobile, not reachable by this kind of message.
_NO_SUCH_NUMBER = frozenset({"21211", "21214", "21217", "21614", "30005", "30006"})
_ASKED_TO_STOP = "21610"
# What Twilio answers itself, whatever we say.
_ANSWERED = frozenset(
    {
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
        "start",
        "unstop",
        "yes",
        "help",
        "info",
    }
)


@register
class Twilio(SmsGateway):
    """Texts by Twilio. Its calls are signed with the account's token (HMAC-SHA1 over address and fields)."""

    key = "twilio"
    label = "Twilio"
    where = _("Console, Account info: SID and auth token. Phone numbers, your number, A message comes in: the address.")
    settings = (ACCOUNT, TOKEN, SENDER, SENDERS)
    webhooks = {"status": Webhook(signed_by=TOKEN.name), "inbound": Webhook(signed_by=TOKEN.name)}
    answers_in = "text/xml"

    def send(self, text: TextOut, settings: Mapping[str, Any]) -> Receipt:
        sender = self.sender(settings, text.recipient)
        body = {
            "To": text.recipient, "Body": text.text, **({"StatusCallback": text.reports_to} if text.reports_to else {}),
            "MessagingServiceSid" if sender.startswith(_SERVICE) else "From": sender,
        }  # fmt: skip
        url = _API.format(account=settings[ACCOUNT.name])
        answer = ask(Asked(url, urlencode(body).encode(), basic(settings)))
        said = said_by(answer)
        if not 200 <= answer.status < 300:
            receipt = not_taken(
                answer, said=f"{said.get('code', '')} {said.get('message', '')}".strip(), label=self.label
            )
            is_dead = str(said.get("code", "")) in _NO_SUCH_NUMBER
            return Receipt("refused", receipt.reply, address_is_dead=True) if is_dead else receipt
        sid = str(said.get("sid", ""))
        parts = str(said.get("num_segments") or "")
        return Receipt(
            "sent", f"{self.label}: {sid} {said.get('status', '')}".strip(), provider_id=sid,
            parts=int(parts) if parts.isdecimal() and parts != "0" else text.parts,
        )  # fmt: skip

    def read(self, webhook: str, call: Call, *, now: datetime) -> Heard:
        fields = fields_of(call)
        sid = fields.get("MessageSid", "")
        if not sid:
            raise UnreadableEvent("This is no event of Twilio.")
        if webhook == "inbound":
            return Heard(texts=[_text(fields, sid, now)])
        kind = _KINDS.get(fields.get("MessageStatus", ""))
        return Heard(news=[_news(fields, sid, kind, now)]) if kind else Heard(ignored=1)

    def answer(self, reply: str) -> bytes:
        message = f"<Message>{escape(reply)}</Message>" if reply else ""
        return f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>'.encode()


def _text(fields: Mapping[str, str], sid: str, now: datetime) -> TextIn:
    body = fields.get("Body", "")
    is_answered = bool(fields.get("OptOutType")) or body.strip().casefold() in _ANSWERED
    return TextIn(key_of("twilio", sid), fields.get("From", ""), fields.get("To", ""), body, now, is_answered)


def _news(fields: Mapping[str, str], sid: str, kind: NewsKind, now: datetime) -> News:
    code = fields.get("ErrorCode", "")
    is_dead = code in _NO_SUCH_NUMBER
    return News(
        key=key_of("twilio", sid, fields["MessageStatus"]), kind=kind, at=now, recipient=fields.get("To", ""),
        provider_id=sid, public_id="", answer=f"Twilio {code}" if code else "",
        severity=(Severity.HARD if is_dead else Severity.SOFT) if kind == NewsKind.BOUNCED else None,
        reject_reason="unsubscribed" if code == _ASKED_TO_STOP else "",
    )  # fmt: skip
