"""Any system that can sign JSON: Standard Webhooks 1.0 around our own schemas (docs/reference/import-format.md).

The payload is {"type": "order", "data": {…}}; the types are the kinds of records that files can hold.
"""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.platforms.connectors import Connector, Headers, Ignored, News, Settings, register
from aftercare.commerce.platforms.errors import Untranslatable
from aftercare.commerce.platforms.importable import kinds
from aftercare.commerce.platforms.payloads import Payload, build
from aftercare.commerce.platforms.signatures import check_standard, is_key, secrets_of

_TYPES = {key.removesuffix("s"): kinds[key].schema for key in kinds.keys()}  # noqa: SIM118 -- a registry is no mapping


class StandardForm(forms.Form):
    """The secret both sides share."""

    secret = forms.CharField(
        label=_("Secret"), max_length=200,
        help_text=_("Base64 of at least 16 bytes, with or without whsec_: the sender signs with it."),
    )  # fmt: skip

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if not is_key(secret):
            raise forms.ValidationError(_("A secret is base64, such as whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw."))
        return secret


@register
class Standard(Connector):
    """A shop of one's own making, or whatever stands between a shop and us."""

    key: ClassVar = "standard"
    label: ClassVar = _("Signed webhook")
    SettingsForm: ClassVar = StandardForm
    topics: ClassVar = tuple(_TYPES)
    where: ClassVar = _("In the system that sends: it signs as Standard Webhooks describes.")
    id_header: ClassVar = "webhook-id"
    header_prefix: ClassVar = "webhook-"

    def verify(self, *, headers: Headers, body: bytes, settings: Settings, now: datetime) -> None:
        check_standard(headers=headers, body=body, secrets=secrets_of(settings, now=now), now=now)

    def topic(self, *, headers: Headers, payload: Any) -> str:
        del headers
        kind = payload.get("type") if isinstance(payload, dict) else ""
        return kind if isinstance(kind, str) else ""

    def translate(self, *, topic: str, payload: Any) -> list[News]:
        message = Payload(payload)
        schema = _TYPES.get(message.text("type"))
        if schema is None:
            if topic.startswith("test"):
                return [Ignored("A test of the sender's.")]
            raise Untranslatable(
                "There is no such type.", field="type", remedy=f"Types are: {', '.join(_TYPES)}."
            )  # fmt: skip
        if "data" not in message:
            raise Untranslatable("'data' is missing.", field="data", remedy="Send the record as an object in data.")
        return [build(schema, payload["data"], place="data")]
