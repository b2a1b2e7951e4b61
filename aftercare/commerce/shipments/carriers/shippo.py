"""Shippo: tracks pushed as JSON, shown to be theirs by an HMAC or by a token in the address.

Shippo signs (`Shippo-Auth-Signature`, over time and body) only for accounts it has set up for it; every account can add
`?token=` to the address. Where a secret is known, only the signature counts.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from aftercare.commerce.shipments.carriers import Carrier, Config, register
from aftercare.commerce.shipments.errors import NotSigned
from aftercare.commerce.shipments.messages import Pushed, Said, SaidAt, check_recent, check_token, parse, read_json
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.commerce.shipments.translation import Window, meaning, meanings, news_of, scan_of

MEANINGS = meanings("shippo")
_HEADER = "shippo-auth-signature"


class Location(Pushed):
    """Where a scan was made."""

    city: Said = ""
    state: Said = ""
    country: Said = ""


class Substatus(Pushed):
    """What finer is known of a status."""

    code: Said = ""
    text: Said = ""


class Status(Pushed):
    """One scan."""

    status: Said = ""
    substatus: Substatus | None = None
    status_date: SaidAt = None
    status_details: Said = ""
    location: Location | None = None


class Track(Pushed):
    """One parcel as Shippo knows it."""

    tracking_number: Annotated[Said, Field(min_length=1, max_length=80)]
    carrier: Said = ""
    eta: SaidAt = None
    original_eta: SaidAt = None
    tracking_status: Status | None = None
    tracking_history: tuple[Status, ...] | None = None


class Kind(Pushed):
    """Of what a message tells; Shippo also tells of labels and batches."""

    event: Said = "track_updated"


class Message(Pushed):
    """A message about a track."""

    data: Track


class ShippoForm(forms.Form):
    """What Shippo shows us: a token you made up, or a secret it gave you."""

    token = forms.CharField(
        label=_("Token"), min_length=16, max_length=200, required=False,
        help_text=_("Add it to the address you give Shippo: ?token=…"),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("HMAC secret"), min_length=8, max_length=200, required=False,
        help_text=_("Where Shippo has set up HMAC for you. The token is not asked for then."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and not (said.get("token") or said.get("secret")):
            raise forms.ValidationError(_("Give a token or a secret; without one anybody could send us news."))
        return said


@register
class Shippo(Carrier):
    """Shippo, whichever carrier it asks."""

    key: ClassVar = "shippo"
    label: ClassVar = _("Shippo")
    ConfigForm: ClassVar = ShippoForm
    where: ClassVar = _("In Shippo under Settings, API, Webhooks: add the address for the event “Track Updated”.")

    def parse_webhook(
        self, *, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], config: Config, zone: tzinfo,
        now: datetime,
    ) -> list[TrackingIn]:  # fmt: skip
        if config.get("secret"):
            _check_signature(body, headers.get(_HEADER, ""), config["secret"], now)
        else:
            check_token(given=query.get("token", ""), expected=config.get("token", ""), field="token")
        said = read_json(body)
        if parse(Kind, said).event != "track_updated":
            return []
        track = parse(Message, said).data
        latest = (track.tracking_status,) if track.tracking_status else ()
        return news_of(
            number=track.tracking_number,
            carried_by=track.carrier,
            window=Window(by=track.eta or track.original_eta),
            scans=[
                _scan(status, status.status_date, zone)
                for status in track.tracking_history or latest
                if status.status_date
            ],
            zone=zone,
        )


def _check_signature(body: bytes, header: str, secret: str, now: datetime) -> None:
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    signed = f"{parts.get('t', '')}.".encode() + body
    signature = hmac.digest(secret.encode(), signed, "sha256").hex()
    check_token(given=parts.get("v1", ""), expected=signature, field=_HEADER)
    try:
        sent_at = datetime.fromtimestamp(int(parts.get("t", "")), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotSigned("The signature has no time.", field=_HEADER) from None
    check_recent(sent_at=sent_at, now=now, field=_HEADER)


def _scan(status: Status, at: datetime, zone: tzinfo) -> ScanIn:
    finer, place = status.substatus or Substatus(), status.location or Location()
    code = f"{status.status}/{finer.code}".strip("/")
    return scan_of(
        at=at, zone=zone, means=meaning(MEANINGS, code, status.status), codes=(code,),
        text=status.status_details or finer.text, place=(place.city, place.state, place.country),
    )  # fmt: skip
