"""Any other gateway: we post JSON to its address and take JSON in, both signed by Standard Webhooks.

`docs/howto/sms-provider.md` has the two documents: a small program in between speaks to whatever there is.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import orjson
from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from standardwebhooks import Webhook as Signature
from standardwebhooks import WebhookVerificationError

from aftercare.engagement.messaging.errors import NotGenuine, UnreadableEvent
from aftercare.engagement.messaging.gateways import Asked, Call, Heard, TextIn, ask, not_taken
from aftercare.engagement.messaging.news import News, Price, key_of, moment_heard
from aftercare.engagement.messaging.providing import SHARED_SECRET, Setting, Webhook
from aftercare.engagement.messaging.receipts import Receipt
from aftercare.engagement.messaging.reputation import NewsKind, Severity
from aftercare.engagement.messaging.sms import SENDER, SENDERS, SmsGateway, TextOut, register
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Currency, Text
from aftercare.foundation.webhooks.signing import new_secret, signed_headers

_KINDS = {"delivered": NewsKind.DELIVERED, "failed": NewsKind.BOUNCED, "no_such_number": NewsKind.BOUNCED}


class _Answered(BaseModel):
    """What it says to a text: its own id, and what it paid for."""

    model_config = ConfigDict(extra="ignore")
    id: Annotated[Text, Field(min_length=1, max_length=200)]
    parts: Annotated[int, Field(ge=1, le=100)] | None = None


class _Status(BaseModel):
    """What became of a text; `id` is what we called it."""

    model_config = ConfigDict(extra="ignore")
    id: Annotated[Text, Field(pattern=r"^msg_[0-9a-z]{16}$")]
    status: Literal["delivered", "failed", "no_such_number"]
    at: AwareDatetime | None = None
    answer: Annotated[Text, Field(max_length=300)] = ""
    price: Annotated[Decimal, Field(ge=0, lt=100_000, max_digits=11, decimal_places=6)] | None = None
    currency: Currency | None = None


class _Arrived(BaseModel):
    """A text that came in; `id` is the gateway's."""

    model_config = ConfigDict(extra="ignore")
    id: Annotated[Text, Field(min_length=1, max_length=200)]
    sender: Annotated[Text, Field(max_length=40)]
    recipient: Annotated[Text, Field(max_length=40)] = ""
    text: Annotated[Text, Field(max_length=2000)]
    at: AwareDatetime | None = None


@register
class Generic(SmsGateway):
    """Texts by any program that takes our signed POST."""

    key = "http"
    label = _("own gateway (HTTP)")
    where = _(
        "The address that takes our signed JSON. The secret is made here: its signature shows both sides who calls."
    )
    settings = (
        Setting("address", _("Address"), address=True, help=_("Such as https://gateway.example/send.")), SENDER, SENDERS,
    )  # fmt: skip
    webhooks = {"status": Webhook(signed_by=SHARED_SECRET), "inbound": Webhook(signed_by=SHARED_SECRET)}

    def makes(self) -> Mapping[str, str]:
        return {SHARED_SECRET: new_secret()}

    def send(self, text: TextOut, settings: Mapping[str, Any]) -> Receipt:
        body = orjson.dumps({
            "id": text.public_id, "sender": self.sender(settings, text.recipient), "recipient": text.recipient,
            "text": text.text, "parts": text.parts, "reports_to": text.reports_to,
        })  # fmt: skip
        headers = signed_headers(
            call_id=text.public_id, body=body, secrets=[settings[SHARED_SECRET]], now=clock.in_the_world(text.at)
        )
        answer = ask(Asked(settings["address"], body, headers))
        if not 200 <= answer.status < 300:
            return not_taken(answer, label=self.label)
        try:
            said = _Answered.model_validate_json(answer.body)
        except ValidationError:
            return Receipt("sent", "Taken", provider_id=text.public_id, parts=text.parts)
        return Receipt("sent", f"Taken as {said.id}", provider_id=said.id, parts=said.parts or text.parts)

    def read(self, webhook: str, call: Call, *, now: datetime) -> Heard:
        _check(call)
        try:
            if webhook == "inbound":
                came = _Arrived.model_validate_json(call.body)
                key = key_of("http", str(call.settings["address"]), came.id)
                at = moment_heard(came.at, now=now)
                return Heard(texts=[TextIn(key, came.sender, came.recipient, came.text, at)])
            return Heard(news=[_news(_Status.model_validate_json(call.body), now)])
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise UnreadableEvent(f"{field}: {first['msg']}", field=field or "body") from None

    def answer(self, reply: str) -> bytes:
        return orjson.dumps({"reply": reply})


def _check(call: Call) -> None:
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    try:
        Signature(str(call.settings[SHARED_SECRET])).verify(call.body, {name: call.header(name) for name in names})
    except (WebhookVerificationError, ValueError) as error:
        raise NotGenuine(f"The signature does not fit: {error}.") from None


def _news(status: _Status, now: datetime) -> News:
    kind = _KINDS[status.status]
    dead = status.status == "no_such_number"
    return News(
        key=key_of("http", status.id, status.status), kind=kind, at=moment_heard(status.at, now=now), recipient="",
        provider_id="", public_id=status.id, answer=status.answer,
        severity=None if kind == NewsKind.DELIVERED else Severity.HARD if dead else Severity.SOFT,
        price=Price(status.price, status.currency) if status.price is not None and status.currency else None,
    )  # fmt: skip
