"""Any carrier, or whatever stands between it and us, by a signed webhook in our own format (docs/howto/carrier.md).

A scan carries our status, or only the sender's code where the account's table translates it. A code that stands in no
table is kept as "unknown": it shows in the history and changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Annotated, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from aftercare.commerce.shipments.carriers import Carrier, Config, register
from aftercare.commerce.shipments.messages import check_signature, in_zone, is_secret, parse, read_json
from aftercare.commerce.shipments.schemas import Name, ReasonWord, ScanIn, TrackingIn, WebAddress
from aftercare.commerce.shipments.translation import UNKNOWN, Meaning, scan_of
from aftercare.commerce.shipments.vocabulary import Reason, Status, StatusWord
from aftercare.foundation.kit.schema import Incoming, Text


class GenericScan(Incoming):
    """A scan as senders write it: `at` may lack a zone, `status` may be left to the account's table of codes."""

    at: datetime
    status: StatusWord | None = None
    reason: ReasonWord | None = None
    code: Annotated[Text, Field(max_length=60)] = ""
    text: Annotated[Text, Field(max_length=300)] = ""
    place: Annotated[Text, Field(max_length=120)] = ""


class GenericUpdate(Incoming):
    """What is new of one parcel."""

    tracking_number: Annotated[Text, Field(min_length=1, max_length=80)]
    carrier: Annotated[Text, Field(max_length=40)] = ""
    expected_from: datetime | None = None
    expected_by: datetime | None = None
    signed_by: Name = ""
    proof_url: WebAddress = ""
    scans: Annotated[tuple[GenericScan, ...], Field(min_length=1, max_length=1000)]


class GenericMessage(Incoming):
    """The body of the webhook."""

    updates: Annotated[tuple[GenericUpdate, ...], Field(min_length=1, max_length=1000)]


class GenericForm(forms.Form):
    """The secret both sides share, and the sender's own codes."""

    secret = forms.CharField(
        label=_("Secret"), max_length=200, help_text=_("Base64, with or without whsec_: the sender signs with it.")
    )
    codes = forms.JSONField(
        label=_("Codes"), required=False,
        help_text=_('Such as {"D1": "delivered", "X7": {"status": "on_hold", "reason": "customs_inspection"}}.'),
    )  # fmt: skip

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if not is_secret(secret):
            raise forms.ValidationError(_("A secret is base64, such as whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw."))
        return secret

    def clean_codes(self) -> dict[str, dict[str, str]]:
        codes = self.cleaned_data["codes"] or {}
        if not isinstance(codes, dict):
            raise forms.ValidationError(_("Codes are an object: the sender's code, then our status."))
        return {code: _meaning(code, given) for code, given in codes.items()}


@register
class Generic(Carrier):
    """Whoever can send JSON and sign it."""

    key: ClassVar = "generic"
    label: ClassVar = _("Signed webhook")
    ConfigForm: ClassVar = GenericForm
    where: ClassVar = _("Whoever sends signs as Standard Webhooks describes, with the secret given here.")

    def parse_webhook(
        self, *, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], config: Config, zone: tzinfo,
        now: datetime,
    ) -> list[TrackingIn]:  # fmt: skip
        del query
        check_signature(body=body, headers=headers, secret=config["secret"], now=now)
        message = parse(GenericMessage, read_json(body))
        codes = config.get("codes", {})
        return [_translated(update, codes, zone) for update in message.updates]


def _meaning(code: str, given: Any) -> dict[str, str]:
    meaning = {"status": given} if isinstance(given, str) else given
    if (
        not isinstance(meaning, dict)
        or meaning.get("status") not in Status.values
        or meaning.get("reason", "") not in {"", *Reason}
    ):
        raise forms.ValidationError(_("'%(code)s' has no status of ours."), params={"code": code})
    return {"status": meaning["status"], "reason": meaning.get("reason", "")}


def _translated(update: GenericUpdate, codes: Mapping[str, Mapping[str, Any]], zone: tzinfo) -> TrackingIn:
    return parse(TrackingIn, {
        "tracking_number": update.tracking_number,
        "carrier": update.carrier,
        "expected_from": update.expected_from and in_zone(update.expected_from, zone)[0],
        "expected_by": update.expected_by and in_zone(update.expected_by, zone)[0],
        "signed_by": update.signed_by,
        "proof_url": update.proof_url,
        "scans": tuple(_scan(scan, codes, zone) for scan in update.scans),
    })  # fmt: skip


def _scan(scan: GenericScan, codes: Mapping[str, Mapping[str, Any]], zone: tzinfo) -> ScanIn:
    tabled = Meaning(**codes[scan.code]) if scan.code in codes else UNKNOWN
    means = Meaning(scan.status or tabled.status, tabled.reason if scan.reason is None else scan.reason)
    return scan_of(at=scan.at, zone=zone, means=means, codes=[scan.code], text=scan.text, place=[scan.place])
