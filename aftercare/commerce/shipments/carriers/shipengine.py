"""ShipEngine (ShipStation API): tracking pushed as JSON, signed with RSA, or shown to be theirs by a token.

A translator fetches nothing, so the public keys are settings: the key set published at https://api.shipengine.com/jwks,
pasted once and again when ShipEngine announces new ones. Where nobody wants to keep keys, a token in the address we
give ShipEngine (`?token=`) takes their place; where keys are known, only the signature counts.
"""

from base64 import b64decode, urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from aftercare.commerce.shipments.carriers import Carrier, Config, register
from aftercare.commerce.shipments.errors import NotSigned
from aftercare.commerce.shipments.messages import Pushed, Said, SaidAt, check_recent, check_token, parse, read_json
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.commerce.shipments.translation import Proof, Window, meaning, meanings, news_of, scan_of

MEANINGS = meanings("shipengine")
_SIGNATURE = "x-shipengine-rsa-sha256-signature"
_KEY_ID = "x-shipengine-rsa-sha256-key-id"
_TIMESTAMP = "x-shipengine-timestamp"


class Event(Pushed):
    """One scan; `event_code` is the carrier's own. Older messages leave out what it means."""

    occurred_at: SaidAt = None
    carrier_occurred_at: SaidAt = None
    status_code: Said = ""
    status_detail_code: Said = ""
    event_code: Said = ""
    description: Said = ""
    signer: Said = ""
    city_locality: Said = ""
    state_province: Said = ""
    country_code: Said = ""

    @property
    def at(self) -> datetime | None:
        """When it happened; the carrier's own time has no zone."""
        return self.occurred_at or self.carrier_occurred_at


class Track(Pushed):
    """One parcel as ShipEngine knows it."""

    tracking_number: Annotated[Said, Field(min_length=1, max_length=80)]
    status_code: Said = ""
    status_detail_code: Said = ""
    estimated_delivery_date: SaidAt = None
    events: tuple[Event, ...] | None = None


class Kind(Pushed):
    """Of what a message tells; ShipEngine also tells of labels, rates and batches."""

    resource_type: Annotated[Said, Field(min_length=1)]
    resource_url: Said = ""


class Message(Pushed):
    """A message about a parcel."""

    data: Track


class ShipengineForm(forms.Form):
    """ShipEngine's public keys, or a token you made up."""

    keys = forms.JSONField(
        label=_("Key set"), required=False, help_text=_("What stands at https://api.shipengine.com/jwks")
    )
    token = forms.CharField(
        label=_("Token"), min_length=16, max_length=200, required=False,
        help_text=_("Instead of the keys: add it to the address you give ShipEngine: ?token=…"),
    )  # fmt: skip

    def clean_keys(self) -> dict[str, Any]:
        said = self.cleaned_data["keys"]
        if said and not _public_keys(said):
            raise forms.ValidationError(_("There is no RSA key in this; paste the whole page."))
        return said or {}

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and not (said.get("token") or said.get("keys")):
            raise forms.ValidationError(_("Give the keys or a token; without one anybody could send us news."))
        return said


@register
class Shipengine(Carrier):
    """ShipEngine, whichever carrier it asks."""

    key: ClassVar = "shipengine"
    label: ClassVar = _("ShipEngine")
    ConfigForm: ClassVar = ShipengineForm
    where: ClassVar = _("In ShipEngine under Developer, Webhooks: add the address for “Tracking Event”.")

    def parse_webhook(
        self, *, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], config: Config, zone: tzinfo,
        now: datetime,
    ) -> list[TrackingIn]:  # fmt: skip
        if config.get("keys"):
            _check_signature(body, headers, config["keys"], now)
        else:
            check_token(given=query.get("token", ""), expected=config.get("token", ""), field="token")
        said = read_json(body)
        kind = parse(Kind, said)
        if kind.resource_type != "API_TRACK":
            return []
        track = parse(Message, said).data
        events = [(event.at, event) for event in track.events or () if event.at]
        return news_of(
            number=track.tracking_number,
            carried_by=_carrier(kind.resource_url),
            window=Window(by=track.estimated_delivery_date),
            proof=Proof(next((event.signer for _, event in events if event.signer), "")),
            scans=[_scan(event, at, zone, track) for at, event in events],
            zone=zone,
        )


def _check_signature(body: bytes, headers: Mapping[str, str], keys: Any, now: datetime) -> None:
    timestamp = headers.get(_TIMESTAMP, "")
    key = _public_keys(keys).get(headers.get(_KEY_ID, ""))
    if key is None:
        raise NotSigned("The message is signed with no key we know.", field=_KEY_ID, remedy="Paste the key set again.")
    try:
        key.verify(b64decode(headers.get(_SIGNATURE, "")), f"{timestamp}.".encode() + body, PKCS1v15(), SHA256())
        sent_at = datetime.fromisoformat(timestamp)
    except (InvalidSignature, ValueError):
        raise NotSigned("The signature does not fit the message.", field=_SIGNATURE) from None
    check_recent(sent_at=sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC), now=now, field=_TIMESTAMP)


def _public_keys(said: Any) -> dict[str, RSAPublicKey]:
    """The RSA keys of a JSON Web Key Set (RFC 7517), by id; what else stands in it is passed over."""
    listed = said.get("keys") if isinstance(said, dict) else None
    found = {}
    for key in listed if isinstance(listed, list) else ():
        try:
            found[str(key["kid"])] = RSAPublicNumbers(e=_number(key["e"]), n=_number(key["n"])).public_key()
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    return found


def _number(encoded: str) -> int:
    return int.from_bytes(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


def _carrier(resource_url: str) -> str:
    try:
        return parse_qs(urlsplit(resource_url).query).get("carrier_code", [""])[0]
    except ValueError:
        return ""


def _scan(event: Event, at: datetime, zone: tzinfo, track: Track) -> ScanIn:
    finer, status = event.status_detail_code, event.status_code
    if not (finer or status) and event is _newest(track):
        finer, status = track.status_detail_code, track.status_code
    return scan_of(
        at=at, zone=zone, means=meaning(MEANINGS, finer, status), codes=(finer or status, event.event_code),
        text=event.description, place=(event.city_locality, event.state_province, event.country_code),
    )  # fmt: skip


def _newest(track: Track) -> Event | None:
    """The event that the parcel's own status is about."""
    timed = [event for event in track.events or () if event.at]
    return max(timed, key=_instant, default=None)


def _instant(event: Event) -> datetime:
    at = event.at or datetime.min.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
