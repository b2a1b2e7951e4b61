"""Twilio Programmable Voice: a call whose TwiML speaks the text and gathers one key; both reports are signed.

https://www.twilio.com/docs/voice/api/call-resource · https://www.twilio.com/docs/voice/twiml/gather
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.errors import UnreadableEvent
from aftercare.engagement.messaging.gateways import Asked, Call, Heard, Pressed, ask, not_taken
from aftercare.engagement.messaging.news import News, key_of
from aftercare.engagement.messaging.providing import Setting, Webhook
from aftercare.engagement.messaging.receipts import Receipt
from aftercare.engagement.messaging.reputation import NewsKind, Severity
from aftercare.engagement.messaging.twilio import ACCOUNT, TOKEN, basic, fields_of, said_by
from aftercare.engagement.messaging.voice import CallOut, VoiceGateway, register

_API = "https://api.twilio.com/2010-04-01/Accounts/{account}/Calls.json"
_SENDER = Setting(
    "sender", _("Number"), help=_("One of yours, or one that Twilio has verified, such as +4915112345678.")
)
# Somebody picked up, but only a key shows that they heard it: until then it has arrived nowhere.
_NOT_REACHED = frozenset({"busy", "no-answer", "failed", "canceled"})
_NO_SUCH_NUMBER = frozenset({"21211", "21214", "21217"})
_LANGUAGES = {"en": "en-GB", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "pt": "pt-PT", "ar": "arb"}
_MESSAGE = "message"


@register
class TwilioVoice(VoiceGateway):
    """Calls by Twilio."""

    key = "twilio"
    label = "Twilio"
    where = _(
        "Console, Account info: SID and auth token. The addresses are told with every call: nothing else is to be entered."
    )
    settings = (ACCOUNT, TOKEN, _SENDER)
    webhooks = {"status": Webhook(signed_by=TOKEN.name), "answer": Webhook(signed_by=TOKEN.name)}
    answers_in = "text/xml"

    def call(self, out: CallOut, settings: Mapping[str, Any]) -> Receipt:
        named = urlencode({_MESSAGE: out.public_id})
        fields = {
            "To": out.recipient, "From": settings[_SENDER.name], "Twiml": twiml(out, f"{out.answers_to}?{named}"),
            "StatusCallback": f"{out.reports_to}?{named}", "StatusCallbackEvent": "completed", "Timeout": "25",
        }  # fmt: skip
        url = _API.format(account=settings[ACCOUNT.name])
        answer = ask(Asked(url, urlencode(fields).encode(), basic(settings)))
        said = said_by(answer)
        if 200 <= answer.status < 300:
            sid = str(said.get("sid", ""))
            return Receipt("sent", f"{self.label}: {sid} {said.get('status', '')}".strip(), provider_id=sid)
        receipt = not_taken(answer, said=f"{said.get('code', '')} {said.get('message', '')}".strip(), label=self.label)
        is_dead = str(said.get("code", "")) in _NO_SUCH_NUMBER
        return Receipt("refused", receipt.reply, address_is_dead=True) if is_dead else receipt

    def read(self, webhook: str, call: Call, *, now: datetime) -> Heard:
        fields, message = fields_of(call), parse_qs(urlsplit(call.url).query).get(_MESSAGE, [""])[0]
        sid = fields.get("CallSid", "")
        if not sid or not message:
            raise UnreadableEvent("This is no event of a call.")
        if webhook == "answer":
            digit = fields.get("Digits", "")[:1]
            return Heard(pressed=[Pressed(key_of("twilio", sid, digit), message, digit, now)])
        status = fields.get("CallStatus", "")
        if status not in _NOT_REACHED:
            return Heard(ignored=1)
        news = News(
            key=key_of("twilio", sid, status), kind=NewsKind.BOUNCED, at=now, recipient=fields.get("To", ""),
            provider_id=sid, public_id=message, severity=Severity.SOFT, answer=f"Twilio: {status}",
        )  # fmt: skip
        return Heard(news=[news])

    def answer(self, reply: str) -> bytes:
        said = f"<Say>{escape(reply)}</Say>" if reply else ""
        return f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}<Hangup/></Response>'.encode()


def twiml(out: CallOut, answers_to: str) -> str:
    """The call: the text twice, for nobody listens from the first word, then the keys."""
    language = quoteattr(_LANGUAGES.get(out.locale.partition("-")[0], _LANGUAGES["en"]))
    say = f"<Say language={language}>{{}}</Say>"
    text, keys = say.format(escape(out.text)), say.format(escape(out.keys))
    gather = f'<Gather numDigits="1" timeout="8" action={quoteattr(answers_to)}>{text}<Pause/>{text}{keys}</Gather>'
    return f"<Response>{gather}<Hangup/></Response>"
